import { describe, expect, it } from 'vitest';
import type { Unit } from '../../shared/amount.ts';
import type { Claim, CustomerKey } from '../../server/database/database.ts';
import {
  caseOf,
  knowledgeOf,
  learn,
  targets,
  type Fact,
  type Knowledge,
} from '../../server/ledger/cases.ts';
import { canonicalJson } from '../../server/ledger/incoming.ts';
import type { SaleEvent } from '../../server/ledger/sales.ts';
import type { RedemptionEvent } from '../../server/ledger/settlement.ts';

const ALICE = 'alice' as CustomerKey;
const BOB = 'bob' as CustomerKey;
const EUR = 'EUR' as Unit;

const claim = (id: string, customer = ALICE): Claim => ({ id, customer, unit: EUR, amount: 500 });
const eur = (amount: number) => ({ currency: 'EUR', amount });
const redemption = (event: RedemptionEvent): Fact => ({ about: 'redemption', ref: 'R1', event });
const sale = (
  saleKey: string | undefined,
  orderId: number | undefined,
  event: SaleEvent,
): Fact => ({
  about: 'sale',
  sale: { saleKey, orderId },
  event,
});
const earning = (id: string, points: number, customer = ALICE): SaleEvent => ({
  type: 'earn',
  earning: { id, customer, points },
  goods: eur(2_000),
});

function committed(
  orderId: number | undefined,
  by: { captured: number | undefined; claim: Claim | undefined; buyer: CustomerKey },
): readonly Fact[] {
  const named = { saleKey: 'k1', orderId };
  const event = { type: 'commit', ...by, paid: eur(450), sale: named } as const;
  return [redemption(event), sale('k1', orderId, { type: 'commit', ref: 'R1', goods: eur(2_000) })];
}

const returned = (
  key: string,
  value: number,
  orderId: number | undefined,
  refs: string[],
): Fact => ({
  about: 'return',
  returnKey: key,
  event: { value: eur(value), orderId, refs },
});

/** Each is one message; some say the same thing otherwise, some contradict each other. */
const EVENTS: Readonly<Record<string, readonly Fact[]>> = {
  intent: [redemption({ type: 'intent', claim: claim('A.1'), offline: true })],
  void: [redemption({ type: 'void', claim: claim('A.2') })],
  missing: [redemption({ type: 'missing', claim: claim('A.3'), at: 7 })],
  release: [redemption({ type: 'released' })],
  commit: committed(undefined, { captured: 400, claim: claim('A.4'), buyer: ALICE }),
  commitAgain: committed(70, { captured: undefined, claim: undefined, buyer: BOB }),
  earn: [sale('k1', undefined, earning('B.2', 20))],
  earnAgain: [sale('k1', undefined, earning('B.1', 18, BOB))],
  returnByRef: [returned('refund/1', 500, undefined, ['R1'])],
  returnByOrder: [returned('refund/1', 700, 70, [])],
  otherReturn: [returned('refund/2', 301, 70, ['R1'])],
  giveBack: [redemption({ type: 'give-back', id: 'C.1', amount: 33 })],
  takeBack: [sale(undefined, 70, { type: 'take-back', id: 'C.2', points: 3 })],
};
const NAMES = Object.keys(EVENTS);
const SUBSETS = 2 ** NAMES.length;
const STEPS = NAMES.length * SUBSETS;
const ORDERS = NAMES.reduce((product, _name, index) => product * (index + 1), 1);

/** The knowledge after one more message; what was known before stays as it was. */
function after(known: Knowledge, facts: readonly Fact[]): Knowledge {
  const { redemptions, sales, returns } = known;
  const next = knowledgeOf({
    redemptions: [...redemptions.values()],
    sales: [...sales.values()],
    returns: [...returns.values()],
  });
  for (const fact of facts) learn(next, fact);
  return next;
}

/** The text of each row, made once: most steps leave most rows as they are. */
const rowTexts = new WeakMap<object, string>();

function rowText(row: object): string {
  const known = rowTexts.get(row);
  if (known !== undefined) return known;
  const text = canonicalJson(row);
  rowTexts.set(row, text);
  return text;
}

/** All that is known, as text: what must stand in the books is a function of it. */
function textOf({ redemptions, sales, returns }: Knowledge): string {
  const rows = [...redemptions.values(), ...sales.values(), ...returns.values()];
  return rows.map(rowText).sort().join('\n');
}

describe('a redemption, its sale and what came back', () => {
  it(`[LG32] ${NAMES.length} messages: ${STEPS} steps, ${ORDERS} orders`, () => {
    const states: Knowledge[] = [];
    const texts: string[] = [];
    let steps = 0;
    for (let subset = 0; subset < SUBSETS; subset += 1) {
      const members = NAMES.filter((_name, place) => (subset & (1 << place)) !== 0);
      const [first] = members;
      const without = first === undefined ? 0 : subset & ~(1 << NAMES.indexOf(first));
      const base = states[without] ?? knowledgeOf({ redemptions: [], sales: [], returns: [] });
      const state = first === undefined ? base : after(base, EVENTS[first] ?? []);
      states.push(state);
      texts.push(textOf(state));
    }
    for (let subset = 0; subset < SUBSETS; subset += 1) {
      for (const [place, name] of NAMES.entries()) {
        const from = states[subset];
        if (from === undefined) throw new Error(`no state of subset ${subset}`);
        // From a set that has it this is a repeat; else it is one more way to the larger set.
        const reached = textOf(after(from, EVENTS[name] ?? []));
        if (reached !== texts[subset | (1 << place)])
          expect.unreachable(`${name} after ${subset.toString(2)} comes to something else`);
        steps += 1;
      }
    }
    expect(steps).toBe(STEPS);
    expect(new Set(texts).size).toBeGreaterThan(SUBSETS / 2);
  });

  it('[LG32] all of it together comes to what the sale used, less what came back', () => {
    let known = knowledgeOf({ redemptions: [], sales: [], returns: [] });
    for (const name of NAMES) known = after(known, EVENTS[name] ?? []);
    const { redemptions, sales } = targets(caseOf(known, ['order/70']));
    // 400 captured; 700 + 301 of 2,000 came back, so 400 − ⌊400 × 999 / 2,000⌋ = 201, and 33 more.
    expect(redemptions.map(({ wanted }) => wanted)).toEqual([
      { customer: ALICE, unit: EUR, held: 0, captured: 166, givenBack: 234 },
    ]);
    // 18 earned by the least id; ⌊18 × 1,001 / 2,000⌋ = 9 and 3 more were taken back.
    expect(sales.flatMap(({ wanted }) => wanted ?? [])).toEqual([{ customer: BOB, points: 6 }]);
  });
});
