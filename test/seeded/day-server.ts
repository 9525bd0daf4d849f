/**
 * The server of a seeded day: the real ledger on real SQLite, most days without a socket in
 * between. It can die before and after its commit, and be restored from a backup.
 */
import type { HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import type { Policy, Program } from '../../shared/program.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { asHttpError } from '../../server/http-error.ts';
import { createLedger, type Ledger } from '../../server/ledger.ts';
import { createPosReads, type PosRead } from '../../server/pos-reads.ts';
import { requestFault } from '../../server/ledger/json-shape.ts';
import { seedShop } from '../../server/seeding.ts';
import { startRealServer } from '../support/real-server.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { readRoute } from '../support/read-route.ts';

export interface DayServer {
  readonly shop: ShopDomain;
  ledger(): Ledger;
  serve(request: HttpRequest): Promise<HttpAnswer>;
  token(): Promise<string>;
  setPolicy(policy: Policy): Promise<void>;
  setProgram(program: Program): Promise<void>;
  /** The next push is decided and written, and then the server dies before its commit. */
  dieBeforeCommit(): void;
  /** What was in memory alone is gone. */
  restart(): void;
  /** Keeps what the ledger knows now; what it learns later is in no backup. */
  backUp(): Promise<void>;
  /** Starts anew from the backup, in a new epoch. */
  restore(): Promise<void>;
  /** Position of a shop beside this one, which nothing of the day may move. */
  positionOfOther(): Promise<number>;
  close(): Promise<void>;
}

export interface DayServerBy {
  readonly seed: number;
  readonly clock: { now(): number };
  readonly hasBackups: boolean;
  readonly overHttp: boolean;
  readonly shopId: number;
  readonly program: Program;
  readonly policy: Policy;
  readonly customers: readonly {
    readonly customer: CustomerId;
    readonly points: number;
    readonly credit: number;
  }[];
}

/** What changed the books, to be done again on a restored database. */
interface Step {
  readonly at: number;
  readonly again: (ledger: Ledger) => Promise<unknown>;
}

/** One database serves many days, each with a shop of its own: opening one takes long. */
const SHOPS_PER_DATABASE = 150;
let shared: { readonly database: Database; shops: number } | undefined;
let shops = 0;

async function sharedDatabase(): Promise<Database> {
  if (shared !== undefined && shared.shops >= SHOPS_PER_DATABASE) {
    await shared.database.close();
    shared = undefined;
  }
  shared ??= { database: openSqlite(':memory:'), shops: 0 };
  shared.shops += 1;
  return shared.database;
}

const OTHER = 'next-door.myshopify.io' as ShopDomain;

export async function openDayServer(by: DayServerBy): Promise<DayServer> {
  shops += 1;
  const shop = `day-${shops}.myshopify.io` as ShopDomain;
  let replayAt: number | undefined;
  const clock = { now: () => replayAt ?? by.clock.now() };
  let isDying = false;
  let durable = 0;
  let journal: Step[] = [];
  let backup: Step[] = [];
  // A restore begins an epoch for every shop of its database.
  const isOwn = by.hasBackups || by.overHttp;
  const backedUpTo = () => Promise.resolve(durable);

  const dying = (database: Database): Database => ({
    ...database,
    transact: (of, work) =>
      database.transact(of, async (tx) => {
        const result = await work(tx);
        if (!isDying) return result;
        isDying = false;
        throw new Error('the server died before its commit');
      }),
  });
  const ledgerOn = (database: Database): Ledger =>
    createLedger({
      database: dying(database),
      clock,
      random: seededRandom(by.seed),
      ...(by.hasBackups ? { backedUpTo } : {}),
    });

  let database = isOwn ? openSqlite(':memory:') : await sharedDatabase();
  let ledger = ledgerOn(database);
  const { shopId, program, policy, customers } = by;
  await openOther(ledger, by);
  const begin = (on: Ledger) => seedShop(on, { shop, shopId, program, policy, customers });
  await begin(ledger);
  const http = by.overHttp
    ? await startRealServer({
        clock,
        random: seededRandom(by.seed),
        database: dying(database),
        ...(by.hasBackups ? { backedUpTo } : {}),
      })
    : undefined;
  let reads = createPosReads(ledger, clock);

  const done = async (again: Step['again']): Promise<void> => {
    await again(ledger);
    journal.push({ at: clock.now(), again });
  };
  const push = async (body: string): Promise<HttpAnswer> => {
    const json: unknown = JSON.parse(body);
    const parsed = v.safeParse(syncRequestSchema, json);
    if (requestFault(json) !== undefined || !parsed.success) return refusal(400, 'invalid-request');
    const asked = { shop, user: '5', request: parsed.output };
    const outcome = await ledger.sync(asked);
    if ('refused' in outcome) return refusal(403, 'wrong-shop');
    journal.push({ at: clock.now(), again: (on) => on.sync(asked) });
    return { status: 200, retryAfter: undefined, body: JSON.stringify(outcome.answer) };
  };

  return {
    shop,
    ledger: () => ledger,
    async serve(request) {
      try {
        if (http !== undefined) return await http.serve(request);
        if (request.method === 'POST') return await push(request.body ?? '');
        return await answered(reads, shop, request.path);
      } finally {
        isDying = false;
      }
    },
    token: () => (http === undefined ? Promise.resolve('a token') : http.token(shop, 5)),
    setPolicy: (changed) => done((on) => on.setPolicy(shop, shopId, changed)),
    setProgram: (changed) => done((on) => on.setProgram(shop, shopId, changed)),
    dieBeforeCommit: () => void (isDying = true),
    restart() {
      ledger = ledgerOn(database);
      reads = createPosReads(ledger, clock);
    },
    async backUp() {
      backup = [...journal];
      durable = (await database.read(shop, (reader) => reader.shop()))?.seq ?? 0;
    },
    async restore() {
      await database.close();
      database = openSqlite(':memory:');
      ledger = ledgerOn(database);
      await openOther(ledger, by);
      await begin(ledger);
      for (const { at, again } of backup) {
        replayAt = at;
        await again(ledger);
      }
      replayAt = undefined;
      await database.startEpoch();
      journal = [...backup];
      reads = createPosReads(ledger, clock);
    },
    positionOfOther: async () => (await database.read(OTHER, (reader) => reader.shop()))?.seq ?? -1,
    async close() {
      if (http !== undefined) await http.close();
      else if (isOwn) await database.close();
    },
  };
}

/** A shop next door with the same customers, which must come out of every day as it went in. */
async function openOther(ledger: Ledger, { program, policy, customers }: DayServerBy) {
  const known = await ledger.database.read(OTHER, (reader) => reader.shop());
  if (known === undefined)
    await seedShop(ledger, { shop: OTHER, shopId: 78, program, policy, customers });
}

const refusal = (status: number, code: string): HttpAnswer => ({
  status,
  retryAfter: undefined,
  body: JSON.stringify({ error: { code, message: '' } }),
});

async function answered(
  reads: readonly PosRead[],
  shop: ShopDomain,
  path: string,
): Promise<HttpAnswer> {
  try {
    const json = await readRoute(reads, shop, path);
    return { status: 200, retryAfter: undefined, body: JSON.stringify(json) };
  } catch (error) {
    const { status, code } = asHttpError(error);
    return refusal(status, code);
  }
}
