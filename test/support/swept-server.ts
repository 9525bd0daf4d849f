/**
 * The real ledger on a real SQLite database, without a socket in between: what is swept is the
 * register and the books, and a thousand runs must fit into seconds. It can die before its commit,
 * and be restored from a backup.
 */
import * as v from '../../shared/schema.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import type { Policy } from '../../shared/program.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger, type Ledger, type SyncAsked } from '../../server/ledger.ts';
import { createPosReads, type PosRead } from '../../server/pos-reads.ts';
import { seedShop } from '../../server/seeding.ts';
import { seededRandom } from './seeded-random.ts';
import { readRoute } from './read-route.ts';
import { PROGRAM } from './program.ts';

export const SWEPT_SHOP_ID = 77;

export interface SweptServer {
  readonly shop: ShopDomain;
  ledger(): Ledger;
  serve(request: HttpRequest): Promise<HttpAnswer>;
  /** The next push is decided and written, and then the server dies before its commit. */
  dieBeforeCommit(): void;
  /** Keeps what the ledger knows now; what it learns later is in no backup. */
  backUp(): Promise<void>;
  /** Starts anew from the backup, in a new epoch. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

interface Opened {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly reads: readonly PosRead[];
}

/** Pushes as the server got them, to be pushed again into a restored database. */
type Journal = { readonly at: number; readonly asked: SyncAsked }[];

/** One database serves many runs, each with a shop of its own; opening one takes long. */
let shared: Database | undefined;
let shops = 0;

export async function openSweptServer(by: {
  readonly clock: { now(): number };
  /** Registers are told what a backup covers; without, everything counts as kept. */
  readonly hasBackups: boolean;
  readonly policy: Policy;
  readonly customers: readonly {
    readonly customer: CustomerId;
    readonly points: number;
    readonly credit: number;
  }[];
}): Promise<SweptServer> {
  let replayAt: number | undefined;
  const clock = { now: () => replayAt ?? by.clock.now() };
  let isDying = false;
  let durable = 0;
  let journal: Journal = [];
  let backup: Journal = [];

  const dying = (database: Database): Database => ({
    ...database,
    transact: (shop, work) =>
      database.transact(shop, async (tx) => {
        const result = await work(tx);
        if (isDying) {
          isDying = false;
          throw new Error('the server died before its commit');
        }
        return result;
      }),
  });

  shops += 1;
  const shop = `swept-${shops}.myshopify.io` as ShopDomain;
  // A restore begins an epoch for every shop of its database.
  const own = by.hasBackups ? openSqlite(':memory:') : undefined;

  const open = async (plain: Database): Promise<Opened> => {
    const database = dying(plain);
    const random = seededRandom(1);
    const backups = by.hasBackups ? { backedUpTo: () => Promise.resolve(durable) } : {};
    const ledger = createLedger({ database, clock, random, ...backups });
    await seedShop(ledger, {
      shop,
      shopId: SWEPT_SHOP_ID,
      program: PROGRAM,
      policy: by.policy,
      customers: by.customers,
    });
    return { database, ledger, reads: createPosReads(ledger, clock) };
  };
  let opened = await open(own ?? (shared ??= openSqlite(':memory:')));

  const push = async (body: unknown): Promise<unknown> => {
    const parsed = v.safeParse(syncRequestSchema, body);
    if (!parsed.success) throw new Error('the register sent what the protocol does not know');
    const asked: SyncAsked = { shop, user: '5', request: parsed.output };
    const outcome = await opened.ledger.sync(asked);
    if ('refused' in outcome) throw new Error('another shop');
    journal.push({ at: clock.now(), asked });
    return outcome.answer;
  };

  return {
    shop,
    ledger: () => opened.ledger,
    async serve({ method, path, body }) {
      try {
        const json =
          method === 'POST'
            ? await push(JSON.parse(body ?? ''))
            : await readRoute(opened.reads, shop, path);
        return { status: 200, retryAfter: undefined, body: JSON.stringify(json) };
      } finally {
        isDying = false;
      }
    },
    dieBeforeCommit: () => void (isDying = true),
    async backUp() {
      backup = [...journal];
      const row = await opened.database.read(shop, (reader) => reader.shop());
      durable = row?.seq ?? 0;
    },
    async restore() {
      await opened.database.close();
      opened = await open(openSqlite(':memory:'));
      for (const { at, asked } of backup) {
        replayAt = at;
        await opened.ledger.sync(asked);
      }
      replayAt = undefined;
      await opened.database.startEpoch();
      journal = [...backup];
    },
    close: () => (own === undefined ? Promise.resolve() : opened.database.close()),
  };
}
