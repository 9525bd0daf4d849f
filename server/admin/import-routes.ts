/**
 * `/api/admin/imports`, `/api/admin/balances/export`: balances as a file, in parts that can be sent
 * again, and out again in pieces.
 */
import type { Request as Asked } from 'express';
import {
  IMPORT_PART_BYTES_MAX,
  importRequestSchema,
  type BalancesPiece,
  type ImportState,
} from '../../shared/merchant/balances-file.ts';
import { exportPiece, type Piece } from '../balances/export.ts';
import type { ImportRefusal, Imports } from '../balances/imports.ts';
import type { Database } from '../database/database.ts';
import { HttpError } from '../http-error.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { AdminContext } from '../shopify/authenticate.ts';
import type { AdminRoute } from './door.ts';
import { bodyOf } from './read-body.ts';

/** A whole file at once and a second one behind it; then a MiB each second. */
const RATE_OF_PARTS: RateLimit = { burst: 128, perSecond: 4 };
const RATE_OF_PIECES: RateLimit = { burst: 200, perSecond: 20 };

const REFUSALS: Readonly<Record<ImportRefusal, readonly [status: number, message: string]>> = {
  'unknown-shop': [404, 'No register has called yet, and the app is not set up.'],
  'unknown-import': [404, 'There is no such import.'],
  'wrong-part': [400, 'The file has no part like this one.'],
  'not-sending': [409, 'The file has been checked already.'],
  'parts-missing': [409, 'Parts of the file are missing: send them first.'],
  'not-checked': [409, 'The file has not been checked, or something is wrong with it.'],
};

export function importRoutes(
  imports: Imports,
  { database }: { readonly database: Pick<Database, 'read'> },
): readonly AdminRoute[] {
  return [
    {
      method: 'get',
      path: '/imports',
      answer: async ({ shop }) => Response.json({ imports: await imports.all(shop) }),
    },
    {
      method: 'post',
      path: '/imports',
      answer: async ({ shop, user }, asked) =>
        told(await imports.begin(shop, bodyOf(asked, importRequestSchema), user)),
    },
    {
      method: 'get',
      path: '/imports/:id',
      answer: async ({ shop }, asked) => told(await imports.of(shop, idOf(asked))),
    },
    {
      method: 'put',
      path: '/imports/:id/parts/:n',
      body: { type: 'text/csv', bytesMax: IMPORT_PART_BYTES_MAX },
      rate: RATE_OF_PARTS,
      answer: async ({ shop }, asked) => {
        const content: unknown = asked.body;
        if (!Buffer.isBuffer(content)) throw refusal('wrong-part');
        const part = { id: idOf(asked), n: wholeIn(asked.params['n']) ?? -1, content };
        return told(await imports.put(shop, part));
      },
    },
    {
      method: 'post',
      path: '/imports/:id/check',
      answer: async ({ shop }, asked) => told(await imports.check(shop, idOf(asked))),
    },
    {
      method: 'post',
      path: '/imports/:id/apply',
      answer: async ({ shop, user }, asked) => told(await imports.apply(shop, idOf(asked), user)),
    },
    {
      method: 'get',
      path: '/balances/export',
      rate: RATE_OF_PIECES,
      answer: (context, asked) => exported(database, context, asked),
    },
  ];
}

function told(state: ImportState | ImportRefusal): Response {
  if (typeof state === 'string') throw refusal(state);
  return Response.json({ import: state });
}

function refusal(code: ImportRefusal): HttpError {
  const [status, message] = REFUSALS[code];
  return new HttpError(status, code, message);
}

function idOf(asked: Asked): string {
  const { id } = asked.params;
  return typeof id === 'string' && /^[0-9a-f]{32}$/.test(id) ? id : '';
}

async function exported(
  database: Pick<Database, 'read'>,
  { shop }: AdminContext,
  asked: Asked,
): Promise<Response> {
  const { after = '0', seq } = asked.query;
  const from = { after: wholeIn(after), seq: seq === undefined ? undefined : wholeIn(seq) };
  if (from.after === undefined || (seq !== undefined && from.seq === undefined)) {
    const message = '"after" and "seq" must be as the piece before said.';
    throw new HttpError(400, 'invalid-parameter', message);
  }
  const piece = await exportPiece(database, shop, { after: from.after, seq: from.seq });
  if (piece === undefined) throw refusal('unknown-shop');
  return Response.json(pieceOf(piece));
}

function pieceOf({ csv, rows, seq, next, done, all }: Piece): BalancesPiece {
  const progress = next === null || all === 0 ? 1 : Math.min(1, done / all);
  return { csv, rows, seq, next, progress };
}

function wholeIn(value: unknown): number | undefined {
  const isWhole = typeof value === 'string' && /^(?:0|[1-9]\d{0,14})$/.test(value);
  return isWhole ? Number(value) : undefined;
}
