/**
 * A day of a shop with a counter, a market stall and a stand at the pier, written into a ledger as
 * registers would send it: what the merchant's page looks like when it has something to show.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { minor, points } from '../../shared/amount.ts';
import type { Cursor } from '../../shared/protocol.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import * as v from '../../shared/schema.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger } from '../../server/ledger.ts';
import { programDecision, policyDecision } from '../../server/ledger/decision.ts';
import { seedShop } from '../../server/seeding.ts';
import {
  CUSTOMER_LIST,
  DEMO_POLICY,
  DEMO_PROGRAM,
  LOCATIONS,
  openingBalances,
  SHOP_CURRENCY,
  SHOP_DOMAIN,
  SHOP_ID,
  STAFF,
  USERS,
} from '../../simulator/shop.ts';
import { commit, earn as earned, id, intent, push, ref, type Push } from '../server/world.ts';
import { seededRandom } from './seeded-random.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The shop's midnight before its Saturday on the market; Berlin is two hours ahead then. */
const MIDNIGHT = Date.UTC(2026, 5, 12, 22);
/** When the merchant looks at it, ms since 1970: 18:20 in the shop's zone. */
export const LOOKED_AT = MIDNIGHT + 18 * HOUR + 20 * MINUTE;

type Till = 'counter' | 'stall' | 'pier' | 'cellar';
const TILLS: Readonly<Record<Till, { readonly name: string; readonly location: number }>> = {
  counter: { name: 'Front counter', location: LOCATIONS[0]?.id ?? 1 },
  stall: { name: 'Market stall', location: LOCATIONS[1]?.id ?? 2 },
  pier: { name: 'Stand at the pier', location: LOCATIONS[1]?.id ?? 2 },
  cellar: { name: 'Cellar', location: LOCATIONS[0]?.id ?? 1 },
};
const STAFF_AT: Readonly<Record<Till, number>> = { counter: 0, stall: 1, pier: 2, cellar: 0 };

/** A sale that used a reward, as its register made it: when, for whom, which reward. */
interface Sale {
  readonly till: Till;
  readonly at: number;
  readonly customer: string;
  readonly reward: number;
  readonly goods: number;
  readonly offline: boolean;
  readonly ref?: string;
  /** The cart was left: nothing says what became of it. */
  readonly isOpen?: boolean;
}

export interface DayInput {
  /** Where the simulator's ledger is to be. */
  readonly folder: string;
}

/** Writes the day's ledger into the folder, for a simulator that is started on it afterwards. */
export async function writeDay({ folder }: DayInput): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const database = openSqlite(join(folder, 'ledger.sqlite'));
  await database.setStamp('simulator');
  let now = LOOKED_AT - 20 * DAY;
  const ledger = createLedger({ database, clock: { now: () => now }, random: seededRandom(11) });
  const shop = SHOP_DOMAIN as ShopDomain;
  const by = String(USERS[0]?.id);
  await seedShop(ledger, {
    shop,
    shopId: SHOP_ID,
    program: DEMO_PROGRAM,
    policy: DEMO_POLICY,
    customers: openingBalances(),
  });
  const seeded = await database.read(shop, (reader) => reader.shop());
  const { program, policy } = seeded ?? { program: DEMO_PROGRAM, policy: DEMO_POLICY };
  now = LOOKED_AT - 9 * DAY;
  const earn = { ...program.earn, excludedProducts: [GIFT_CARD] };
  await ledger.settle(
    shop,
    programDecision({ ...program, earn }, { by, expected: program.version }),
  );
  now = LOOKED_AT - 2 * DAY;
  const limits = { perCustomer: minor(4_000), redemptionsMax: 40 };
  await ledger.settle(
    shop,
    policyDecision({ ...policy, ...limits }, { by, expected: policy.version }),
  );
  const cursors = new Map<Till, Cursor>();
  for (const call of callsOf(writeSales())) {
    now = call.at;
    const cursor = cursors.get(call.till) ?? null;
    const request = v.parse(syncRequestSchema, requestOf(call, cursor));
    const outcome = await ledger.sync({ shop, user: String(request.register.user), request });
    if ('answer' in outcome) cursors.set(call.till, outcome.answer.cursor);
  }
  await database.close();
}

interface Call {
  readonly till: Till;
  readonly at: number;
  readonly operations: readonly unknown[];
  readonly more?: Partial<Push>;
}

function requestOf({ till, at, operations, more }: Call, cursor: Cursor | null): Push {
  const isPopUp = till === 'stall' || till === 'pier';
  const register = {
    ...TILLS[till],
    device: till,
    user: USERS[isPopUp ? 1 : 0]?.id ?? 1,
    staff: STAFF[STAFF_AT[till]]?.id ?? 1,
    build: '1.0.0',
  };
  const clock = at + (CLOCK_OFF[till] ?? 0);
  const storage = { keys: 9 + 2 * operations.length, bytes: 31_000 + 900 * operations.length };
  return push({
    ...{ cursor, register, shopId: SHOP_ID, operations, deviceTime: clock, storage },
    pendingCount: operations.length,
    ...more,
  });
}

/** How fast a register's clock is, ms. */
const CLOCK_OFF: Partial<Record<Till, number>> = { stall: 4 * MINUTE };
/** The hours in which tills were without a network, from and until. */
const CUT_OFF: Partial<Record<Till, readonly [number, number]>> = {
  stall: [10.6, 15.7],
  pier: [12.1, 16.95],
};
const CALLS_EVERY = 4 * MINUTE;

/** Each till calls every few minutes while it can, and brings what was sold since. */
function callsOf(sales: readonly Sale[]): readonly Call[] {
  const numbers = new Map<Till, number>();
  const written = new Map(sales.map((sale, place) => [sale, operationsOf(sale, place, numbers)]));
  const calls: Call[] = [
    {
      ...{ till: 'cellar', at: MIDNIGHT - 11 * HOUR, operations: [] },
      more: { pendingCount: 3, oldestPendingAt: MIDNIGHT - 13 * HOUR },
    },
  ];
  for (const till of ['counter', 'stall', 'pier'] as const) {
    let since = Number.NEGATIVE_INFINITY;
    for (const at of timesOf(till, sales)) {
      const due = sales.filter((sale) => sale.till === till && sale.at > since && sale.at < at);
      const operations: unknown[] = due.flatMap((sale) => written.get(sale) ?? []);
      if (till === 'stall' && at > MIDNIGHT + 15.7 * HOUR && since < MIDNIGHT + 11 * HOUR)
        operations.push(UNREADABLE);
      calls.push({ till, at, operations });
      since = at;
    }
  }
  return calls.toSorted((a, b) => a.at - b.at);
}

/** Every few minutes, and as soon as something is sold, while there is a network. */
function timesOf(till: Till, sales: readonly Sale[]): readonly number[] {
  const [from, until] = CUT_OFF[till] ?? [0, 0];
  const offset = { counter: 1, stall: 2, pier: 3, cellar: 0 }[till] * 20_000;
  const times: number[] = [];
  for (let at = MIDNIGHT + 9 * HOUR + offset; at < LOOKED_AT; at += CALLS_EVERY) times.push(at);
  const sold = sales.filter((sale) => sale.till === till).map((sale) => sale.at + 65_000);
  return [...times, ...sold]
    .filter((at) => at < MIDNIGHT + from * HOUR || at > MIDNIGHT + until * HOUR)
    .toSorted((a, b) => a - b);
}

/** What a newer version of the extension might send. */
const UNREADABLE = { v: 2, id: id('STA1', 90), kind: 'birthday-gift', points: 150 };
const GIFT_CARD = 8_200_000_000_010;

/** A redemption, its sale and what it earned; the counter's second operation was lost. */
function operationsOf(sale: Sale, place: number, numbers: Map<Till, number>): readonly unknown[] {
  const { till, at, customer, goods, offline } = sale;
  const reward = DEMO_PROGRAM.rewards[sale.reward];
  const found = CUSTOMER_LIST.find(({ name }) => name === customer);
  if (reward === undefined || found === undefined) throw new Error(`no ${customer} here`);
  const next = () => {
    const n = (numbers.get(till) ?? 0) + 1;
    const number = till === 'counter' && n === 2 ? 3 : n;
    numbers.set(till, number);
    return id(`${till.slice(0, 3).toUpperCase()}1`, number);
  };
  const clock = at + (CLOCK_OFF[till] ?? 0);
  const amount =
    reward.discount.type === 'fixed' ? reward.discount.amount : minor(Math.floor(goods / 10));
  const discount = { currency: SHOP_CURRENCY, amount };
  const whole = {
    ...{ shopId: SHOP_ID, device: till, location: TILLS[till].location, build: '1.0.0' },
    staff: STAFF[STAFF_AT[till]]?.id ?? 1,
    ref: ref(sale.ref ?? `${till.slice(0, 2)}${String(place * 7_919 + 104_729)}K`),
    hold: { customer: found.id, unit: 'points' as const, amount: reward.points },
  };
  const shown = { balance: balanceOf(found.id), ageMs: offline ? 95 * MINUTE : 40_000 };
  const asked = { title: reward.title, reward: reward.id, discount, shown, offline };
  const tap = intent({ ...whole, id: next(), deviceTime: clock, body: asked });
  if (sale.isOpen === true) return [tap];
  const saleKey = `sale-${String(place)}`;
  const sold = { captured: reward.points, discount, goods, saleKey };
  const paid = goods - amount;
  return [
    tap,
    commit({ ...whole, id: next(), deviceTime: clock + MINUTE, body: sold }),
    earned({
      ...{ ...whole, id: next(), hold: null, ref: ref(`E${String(place * 6_571 + 300_007)}`) },
      deviceTime: clock + MINUTE,
      body: {
        customer: found.id,
        points: points(Math.floor(paid / 100)),
        ...{ eligible: { currency: SHOP_CURRENCY, amount: minor(paid) }, goods: paid, saleKey },
      },
    }),
  ];
}

const balanceOf = (customer: number): number =>
  openingBalances().find((one) => one.customer === customer)?.points ?? 0;

const at = (hour: number, minute: number): number => MIDNIGHT + hour * HOUR + minute * MINUTE;

/** Friday's cart that was left and a sale after it, and Saturday's sales at three tills. */
function writeSales(): readonly Sale[] {
  const left: Sale = {
    ...{ till: 'counter', at: MIDNIGHT - 8.6 * HOUR, customer: 'Gwen Pritchard', reward: 0 },
    ...{ goods: 2_200, offline: false, isOpen: true },
  };
  const sales = SOLD.map(([till, hour, minute, customer, reward, goods, own]): Sale => {
    const [from, until] = CUT_OFF[till] ?? [0, 0];
    const when = at(hour, minute);
    const isCutOff = when > MIDNIGHT + from * HOUR && when < MIDNIGHT + until * HOUR;
    const named = own === undefined ? {} : { ref: own };
    return { till, at: when, customer, reward, goods, offline: isCutOff, ...named };
  });
  const before: Sale = {
    ...{ till: 'counter', at: MIDNIGHT - 8.4 * HOUR, customer: 'Sven Keller', reward: 0 },
    ...{ goods: 3_600, offline: false },
  };
  return [left, before, ...sales];
}

/** Till, hour, minute, customer, which reward, price of the goods in cents. */
const SOLD: readonly (readonly [Till, number, number, string, number, number, string?])[] = [
  ['counter', 9, 14, 'Ada Lindqvist', 0, 3_400],
  ['stall', 9, 48, 'Levi Aalto', 0, 1_850],
  ['counter', 10, 22, 'Rosa Costa', 1, 5_600],
  ['pier', 10, 31, 'Tilda Berg', 0, 2_750],
  ['stall', 11, 5, 'Chidi Anand', 1, 4_900],
  ['counter', 11, 37, 'Jonas Dubois', 0, 2_650],
  ['stall', 11, 52, 'Bruno Castell', 1, 3_400],
  ['stall', 12, 26, 'Farah Nasser', 0, 1_450],
  ['counter', 12, 41, 'Mira Graf', 2, 12_900],
  ['pier', 12, 58, 'Olga Holm', 0, 2_200],
  ['stall', 13, 9, 'Hugo Lambert', 2, 7_700],
  ['pier', 13, 40, 'Bruno Castell', 1, 2_750, 'ST0RMY7K2P'],
  ['counter', 13, 55, 'Sven Keller', 0, 1_800],
  ['stall', 14, 20, 'Paul Novak', 0, 2_300],
  ['pier', 14, 33, 'Chidi Anand', 1, 5_600],
  ['stall', 15, 2, 'Ada Lindqvist', 0, 850],
  ['counter', 15, 24, 'Jonas Dubois', 1, 3_850],
  ['pier', 15, 47, 'Yara Roux', 0, 1_450],
  ['counter', 16, 36, 'Kaja Thorn', 0, 2_200],
  ['stall', 17, 12, 'Elsa Petit', 0, 3_400],
  ['counter', 17, 43, 'Henri Sousa', 1, 4_900],
  ['pier', 18, 1, 'Olga Holm', 0, 2_750],
];

const BRUNO = CUSTOMER_LIST.find(({ name }) => name === 'Bruno Castell')?.id ?? 0;
/** Who spent the same points twice that day, and where it came to light. */
export const PICTURED = {
  customer: 'Bruno Castell',
  customerId: BRUNO,
  ref: ref('ST0RMY7K2P'),
  operation: id('PIE1', 7),
} as const;

/** Balances of a program that the shop had before, as a merchant might bring them. */
export const SAMPLE_FILE = [
  'customer,unit,balance',
  ...CUSTOMER_LIST.slice(20, 26).map(({ id: one }, place) => `${one},points,${250 + 35 * place}`),
  ...CUSTOMER_LIST.slice(20, 23).map(({ id: one }, place) => `${one},EUR,${12 + place}.50`),
  '',
].join('\n');
