/** What registers and people read: pages of balances, a customer, the sync log, an operation's story. */
import type { Request } from 'express';
import type { ShopDomain } from './database/database.ts';
import { HttpError } from './http-error.ts';
import type { Ledger } from './ledger.ts';
import { snapshotPage } from './ledger/snapshot.ts';

export interface PosRead {
  readonly path: string;
  readonly answer: (shop: ShopDomain, request: Request) => Promise<unknown>;
}

export function createPosReads(ledger: Ledger, clock: { now(): number }): readonly PosRead[] {
  const { database } = ledger;
  return [
    {
      path: '/snapshot',
      answer: async (shop, request) => {
        const asked = {
          after: wholeParameter(request, 'after', 0) ?? 0,
          epoch: wholeParameter(request, 'epoch', 1),
          seq: wholeParameter(request, 'seq', 0),
        };
        const page = await database.read(shop, (reader) =>
          snapshotPage(reader, { ...asked, serverTime: clock.now() }),
        );
        if (page === 'unknown-shop') throw notFound('This shop has not synced yet.');
        if (page === 'gone') {
          const message = 'The page belongs to a snapshot that is no longer valid: start anew.';
          throw new HttpError(409, 'snapshot-gone', message);
        }
        return page;
      },
    },
  ];
}

function notFound(message: string): HttpError {
  return new HttpError(404, 'not-found', message);
}

/** A whole number of the query, `undefined` when absent; anything else is refused. */
function wholeParameter(request: Request, name: string, least: number): number | undefined {
  const value: unknown = request.query[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : -1;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new HttpError(400, 'invalid-parameter', `"${name}" must be a whole number from ${least}.`);
}
