/**
 * Balances from a file, for a merchant:
 *
 *   parts ─► check, changes nothing ─► decided, durable ─► rolled forward until every row is posted
 *
 * All or nothing is one row that says "applying". Behind it nothing can fail any more: what could
 * be wrong was looked for before, each row has a name under which it counts once for ever, and
 * whoever runs on this database goes on where another process was killed. One database transaction
 * for all of it would keep every register waiting for as long as it takes.
 */
import { randomCrockford } from '../../shared/crockford.ts';
import {
  IMPORT_PART_BYTES_MAX,
  IMPORT_PROBLEMS_TOLD,
  IMPORT_ROWS_MAX,
  type ImportRequest,
  type ImportState,
} from '../../shared/merchant/balances-file.ts';
import { AMOUNT_MAX } from '../../shared/amount.ts';
import type { Random } from '../../shared/ports.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import type { Sql } from '../database/sql.ts';
import { OPERATIONS_PER_TRANSACTION_MAX, type Ledger } from '../ledger.ts';
import { createLocks } from '../locks.ts';
import type { Log } from '../log.ts';
import type { Chore } from '../rounds.ts';
import { unitKeptAtShopify, type SettingsStore } from '../settings.ts';
import {
  KEPT_AT_SHOPIFY,
  previewBalances,
  type BalanceLine,
  type Preview,
  type Problem,
} from './balances-file.ts';
import { importDecision, roomProblems } from './import-decision.ts';
import { createImportStore, partsOf, type Kept, type Place } from './import-store.ts';

export interface ImportDeps {
  readonly database: Database;
  readonly ledger: Pick<Ledger, 'settle'>;
  readonly settings: Pick<SettingsStore, 'of'>;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly log: Log;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long a process that died holds up the others, at most. */
  readonly lockMs?: number;
}

/** Why nothing was done. */
export type ImportRefusal =
  | 'unknown-shop'
  | 'unknown-import'
  | 'wrong-part'
  | 'not-sending'
  | 'parts-missing'
  | 'not-checked';

type Told = ImportState | ImportRefusal;

export interface Imports {
  /** Begins an import, or answers the one of the same file. */
  begin(shop: ShopDomain, asked: ImportRequest, by: string): Promise<Told>;
  put(shop: ShopDomain, part: PartSent): Promise<Told>;
  /** Reads the whole file; a second time it answers what was found. */
  check(shop: ShopDomain, id: string): Promise<Told>;
  /** Decides it; the rows follow by themselves. */
  apply(shop: ShopDomain, id: string, by: string): Promise<Told>;
  of(shop: ShopDomain, id: string): Promise<Told>;
  /** The newest first. */
  all(shop: ShopDomain): Promise<readonly ImportState[]>;
  /** Goes on with what was decided, and forgets what is old. */
  readonly chore: Chore;
  /** Resolves when nothing is being posted any more. */
  idle(): Promise<void>;
  /** Posts no further group; the next process goes on. */
  stop(): Promise<void>;
}

export interface PartSent {
  readonly id: string;
  readonly n: number;
  readonly content: Buffer;
}

const ID_HEX = 32;
const TOKEN_LENGTH = 16;
const KEPT_MS = 30 * 86_400_000;
const LOCK_MS = 10_000;
/** Far less work than a lock's time. */
const GROUPS_PER_LOCK = 10;
const ROWS_STAGED_AT_ONCE = 1_000;

export function createImports(deps: ImportDeps): Imports {
  const { database, clock, random, sleep } = deps;
  const store = createImportStore(database);
  const poster = createPoster(deps, store);
  const told = (kept: Kept | undefined): Told => kept?.state ?? 'unknown-import';
  const oneAtATime = createTurns<Told>();

  return {
    async begin(shop, asked, by) {
      const row = await database.read(shop, (reader) => reader.shop());
      if (row === undefined) return 'unknown-shop';
      const place = { shop, id: asked.sha256.slice(0, ID_HEX) };
      return told(await store.begin(place, asked, { by, at: clock.now() }));
    },

    async put(shop, { id, n, content }) {
      const place = { shop, id };
      const kept = await store.of(place);
      if (kept === undefined) return 'unknown-import';
      if (kept.state.state !== 'sending') return 'not-sending';
      if (content.length !== sizeOf(kept.bytes, n)) return 'wrong-part';
      return told(await store.putPart(place, n, content));
    },

    check: (shop, id) => oneAtATime(JSON.stringify([shop, id]), () => check({ shop, id })),

    async apply(shop, id, by) {
      const before = await store.of({ shop, id });
      if (before === undefined) return 'unknown-import';
      if (before.state.state === 'checked') {
        const foreign = await unitKeptAtShopify(deps, shop);
        const refused = foreign && (await store.refuse({ shop, id }, foreign, KEPT_AT_SHOPIFY));
        if (refused !== undefined) return refused.state;
      }
      const kept = await store.apply({ shop, id }, by);
      if (kept === undefined) return 'unknown-import';
      const { state } = kept.state;
      if (state === 'sending' || state === 'refused') return 'not-checked';
      if (state === 'applying') poster.start(shop);
      return kept.state;
    },

    of: async (shop, id) => told(await store.of({ shop, id })),
    all: (shop) => store.all(shop),
    chore: {
      name: 'imports',
      async run(shop, now) {
        await store.removeOld(shop, now - KEPT_MS);
        // Other chores don't wait for it.
        if ((await store.applying(shop)).length > 0) poster.start(shop);
      },
    },
    idle: poster.idle,
    stop: poster.stop,
  };

  async function check(place: Place): Promise<Told> {
    const { shop } = place;
    const kept = await store.of(place);
    if (kept?.state.state !== 'sending') return told(kept);
    if (kept.state.parts < kept.state.partsAll) return 'parts-missing';
    const token = randomCrockford(random, TOKEN_LENGTH);
    await store.beginCheck(place, token);
    const rows: BalanceLine[] = [];
    const preview = await previewBalances(() => partsIn(place, kept.state.partsAll), {
      problemsTold: IMPORT_PROBLEMS_TOLD,
      rowsMax: IMPORT_ROWS_MAX,
      foreign: await unitKeptAtShopify(deps, shop),
      onRow: (row) => void rows.push(row),
    });
    const found = await verdictOn(preview, { kept, rows, shop, database });
    for (let from = 0; found.state === 'checked' && from < rows.length;) {
      const part = rows.slice(from, from + ROWS_STAGED_AT_ONCE);
      if (!(await store.addRows(place, token, part))) return told(await store.of(place));
      from += part.length;
      await sleep(0);
    }
    return told(await store.endCheck(place, token, found));
  }

  async function* partsIn(place: Place, count: number): AsyncGenerator<Buffer> {
    for (let n = 0; n < count; n += 1) {
      // Registers are answered between two parts.
      await sleep(0);
      const part = await store.part(place, n);
      if (part === undefined) return;
      yield part;
    }
  }
}

/** Whole files are read one after the other; who asks for the same again waits for the same. */
function createTurns<T>(): (name: string, work: () => Promise<T>) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  let last: Promise<unknown> = Promise.resolve();
  return (name, work) => {
    const known = asked.get(name);
    if (known !== undefined) return known;
    const turn = last.then(work).finally(() => asked.delete(name));
    asked.set(name, turn);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** How long part `n` of a file is; -1 when it has none such. */
function sizeOf(bytes: number, n: number): number {
  const last = partsOf(bytes) - 1;
  if (n < 0 || n > last) return -1;
  return n < last ? IMPORT_PART_BYTES_MAX : bytes - last * IMPORT_PART_BYTES_MAX;
}

/** What is to be done with a file that was read. */
async function verdictOn(
  { problems, problemCount, rows: count, customers, sums, sha256 }: Preview,
  by: {
    readonly kept: Kept;
    readonly rows: readonly BalanceLine[];
    readonly shop: ShopDomain;
    readonly database: Pick<Database, 'read'>;
  },
) {
  const { kept, rows, shop, database } = by;
  const none = { rows: 0, customers: 0, sums: new Map() };
  if (sha256 !== kept.sha256) {
    const damaged = { line: 0, text: 'What arrived is not the file that was sent: send it again.' };
    return { ...none, state: 'sending', problems: [damaged], problemCount: 1 } as const;
  }
  const tooMuch = [...sums].flatMap(([unit, sum]): readonly Problem[] =>
    Math.abs(sum) <= AMOUNT_MAX ? [] : [{ line: 0, text: `Together the ${unit} are too many.` }],
  );
  const isGood = problemCount === 0 && tooMuch.length === 0;
  const noRoom = isGood ? await roomProblems(database, shop, rows) : [];
  const all = [...problems, ...tooMuch, ...noRoom];
  if (all.length === 0) {
    const found = { rows: count, customers, sums };
    return { ...found, state: 'checked', problems: [], problemCount: 0 } as const;
  }
  return {
    ...none,
    state: 'refused',
    problems: all.slice(0, IMPORT_PROBLEMS_TOLD),
    problemCount: problemCount + tooMuch.length + noRoom.length,
  } as const;
}

/** Posts the rows of decided imports, one shop's after the other's, in groups. */
function createPoster(deps: ImportDeps, store: ReturnType<typeof createImportStore>) {
  const { ledger, clock, log, sleep, lockMs = LOCK_MS } = deps;
  const locks = createLocks(deps);
  const running = new Map<ShopDomain, Promise<void>>();
  /** Shops that decided another one meanwhile. */
  const askedAgain = new Set<ShopDomain>();
  let isStopping = false;

  async function post(shop: ShopDomain): Promise<void> {
    for (const id of await store.applying(shop)) await postAll({ shop, id });
  }

  function start(shop: ShopDomain): void {
    if (isStopping) return;
    if (running.has(shop)) return void askedAgain.add(shop);
    const work = post(shop)
      .catch((error: unknown) => {
        log('error', 'import-interrupted', { shop, message: String(error) });
      })
      .finally(() => {
        running.delete(shop);
        if (askedAgain.delete(shop)) start(shop);
      });
    running.set(shop, work);
  }

  /** Every row once; rows that have to wait are left for the next round. */
  async function postAll(place: Place): Promise<void> {
    const { shop } = place;
    const waiting: Problem[] = [];
    let after: number | undefined = 0;
    let patienceMs = 2 * lockMs;
    while (after !== undefined && !isStopping) {
      const from: number = after;
      const turn = await locks.attempt(`import/${shop}`, lockMs, () => postSome(place, from));
      if (turn === undefined) {
        // Another process is at it, or died at it a moment ago.
        if (patienceMs <= 0) return;
        patienceMs -= lockMs / 4;
        await sleep(lockMs / 4);
        continue;
      }
      waiting.push(...turn.result.waiting);
      after = turn.result.after;
    }
    if (isStopping) return;
    const kept = await store.endPass(place, waiting, clock.now());
    if (kept === undefined) return;
    const { state, rows, done } = kept.state;
    log('info', state === 'done' ? 'import-done' : 'import-waits', { shop, rows, done });
  }

  /** A few groups; answers behind which line to go on, or nothing when there is no more. */
  async function postSome(
    place: Place,
    from: number,
  ): Promise<{ readonly after: number | undefined; readonly waiting: readonly Problem[] }> {
    const kept = await store.of(place);
    const foreign = await unitKeptAtShopify(deps, place.shop);
    const all: Problem[] = [];
    let after = from;
    for (let group = 0; group < GROUPS_PER_LOCK && !isStopping; group += 1) {
      const limit = OPERATIONS_PER_TRANSACTION_MAX;
      const rows = await store.rows(place, { after, limit });
      const [first, last] = [rows[0], rows.at(-1)];
      if (kept === undefined || first === undefined || last === undefined)
        return { after: undefined, waiting: all };
      const staged = (sql: Sql) => store.staged(sql, place, [first.line, last.line]);
      const decision = importDecision(kept.sha256, rows, { foreign, staged });
      const settled = await ledger.settle(place.shop, decision);
      // The shop is gone, and its rows with it.
      if ('refused' in settled) return { after: undefined, waiting: all };
      const lines = rows.map(({ line }) => line);
      const waiting = settled.result.map(({ line }) => line);
      await store.removeRows(place, lines, waiting);
      all.push(...settled.result);
      after = last.line;
      // Registers that have come meanwhile are answered first.
      await sleep(0);
    }
    return { after, waiting: all };
  }

  return {
    start,
    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },
    async stop() {
      isStopping = true;
      await Promise.all(running.values());
    },
  };
}
