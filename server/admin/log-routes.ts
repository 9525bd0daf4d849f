/** `/api/admin/operations`, `/syncs` and `/log-filters`: the sync log of the token's own shop. */
import type { Database } from '../database/database.ts';
import { HttpError } from '../http-error.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { AdminRoute } from './door.ts';
import { filterOf, pageOf, wholeIn } from './log-filter.ts';
import { readExport } from './log-export.ts';
import { readLogChoices, readLogPage, readSyncPage } from './log-page.ts';
import { readLogStory } from './log-story.ts';
import { isPlain } from './read-body.ts';

/** What nothing has is looked for in a million operations in 100 pages. */
const RATE_OF_PAGES: RateLimit = { burst: 120, perSecond: 10 };
/** A file of a million operations comes in 200 pieces. */
const RATE_OF_EXPORTS: RateLimit = { burst: 250, perSecond: 10 };
const ID_CHARS_MAX = 200;

export function logRoutes({ database }: { readonly database: Database }): readonly AdminRoute[] {
  return [
    {
      method: 'get',
      path: '/operations',
      rate: RATE_OF_PAGES,
      answer: async ({ shop }, asked) => {
        const page = { filter: filterOf(asked), ...pageOf(asked) };
        return Response.json(await database.read(shop, (reader) => readLogPage(reader, page)));
      },
    },
    {
      method: 'get',
      path: '/operations/export',
      rate: RATE_OF_EXPORTS,
      answer: async ({ shop }, asked) => {
        const filter = filterOf(asked);
        const before = wholeIn(asked, 'before', 1);
        const piece = { filter, before, through: wholeIn(asked, 'through', 0) };
        return Response.json(await readExport({ database, shop }, piece));
      },
    },
    {
      method: 'get',
      path: '/operations/:id',
      answer: async ({ shop }, asked) => {
        const { id } = asked.params;
        const isName = typeof id === 'string' && id.length <= ID_CHARS_MAX && isPlain(id);
        const story = isName && (await database.read(shop, (reader) => readLogStory(reader, id)));
        if (story) return Response.json(story);
        throw new HttpError(404, 'not-found', 'The ledger knows no operation of this id.');
      },
    },
    {
      method: 'get',
      path: '/syncs',
      answer: async ({ shop }, asked) => {
        const { device, from, to } = filterOf(asked);
        const page = { device, from, to, ...pageOf(asked) };
        return Response.json(await database.read(shop, (reader) => readSyncPage(reader, page)));
      },
    },
    {
      method: 'get',
      path: '/log-filters',
      answer: async ({ shop }) => Response.json(await database.read(shop, readLogChoices)),
    },
  ];
}
