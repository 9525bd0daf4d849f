/** What waits for a person over HTTP: found, decided, taken back, and heard of by registers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  reviewItemAnswerSchema,
  reviewPageSchema,
  type ReviewItem,
  type ReviewPage,
} from '../../shared/merchant/review.ts';
import { syncResponseSchema } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { openMerchant, type As } from './merchant-world.ts';
import { ALICE, commit, id, intent, ref, SHOP } from './world.ts';

type World = Awaited<ReturnType<typeof openMerchant>>;
let world: World;
beforeEach(async () => {
  world = await openMerchant();
});
afterEach(() => world.close());

async function page(query = 'state=open'): Promise<ReviewPage> {
  const { status, body } = await world.ask(`GET /api/admin/review?${query}`);
  expect(status).toBe(200);
  return v.parse(reviewPageSchema, body);
}

let drawn = 0;
const draw = () => `decision-${String((drawn += 1)).padStart(8, '0')}`;

interface Decide {
  readonly key: string;
  readonly action: string;
  readonly amount?: number | null;
  readonly comment?: string;
  readonly decision?: string;
}

const decide = (by: Decide, as?: As) =>
  world.ask(
    'POST /api/admin/review/decide',
    { decision: draw(), comment: 'looked at it', amount: null, ...by },
    as,
  );

const itemIn = (answered: { readonly status: number; readonly body: unknown }): ReviewItem => {
  expect([answered.status, answered.body]).toEqual([200, expect.anything()]);
  return v.parse(reviewItemAnswerSchema, answered.body).item;
};

/** Alice spends 500 of her 1,000 points three times on registers that are cut off. */
async function overspend(): Promise<void> {
  for (const n of [1, 2, 3]) {
    const [name, at] = [ref(`R${n}`), { id: id('A', 2 * n - 1), lastServerTime: 5 }];
    const sold = { id: id('A', 2 * n), ref: name, body: { saleKey: `sale-${n}` } };
    const { status } = await world.sync({
      operations: [intent({ ...at, ref: name }), commit(sold)],
    });
    expect(status).toBe(200);
  }
}

describe('an overspend', () => {
  it('[MR1] is found with its evidence, written off, and every register hears of it', async () => {
    await overspend();
    const { items, counts } = await page();
    const overdrawn = items.find(({ kind }) => kind === 'overdrawn');
    expect(overdrawn).toMatchObject({
      customer: ALICE,
      overBy: 500,
      balance: -500,
      unit: 'points',
      register: 'Register till-1',
      staff: 9,
      location: 1,
      cacheAgeMs: 60_000,
      isOpen: true,
      actions: ['carry', 'write-off', 'contacted', 'dismiss', 'credit'],
    });
    expect(counts.overdrawn).toBe(1);
    const { key } = overdrawn as ReviewItem;
    const item = itemIn(await decide({ key, action: 'write-off', comment: 'our fault' }));
    expect(item).toMatchObject({ isOpen: false, balance: 0, actions: [] });
    expect(item.decisions).toMatchObject([
      { action: 'write-off', comment: 'our fault', by: '42', amount: 500, canUndo: true },
    ]);
    const answer = v.parse(syncResponseSchema, (await world.sync()).body);
    expect(answer.cursor.seq).toBeGreaterThan(0);
    expect(await world.ledger.balances(SHOP, ALICE)).toContainEqual({ unit: 'points', balance: 0 });
    expect(await world.ledger.verify(SHOP)).toEqual([]);
    expect((await page()).counts.overdrawn).toBeUndefined();
    expect((await page('state=closed')).items.map((one) => one.key)).toEqual([key]);
  });
});
