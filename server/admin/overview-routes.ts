/** `/api/admin/overview` and `/api/admin/timeline`: the first page, and its picture of time. */
import { HttpError } from '../http-error.ts';
import type { AdminRoute } from './door.ts';
import { invalid, wholeIn } from './log-filter.ts';
import { readOverview, TODAY_MAX_MS, type OverviewDeps } from './overview.ts';
import { readTimeline, TIMELINE_MAX_MS } from './overview-timeline.ts';

/** A page may have been opened by a clock that is ahead of the server's, ms. */
const AHEAD_MS = 15 * 60_000;

export function overviewRoutes(deps: OverviewDeps): readonly AdminRoute[] {
  const { database, clock } = deps;
  return [
    {
      method: 'get',
      path: '/overview',
      answer: async ({ shop }, asked) => {
        const since = wholeIn(asked, 'since', 0);
        const age = clock.now() - (since ?? 0);
        if (since === undefined || age > TODAY_MAX_MS || age < -AHEAD_MS) throw invalid('since');
        const overview = await readOverview(deps, { shop, since });
        if (overview === undefined) throw unknownShop();
        return Response.json(overview);
      },
    },
    {
      method: 'get',
      path: '/timeline',
      answer: async ({ shop }, asked) => {
        const [from, to] = [wholeIn(asked, 'from', 0), wholeIn(asked, 'to', 1)];
        if (from === undefined) throw invalid('from');
        if (to === undefined || to <= from || to - from > TIMELINE_MAX_MS) throw invalid('to');
        const span = { from, to, now: clock.now() };
        return Response.json(await database.read(shop, (reader) => readTimeline(reader, span)));
      },
    },
  ];
}

function unknownShop(): HttpError {
  return new HttpError(404, 'not-found', 'The ledger does not know this shop yet.');
}
