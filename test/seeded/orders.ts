/**
 * Whether the books depend on the order in which messages arrive: by induction over all subsets of
 * a set of messages, on the real ledger and a real SQLite database.
 *
 * For every subset S and every message m outside of it: the ledger that was told S in the order of
 * the list, and then m, stands exactly as the one that was told S and m in the order of the list.
 * What stands is all that a later decision reads (facts, postings, sales, returns, accounts).
 * So, step by step, every order of all of them ends the same; and a message that comes again leaves
 * what stands as it is, wherever in the order that happens.
 *
 * As a command, `npm run orders`, it checks all of orders-told.ts.
 */
import { fileURLToPath } from 'node:url';
import * as v from '../../shared/schema.ts';
import { syncResponseSchema, type Operation, type SyncRequest } from '../../shared/protocol.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import type { Database, ShopDomain, ShopReader } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger, type Ledger } from '../../server/ledger.ts';
import { seedShop } from '../../server/seeding.ts';
import { ALICE, BOB, PROGRAM, SHOP_ID, push } from '../server/world.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { OF_AN_ORDER, OF_ONE_SALE, OF_TWO_SALES, type Message } from './orders-told.ts';

const NOW_MS = 1_780_000_000_000;

export interface OrderCheck {
  readonly messages: number;
  /** Steps from one subset to the next that were compared. */
  readonly steps: number;
  /** Orders without repeats that follow from them: messages! */
  readonly orders: bigint;
  readonly differences: readonly string[];
}

/** A ledger that can try out a push and take it back. */
interface Trial {
  readonly ledger: Ledger;
  newShop(): Promise<ShopDomain>;
  /** Operations that follow each other are one push. */
  tell(shop: ShopDomain, messages: readonly Message[]): Promise<void>;
  standing(shop: ShopDomain): Promise<string>;
  /** What stands after one more message, which is then rolled back. */
  tried(shop: ShopDomain, message: Message): Promise<string>;
  close(): Promise<void>;
}

class TakenBack extends Error {}

export function openTrial(messages: readonly Message[]): Trial {
  let trying: { seen: string } | undefined;
  const plain = openSqlite(':memory:');
  const database: Database = {
    ...plain,
    transact: (shop, work) =>
      plain.transact(shop, async (tx) => {
        const result = await work(tx);
        if (trying === undefined) return result;
        trying.seen = await standing(tx, messages);
        throw new TakenBack();
      }),
  };
  const ledger = createLedger({ database, clock: { now: () => NOW_MS }, random: seededRandom(3) });
  let shops = 0;
  const send = async (shop: ShopDomain, operations: readonly Operation[]): Promise<void> => {
    const request: SyncRequest = v.parse(syncRequestSchema, push({ operations }));
    const outcome = await ledger.sync({ shop, user: '42', request });
    if ('refused' in outcome) throw new Error(`refused: ${outcome.refused}`);
    const { results } = v.parse(syncResponseSchema, outcome.answer);
    const bad = results.find(({ status }) => status === 'quarantined' || status === 'mismatch');
    if (bad !== undefined) throw new Error(`${bad.id} is ${bad.status}`);
  };
  const tell: Trial['tell'] = async (shop, told) => {
    let operations: Operation[] = [];
    for (const message of told) {
      if (!('decision' in message)) {
        operations.push(message);
        continue;
      }
      if (operations.length > 0) await send(shop, operations);
      operations = [];
      const settled = await ledger.settle(shop, message.decision);
      if ('refused' in settled) throw new Error(`refused: ${settled.refused}`);
    }
    if (operations.length > 0) await send(shop, operations);
  };
  return {
    ledger,
    tell,
    async newShop() {
      shops += 1;
      const shop = `orders-${shops}.myshopify.com` as ShopDomain;
      await seedShop(ledger, {
        shop,
        shopId: SHOP_ID,
        program: PROGRAM,
        policy: POLICY_DEFAULT,
        customers: [
          { customer: ALICE, points: 1_000, credit: 5_000 },
          { customer: BOB, points: 300, credit: 0 },
        ],
      });
      return shop;
    },
    standing: (shop) => database.read(shop, (reader) => standing(reader, messages)),
    async tried(shop, message) {
      const trial = (trying = { seen: 'nothing was written' });
      try {
        await tell(shop, [message]);
      } catch (error) {
        if (!(error instanceof TakenBack)) throw error;
      } finally {
        trying = undefined;
      }
      return trial.seen;
    },
    close: () => plain.close(),
  };
}

/** Everything that a later decision about these messages reads, as text without positions. */
async function standing(reader: ShopReader, messages: readonly Message[]): Promise<string> {
  const named = messages.flatMap((one) => ('decision' in one ? [one.decision.reads] : []));
  const operations = messages.flatMap((one) => ('decision' in one ? [] : [one]));
  const refs = unique([
    ...operations.flatMap((one) => ('ref' in one ? [one.ref as string] : [])),
    ...named.flatMap((one) => one.refs ?? []),
  ]);
  const bodies = operations.map(({ body }) => body as Readonly<Record<string, unknown>>);
  const texts = (name: string) =>
    unique(bodies.map((body) => body[name]).filter((one) => typeof one === 'string'));
  const orderIds = unique([
    ...bodies.map((body) => body['orderId']).filter((one) => typeof one === 'number'),
    ...named.flatMap((one) => one.orderIds ?? []),
  ]);
  const returnKeys = unique([
    ...texts('returnKey'),
    ...named.flatMap((one) => one.returnKeys ?? []),
  ]);
  const customers = await reader.customers([ALICE, BOB]);
  const found = {
    redemptions: await reader.redemptions(refs),
    sales: await reader.sales(texts('saleKey'), orderIds),
    returns: await reader.returns({ returnKeys, orderIds, refs }),
    accounts: await reader.accounts(customers.map(({ key }) => key)),
  };
  const rows = Object.entries(found).flatMap(([name, list]) =>
    list.map((row) => `${name} ${JSON.stringify(row, sorted)}`).sort(),
  );
  let text = rows.join('\n');
  for (const { key, id } of customers) text = text.replaceAll(key, `customer ${id}`);
  return text;
}

/** Names in order, and without the position of the newest message. */
function sorted(name: string, value: unknown): unknown {
  if (name === 'seq') return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** Compares every step from a subset of the messages to the next. */
export async function checkEveryOrder(messages: readonly Message[]): Promise<OrderCheck> {
  const trial = openTrial(messages);
  const subsets = 2 ** messages.length;
  const wanted: string[] = [];
  const reached: { readonly from: number; readonly by: number; readonly found: string }[] = [];
  const differences: string[] = [];
  for (let subset = 0; subset < subsets; subset += 1) {
    const shop = await trial.newShop();
    const told = messages.filter((_, i) => (subset & (1 << i)) !== 0);
    if (told.length > 0) await trial.tell(shop, told);
    const stands = await trial.standing(shop);
    wanted.push(stands);
    for (const [by, message] of messages.entries())
      if ((subset & (1 << by)) === 0)
        reached.push({ from: subset, by, found: await trial.tried(shop, message) });
    await trial.tell(shop, told.toReversed());
    if ((await trial.standing(shop)) !== stands)
      differences.push(`all of ${namesOf(messages, subset)} again`);
  }
  await trial.close();
  for (const { from, by, found } of reached)
    if (wanted[from | (1 << by)] !== found)
      differences.push(`${namesOf(messages, from)}, then ${namesOf(messages, 1 << by)}`);
  const orders = messages.reduce((product, _, i) => product * BigInt(i + 1), 1n);
  return { messages: messages.length, steps: reached.length, orders, differences };
}

function namesOf(messages: readonly Message[], subset: number): string {
  const named = messages.filter((_, i) => (subset & (1 << i)) !== 0);
  return named.map(({ kind, id }) => `${kind} ${id}`).join(', ');
}

export interface SampledOrders {
  readonly orders: number;
  readonly pushes: number;
  readonly differences: readonly string[];
}

/** Tells a ledger the messages in drawn orders, with drawn repeats, in pushes of drawn sizes. */
export async function sampleOrders(
  messages: readonly Message[],
  { orders, seed }: { readonly orders: number; readonly seed: number },
): Promise<SampledOrders> {
  const random = seededRandom(seed);
  const trial = openTrial(messages);
  const first = await trial.newShop();
  await trial.tell(first, messages);
  const wanted = await trial.standing(first);
  const differences: string[] = [];
  let pushes = 0;
  for (let n = 0; n < orders; n += 1) {
    const shop = await trial.newShop();
    const drawn = shuffled(
      messages.flatMap((one) => Array.from({ length: random.between(1, 3) }, () => one)),
      random,
    );
    const order = drawn.map(({ kind, id }) => `${kind} ${id}`).join(', ');
    while (drawn.length > 0) {
      await trial.tell(shop, drawn.splice(0, random.between(1, 8)));
      pushes += 1;
    }
    const faults = await trial.ledger.verify(shop);
    if ((await trial.standing(shop)) !== wanted || faults.length > 0)
      differences.push(`${order}: ${faults.join(' ')}`);
  }
  await trial.close();
  return { orders, pushes, differences };
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.below(left.length), 1));
}

async function main(): Promise<void> {
  for (const messages of [OF_ONE_SALE, OF_TWO_SALES, OF_AN_ORDER]) {
    const { steps, orders, differences } = await checkEveryOrder(messages);
    const drawn = await sampleOrders(messages, { orders: 300, seed: 5 });
    const found = [...differences, ...drawn.differences];
    for (const text of found.slice(0, 100)) process.stdout.write(`${text}\n`);
    process.stdout.write(`${messages.length} messages, ${steps} steps, so ${orders} orders; `);
    process.stdout.write(`${drawn.orders} drawn with repeats; ${found.length} differences\n`);
    if (found.length > 0) process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
