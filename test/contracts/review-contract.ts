/**
 * What persons decide, on any database: random decisions among sales, voids and mergers,
 * after each of which the books and every list must agree with what was decided.
 */
import { describe, expect, it } from 'vitest';
import { isClosing, type ReviewItem } from '../../shared/merchant/review.ts';
import { openReviewCount, readReview, readReviewItem } from '../../server/admin/review-page.ts';
import type { Database } from '../../server/database/database.ts';
import { number } from '../../server/database/sql.ts';
import { readOperation } from '../../server/ledger/incoming.ts';
import { forgetDecision, mergeDecision } from '../../server/ledger/heirs.ts';
import { adjustDecision } from '../../server/ledger/review-adjustment.ts';
import { reviewDecision, undoDecision, type Outcome } from '../../server/ledger/review-decision.ts';
import { openBooks, type Books } from '../server/books.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  id,
  intent,
  ref,
  registerOf,
  SHOP,
  SHOP_ID,
  voided,
} from '../server/world.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';

const CUSTOMERS = [ALICE, BOB, 103, 104];
const GIVEN = `SELECT coalesce(sum(0 - e.issued), 0) AS given FROM entry e
  JOIN operation o ON o.shop = e.shop AND o.seq = e.seq WHERE e.shop = ? AND o.kind = 'review'`;

export function reviewContract(
  name: string,
  open: () => Promise<{ readonly database: Database; end(): Promise<void> }>,
  by: { readonly seeds: readonly number[]; readonly steps: number },
): void {
  describe(`reviews on ${name}`, () => {
    it.each(by.seeds)(
      '[MR21, MR22] books and lists agree with what was decided, seed %i',
      async (seed) => {
        const { database, end } = await open();
        try {
          const desk = deskOf(await openBooks(database, { seed }), seededRandom(seed));
          for (let step = 1; step <= by.steps; step += 1) {
            await desk.step(step);
            if (step % 5 === 0 || step === by.steps) await desk.check();
          }
          expect(desk.decided()).toBeGreaterThan(by.steps / 8);
        } finally {
          await end();
        }
      },
    );

    it('[MR12, MR22] what could not be read is settled once under its own name', async () => {
      const { database, end } = await open();
      try {
        const books = await openBooks(database);
        const desk = deskOf(books, seededRandom(1));
        const operation = earn();
        await books.sync({ operations: [{ ...operation, v: 9 }] });
        const incoming = readOperation(operation, 0, SHOP_ID);
        await database.transact(SHOP, ({ sql }) =>
          sql.run(
            'UPDATE operation SET hash = ?, content = ? WHERE shop = ? AND op_key = ?',
            incoming.hash,
            incoming.raw,
            SHOP,
            operation.id,
          ),
        );
        const [item] = await desk.open();
        const request = {
          decision: 'read-it-once-more',
          key: item?.key ?? '',
          at: item?.at ?? 0,
          comment: '',
          amount: null,
        };
        const again = { key: operation.id, device: 'till-1', incoming };
        const by = { by: '42', now: books.clock.time, foreign: undefined, again };
        const outcomes = [];
        for (const decision of ['read-it-once-more', 'read-it-once-more', 'and-once-more-again']) {
          const decided = reviewDecision({ ...request, decision, action: 'retry' }, by);
          outcomes.push(await books.ledger.settle(SHOP, decided));
        }
        expect(outcomes).toEqual([{ result: 'done' }, { result: 'done' }, { result: 'changed' }]);
        const { results } = await books.sync({ operations: [operation] });
        expect(results).toMatchObject([{ status: 'duplicate' }]);
        expect(await books.balance()).toBe(1_020);
        expect(await books.ledger.verify(SHOP)).toEqual([]);
      } finally {
        await end();
      }
    });

    it('[MR4, MR22] of many who decide at once one wins', async () => {
      const { database, end } = await open();
      try {
        const books = await openBooks(database);
        const desk = deskOf(books, seededRandom(1));
        for (const n of [1, 2, 3]) await desk.sale(n, ALICE);
        const items = await desk.open();
        const { key } = items.find(({ kind }) => kind === 'overdrawn') as ReviewItem;
        const outcomes = await Promise.all(
          [1, 2, 3, 4, 5].map((n) => desk.decide(`at-once-decision-${n}`, key, 'write-off', null)),
        );
        expect(outcomes.toSorted()).toEqual(['changed', 'changed', 'changed', 'changed', 'done']);
        expect(await books.balance()).toBe(0);
        expect(await books.ledger.verify(SHOP)).toEqual([]);
      } finally {
        await end();
      }
    });
  });
}

function deskOf(books: Books, random: SeededRandom) {
  const { database, ledger, clock } = books;
  /** What decisions that stand have given, and which items they have closed. */
  let given = 0;
  let decided = 0;
  let drawn = 0;
  const known = new Set<string>();
  const closed = new Set<string>();
  const refs: string[] = [];
  const now = () => clock.time;
  const foreign = undefined;

  const read = <T>(work: Parameters<typeof database.read<T>>[1]) => database.read(SHOP, work);
  const item = (key: string) => read((one) => readReviewItem(one, key, { now: now(), foreign }));

  async function list(state: 'open' | 'closed'): Promise<readonly ReviewItem[]> {
    const items: ReviewItem[] = [];
    for (let before: string | undefined; ;) {
      const asked = { state, kind: undefined, before, now: now(), foreign } as const;
      const page = await read((one) => readReview(one, asked));
      items.push(...page.items);
      if (page.next === null) return items;
      before = page.next;
    }
  }

  async function settle(decision: Parameters<typeof ledger.settle<Outcome>>[1]): Promise<Outcome> {
    const settled = await ledger.settle(SHOP, decision);
    if ('refused' in settled) throw new Error(settled.refused);
    return settled.result;
  }

  const decide = async (
    decision: string,
    key: string,
    action: ReviewItem['actions'][number],
    amount: number | null,
  ): Promise<Outcome> => {
    const at = (await item(key))?.at ?? 0;
    const request = { decision, key, at, action, comment: `why ${decision}`, amount };
    return settle(reviewDecision(request, { by: '42', now: now(), foreign }));
  };

  async function sale(n: number, customer: number): Promise<void> {
    const own = ref(`T${n}`);
    refs.push(own);
    const hold = { customer, unit: 'points' as const, amount: 500 };
    const about = { ref: own, hold, device: 'till-1', lastServerTime: 5 };
    const sold = { ...about, id: id('S', 2 * n), body: { saleKey: `sale-${n}` } };
    const asked = intent({ ...about, id: id('S', 2 * n - 1) });
    const isOpen = random.chance(0.2) && n > 3;
    await books.sync({ operations: isOpen ? [asked] : [asked, commit(sold)] });
  }

  async function late(step: number): Promise<void> {
    if (refs.length === 0) return;
    const about = { id: id('L', step), ref: random.pick(refs) as ReturnType<typeof ref> };
    const operation = random.chance(0.5)
      ? voided(about)
      : commit({ ...about, body: { saleKey: `late-${step % 7}` } });
    await books.sync({ operations: [operation], register: registerOf('till-2') });
  }

  async function decideSomething(): Promise<void> {
    const items = await list('open');
    if (items.length === 0) return;
    const { key, actions } = random.pick(items);
    const action = random.pick(actions);
    const isWithAmount = action === 'credit' || action === 'debit';
    const amount = isWithAmount ? random.between(1, 400) : null;
    drawn += 1;
    const name = `random-decision-${drawn}`;
    const outcome = await decide(name, key, action, amount);
    // A retry of what nobody can read.
    expect(['done', action === 'retry' ? 'unreadable' : 'done']).toContain(outcome);
    if (outcome !== 'done') return;
    decided += 1;
    expect(await decide(name, key, action, amount)).toBe('done');
    const after = await item(key);
    const last = after?.decisions.findLast((one) => one.id === `review:${name}`);
    expect(last).toMatchObject({ action, comment: `why ${name}`, by: '42', isUndone: false });
    if (isWithAmount) expect(last?.amount).toBe(action === 'credit' ? amount : 0 - (amount ?? 0));
    if (action !== 'void') given += last?.amount ?? 0;
    if (action === 'write-off') expect(after?.balance).toBeLessThanOrEqual(0);
    if (isClosing(action)) closed.add(key);
  }

  async function undoSomething(): Promise<void> {
    const items = [...(await list('closed')), ...(await list('open'))];
    const all = items.flatMap((one) => one.decisions.map((decision) => ({ one, decision })));
    if (all.length === 0) return;
    const { one, decision } = random.pick(all);
    drawn += 1;
    const { key, at } = one;
    const request = { decision: `random-undo-${drawn}-of-it`, key, at, of: decision.id };
    const by = { by: '43', now: now(), foreign };
    const outcome = await settle(undoDecision({ ...request, comment: '' }, by));
    expect(outcome).toBe(decision.canUndo ? 'done' : 'changed');
    if (outcome !== 'done') return;
    const after = await item(one.key);
    given += after?.decisions.at(-1)?.amount ?? 0;
    const stands = after?.decisions.some(
      (other) => !other.isUndone && other.action !== 'undo' && isClosing(other.action),
    );
    if (stands !== true) closed.delete(one.key);
  }

  async function step(n: number): Promise<void> {
    clock.time += random.between(1, 6 * 3_600_000);
    const draw = random.below(100);
    const customer = random.pick(CUSTOMERS);
    if (draw < 25) await sale(n, customer);
    else if (draw < 33) await late(n);
    else if (draw < 38)
      await books.sync({
        operations: [earn({ id: id('E', n), body: { customer, saleKey: `e${n}` } })],
      });
    else if (draw < 42)
      await books.sync({ operations: [{ odd: n }], damaged: [{ key: `k${n}`, raw: `r${n}` }] });
    else if (draw < 70) await decideSomething();
    else if (draw < 86) await undoSomething();
    else if (draw < 92) {
      const request = {
        decision: `adjustment-number-${n}`,
        unit: 'points',
        amount: random.between(-90, 90) || 1,
      } as const;
      const own = { ...request, reason: 'other', comment: '' } as const;
      await ledger.settle(SHOP, adjustDecision(customer, own, { user: '42', foreign }));
    } else if (draw < 97) {
      const other = random.pick(CUSTOMERS.filter((one) => one !== customer));
      if (random.chance(0.5)) await ledger.settle(SHOP, mergeDecision(customer, other));
    } else if (random.chance(0.4)) await ledger.settle(SHOP, forgetDecision(customer));
  }

  async function check(): Promise<void> {
    expect(await ledger.verify(SHOP)).toEqual([]);
    const [row] = await database.tables((sql) => sql.all(GIVEN, SHOP));
    // Sums come as numbers of either engine's own kind.
    expect(Number(row?.['given'])).toBe(given);
    const isStored = ({ key }: ReviewItem) => /^(?:conflict|damaged)\//.test(key);
    const [open, shut] = [await list('open'), await list('closed')];
    for (const one of [...open, ...shut].filter(isStored)) known.add(one.key);
    const stored = await database.tables((sql) =>
      sql.all(
        `SELECT (SELECT count(*) FROM conflict WHERE shop = ?) +
          (SELECT count(*) FROM damaged WHERE shop = ?) AS n`,
        SHOP,
        SHOP,
      ),
    );
    expect(known.size).toBe(number(stored[0] ?? {}, 'n'));
    expect(shut.map(({ key }) => key).toSorted()).toEqual([...closed].toSorted());
    const openStored = open.filter(isStored).map(({ key }) => key);
    expect(openStored.toSorted()).toEqual([...known].filter((key) => !closed.has(key)).toSorted());
    expect(await read((one) => openReviewCount(one, now()))).toBe(open.length);
  }

  return { step, check, sale, decide, open: () => list('open'), decided: () => decided };
}
