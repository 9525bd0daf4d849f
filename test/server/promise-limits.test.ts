import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currency, minor, points } from '../../shared/amount.ts';
import { POLICY_DEFAULT, type Policy, type Program } from '../../shared/program.ts';
import type { OperationOf } from '../../shared/protocol.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { openBooks, type Books } from './books.ts';
import { ALICE, BOB, earn, EUR, id, intent, note, ref, SHOP, SHOP_ID, voided } from './world.ts';

const HOUR_MS = 3_600_000;
const PIN = { salt: '0123456789ABCDEF', hash: 'a'.repeat(64) };

let books: Books;
let policy: Policy;
let n = 0;
beforeEach(async () => {
  n = 0;
  books = await openBooks(openSqlite(':memory:'));
  policy = (await books.sync()).policy;
});
afterEach(async () => {
  expect(await books.ledger.verify(SHOP)).toEqual([]);
  await books.database.close();
});

async function decide(part: Partial<Policy>): Promise<number> {
  await books.ledger.setPolicy(SHOP, SHOP_ID, { ...policy, ...part });
  return (await books.sync()).policy.version;
}

/** A promise made without a network, worth 10.00 for Alice unless said otherwise. */
function promise(
  part: { worth?: number; customer?: number; period?: number | null; device?: string } & Partial<
    OperationOf<'intent'>['body']
  > = {},
) {
  n += 1;
  const { worth = 1_000, customer = ALICE, period = 1_000, ...body } = part;
  return intent({
    id: id('P', n),
    ref: ref(`P${n}`),
    lastServerTime: period,
    hold: { customer, unit: 'points', amount: 1 },
    body: { policy: policy.version, discount: { currency: EUR, amount: minor(worth) }, ...body },
  });
}

const takenBack = (of: OperationOf<'intent'>, period: number) => {
  n += 1;
  const { ref: reference, hold } = of;
  return voided({ id: id('P', n), ref: reference, hold, lastServerTime: period });
};

/** Which of these operations are flagged as beyond a limit, when pushed together. */
async function flagged(...operations: readonly unknown[]): Promise<readonly boolean[]> {
  const { results } = await books.sync({ operations });
  return results.map(({ flags }) => flags.includes('over-limit'));
}

describe('the policy that a promise was made under', () => {
  it('[LG30] an old version still decides about what was promised under it', async () => {
    const strict = await decide({ perCustomer: minor(900) });
    await decide({ perCustomer: minor(2_000) });
    const told = await flagged(
      promise({ period: 1 }),
      promise({ period: 2, policy: strict }),
      promise({ period: 3, policy: strict, worth: 900 }),
      promise({ period: 4, policy: 99, worth: 9_000_000 }),
      promise({ period: 5, policy: null, worth: 9_000_000 }),
    );
    expect(told).toEqual([false, true, false, false, false]);
  });

  it('[LG30] what was seen two days ago halves the limit, four days ago allows nothing', async () => {
    const seen = (hours: number | null, worth: number, period: number) =>
      promise({
        period,
        worth,
        shown: { balance: 10, ageMs: hours === null ? null : hours * HOUR_MS },
      });
    const told = await flagged(
      seen(24, POLICY_DEFAULT.perCustomer, 1),
      seen(25, POLICY_DEFAULT.perCustomer, 2),
      seen(25, POLICY_DEFAULT.perCustomer / 2, 3),
      seen(null, POLICY_DEFAULT.perCustomer, 4),
      seen(73, 1, 5),
    );
    expect(told).toEqual([false, true, false, true, true]);
  });

  it('[LG30] where the limit is halved a PIN was needed, if the policy had one', async () => {
    const withPin = await decide({ pin: PIN });
    const shown = { balance: 10, ageMs: 30 * HOUR_MS };
    const told = await flagged(
      promise({ period: 1, shown, pin: false }),
      promise({ period: 2, shown, pin: false, policy: withPin }),
      promise({ period: 3, shown, pin: true, policy: withPin }),
      promise({ period: 4, pin: false, policy: withPin }),
    );
    expect(told).toEqual([false, true, false, false]);
  });

  it('[LG30] nothing was to be promised offline where the merchant had said so', async () => {
    const off = await decide({ redeemOffline: false });
    const told = await flagged(promise({ policy: off }), promise({ policy: off, offline: false }));
    expect(told).toEqual([true, false]);
  });
});

describe('the sums of an offline period', () => {
  it('[LG30] the limit of a customer is for the whole period of a register', async () => {
    const tight = await decide({ perCustomer: minor(2_500) });
    const own = { policy: tight };
    expect(await flagged(promise(own), promise(own))).toEqual([false, false]);
    const told = await flagged(
      promise(own),
      promise({ ...own, customer: BOB }),
      promise({ ...own, period: 2_000 }),
      promise({ ...own, period: null }),
    );
    expect(told).toEqual([true, false, false, false]);
  });

  it('[LG30] so are the limit of the register and the number of promises', async () => {
    const tight = await decide({ perRegister: minor(2_500) });
    const few = await decide({ redemptionsMax: 2 });
    const customers = [ALICE, BOB, 103];
    const three = (version: number, period: number) =>
      customers.map((customer) => promise({ policy: version, customer, period }));
    expect(await flagged(...three(tight, 1))).toEqual([false, false, true]);
    expect(await flagged(...three(few, 2))).toEqual([false, false, true]);
    expect(await flagged(...three(policy.version, 3))).toEqual([false, false, false]);
  });

  it('[LG30] what was taken back in the period does not count, wherever it stands', async () => {
    const tight = await decide({ perCustomer: minor(1_500) });
    const own = { policy: tight };
    const [first, second, third] = [promise(own), promise(own), promise(own)];
    expect(await flagged(first, second, takenBack(first, 1_000))).toEqual([false, false, false]);
    expect(await flagged(takenBack(second, 1_000), third)).toEqual([false, false]);
    expect(await flagged(promise(own))).toEqual([true]);
  });

  it('[LG30] another register has a period of its own; sent again, nothing counts twice', async () => {
    const tight = await decide({ perCustomer: minor(1_500) });
    const first = promise({ policy: tight });
    expect(await flagged(first, first)).toEqual([false, false]);
    const { results } = await books.sync({
      register: { device: 'till-2', name: '', location: 1, user: 42, staff: 9, build: '1' },
      operations: [promise({ policy: tight })],
    });
    expect(results[0]?.flags).toEqual([]);
  });
});

describe('the program that a sale earned by', () => {
  it('[LG33] an old version still decides about what was earned by it', async () => {
    const { program } = await books.sync();
    const generous: Program = { ...program, earn: { points: 5, per: 100 } };
    await books.ledger.setProgram(SHOP, SHOP_ID, generous);
    await books.ledger.setProgram(SHOP, SHOP_ID, { ...program, currency: currency('USD') });
    const sale = (at: number, version: number, worth: number) =>
      earn({
        id: id('E', at),
        body: { saleKey: `s${at}`, program: version, points: points(worth) },
      });
    const { results } = await books.sync({
      operations: [
        sale(1, program.version, 20),
        sale(2, program.version, 21),
        sale(3, program.version + 1, 100),
        sale(4, program.version + 1, 101),
        sale(5, program.version + 2, 1),
      ],
    });
    const isFlagged = results.map(({ flags }) => flags.includes('amount-differs'));
    expect(isFlagged).toEqual([false, true, false, true, true]);
  });
});

describe('a cash session', () => {
  it.each([
    ['with something waiting', { id: 1, waiting: 2, unknown: 0 }, true],
    ['with something nobody can tell of', { id: 1, waiting: 0, unknown: 1 }, true],
    ['with nothing left', { id: 1, waiting: 0, unknown: 0 }, false],
    ['of an unknown form', { id: 1 }, false],
    ['with counts that are none', { waiting: 'two', unknown: null }, false],
    ['with counts below zero', { waiting: -3, unknown: 0 }, false],
    ['that is no object', 7, false],
    ['that is cut off', undefined, false],
  ])('[LG31] closed %s', async (_title, told, isFlagged) => {
    const text = told === undefined ? '{"waiting": 3' : JSON.stringify(told);
    const { results } = await books.sync({
      operations: [
        note({ id: id('N', 1), body: { topic: 'cash-session-complete', text } }),
        note({ id: id('N', 2), body: { topic: 'cash-session-start', text } }),
      ],
    });
    expect(results.map(({ status }) => status)).toEqual(['applied', 'applied']);
    expect(results.map(({ flags }) => flags)).toEqual([
      isFlagged ? ['closed-with-waiting'] : [],
      [],
    ]);
  });
});
