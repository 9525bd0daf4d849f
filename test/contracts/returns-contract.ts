/**
 * What every database engine must make of returns, of corrections, and of redemptions that nobody
 * can tell of.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minor, points } from '../../shared/amount.ts';
import type { Operation, SyncResponse } from '../../shared/protocol.ts';
import { MISSING_OFFLINE_MS, MISSING_ONLINE_MS } from '../../server/ledger/settle-case.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openBooks, type Books } from '../server/books.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  EUR,
  giveBack,
  id,
  intent,
  missing,
  ref,
  registerOf,
  returned,
  SHOP,
  SHOP_ID,
  takeBack,
  voided,
} from '../server/world.ts';
import type { OpenedDatabase } from './ledger-contract.ts';

const eur = (amount: number) => ({ currency: EUR, amount: minor(amount) });
const said = ({ results }: SyncResponse) =>
  results.map(({ status, reason, flags }) => [status, reason, ...flags]);
const applied = ['applied', null];
const closed = ['closed', 'already-closed'];

/** A sale of goods for 20.00 that used 500 points and earned 20. */
const SALE = [intent(), commit(), earn()] as const;

/** `rounds`: sales whose messages come in an order of their own each. */
export function returnsContract(
  name: string,
  open: () => Promise<OpenedDatabase>,
  rounds = 40,
): void {
  describe(`what comes back, on ${name}`, () => {
    let opened: OpenedDatabase;
    let books: Books;
    beforeEach(async () => {
      opened = await open();
      books = await openBooks(opened.database);
    });
    afterEach(async () => {
      expect(await books.ledger.verify(SHOP)).toEqual([]);
      await opened.end();
    });
    const push = (...operations: readonly Operation[]) => books.sync({ operations });

    it('[LG24] goods give back their share, rounded in the customer’s favour', async () => {
      await push(...SALE);
      expect(await books.balance()).toBe(520);
      // 333 of 2,000: the sale keeps ⌊500 × 1,667 ÷ 2,000⌋ = 416, and ⌊20 × 333 ÷ 2,000⌋ = 3 go.
      const answer = await push(returned({ body: { value: eur(333) } }));
      expect(said(answer)).toEqual([applied]);
      expect(answer.balances).toContainEqual({ customer: ALICE, unit: 'points', balance: 601 });
      const rest = returned({ id: id('D', 1), body: { returnKey: 'refund/2', value: eur(9_999) } });
      expect(said(await push(rest))).toEqual([applied]);
      expect(await books.balance()).toBe(1_000);
    });

    it('[LG24] store credit and points of one sale are measured against the same goods', async () => {
      const hold = { customer: ALICE, unit: EUR, amount: 900 };
      const second = { id: id('B', 1), ref: ref('R2'), hold };
      await push(
        ...SALE,
        intent(second),
        commit({ ...second, id: id('B', 2), body: { captured: 900 } }),
      );
      await push(returned({ body: { refs: [ref('R2')] } }));
      expect(await books.balance(ALICE, EUR)).toBe(5_000 - 450);
      expect(await books.balance()).toBe(1_000 - 500 + 250 + 20 - 10);
    });

    it('[LG25] the same goods come back once, whoever says so, however they are named', async () => {
      const order = { orderId: 70 };
      await push(intent(), commit({ body: order }), earn({ body: order }));
      const byRef = returned({ body: { refs: [ref('R1')] } });
      const byOrder = returned({ id: id('T', 1), body: { orderId: 70, refs: [] } });
      const byBoth = returned({ id: id('U', 1), body: { orderId: 70 } });
      expect(said(await push(byRef))).toEqual([applied]);
      expect(await books.balance()).toBe(760);
      const other = { register: registerOf('till-2') };
      expect(said(await books.sync({ ...other, operations: [byOrder] }))).toEqual([applied]);
      expect(said(await books.sync({ ...other, operations: [byBoth, byBoth] }))).toEqual([
        closed,
        ['duplicate', 'already-closed'],
      ]);
      expect(await books.balance()).toBe(760);
    });

    it('[LG26] a return before its sale is flagged at once, and applied with the sale', async () => {
      const early = returned({ body: { orderId: 70, refs: [] } });
      expect(said(await push(early))).toEqual([['applied', null, 'unmatched-return']]);
      expect(said(await push(intent(), commit()))).toEqual([applied, applied]);
      expect(await books.balance()).toBe(500);
      // Only now is it known that the sale without an order is order 70.
      expect(said(await push(earn({ body: { orderId: 70 } })))).toEqual([applied]);
      expect(await books.balance()).toBe(1_000 - 250 + 10);
    });

    it('[LG26] goods that nobody measured give nothing back, and a person is told', async () => {
      await push(intent(), commit({ body: { goods: 0 } }));
      const unmeasured = await push(returned());
      expect(said(unmeasured)).toEqual([['applied', null, 'unmatched-return']]);
      expect(await books.balance()).toBe(500);
      await push(commit({ id: id('B', 1) }));
      expect(await books.balance()).toBe(750);
    });

    it('[LG26] a return of a sale that is none of ours is not flagged', async () => {
      const plain = { orderId: 99, refs: [], customer: null };
      const answer = await push(returned({ body: plain }));
      expect(said(answer)).toEqual([applied]);
    });

    it('[LG24] points that were spent already are taken below zero, and a person is told', async () => {
      const body = { customer: BOB, orderId: 70 };
      const spent = { customer: BOB, unit: 'points' as const, amount: 320 };
      await push(earn({ body }), intent({ hold: spent }));
      expect(await books.balance(BOB)).toBe(0);
      const back = returned({ body: { ...body, refs: [], value: eur(2_000) } });
      expect(said(await push(back))).toEqual([['applied', null, 'overdrawn']]);
      expect(await books.balance(BOB)).toBe(-20);
      const [conflict] = await opened.database.read(SHOP, (reader) =>
        reader.conflicts({ from: 0, before: 1_000 }),
      );
      expect(conflict).toMatchObject({
        kind: 'overdrawn',
        customerId: BOB,
        unit: 'points',
        overBy: 20,
        orderId: 70,
      });
    });

    it('[LG27] a person gives back as far as it goes, and is told when it did not', async () => {
      await push(...SALE);
      expect(said(await push(giveBack()))).toEqual([applied]);
      expect(await books.balance()).toBe(620);
      const tooMuch = giveBack({ id: id('B', 1), body: { amount: 450 } });
      expect(said(await push(tooMuch))).toEqual([['applied', null, 'amount-differs']]);
      expect(await books.balance()).toBe(1_020);
      const returnedToo = returned({ body: { value: eur(2_000) } });
      await push(returnedToo);
      expect(await books.balance()).toBe(1_000);
    });

    it('[LG27] what a person gives back too early waits for its sale', async () => {
      expect(said(await push(giveBack()))).toEqual([['applied', null, 'no-intent']]);
      await push(intent(), commit());
      expect(await books.balance()).toBe(600);
      const open = { id: id('B', 1), ref: ref('R2') };
      await push(intent(open));
      const early = giveBack({ ...open, id: id('B', 2) });
      expect(said(await push(early))).toEqual([['applied', null, 'amount-differs']]);
      expect(await books.balance()).toBe(100);
    });

    it('[LG27] a person takes back what an order earned, as far as it goes', async () => {
      expect(said(await push(takeBack()))).toEqual([['applied', null, 'no-intent']]);
      await push(earn({ body: { orderId: 70 } }));
      expect(await books.balance()).toBe(1_015);
      const tooMuch = takeBack({ id: id('B', 1), body: { points: 16 } });
      expect(said(await push(tooMuch))).toEqual([['applied', null, 'amount-differs']]);
      expect(await books.balance()).toBe(1_000);
      const [operation] = await opened.database.read(SHOP, (reader) =>
        reader.operation(id('B', 1)),
      );
      expect(operation).toMatchObject({ kind: 'take-back', customerId: ALICE, amount: 16 });
    });

    it('[LG28] a missing hold is released in time, and the register sees its balance', async () => {
      const online = { id: id('B', 1), ref: ref('R2'), body: { offline: false } };
      const report = [missing(), missing({ id: id('B', 2), ref: ref('R2') })];
      expect(said(await push(intent(), intent(online), ...report))).toEqual(Array(4).fill(applied));
      const later = async (ms: number) => {
        await books.ledger.releaseMissing(SHOP, books.clock.time + ms);
        return books.balance();
      };
      expect(await later(MISSING_ONLINE_MS - 1)).toBe(0);
      expect(await later(MISSING_ONLINE_MS)).toBe(500);
      expect(await later(MISSING_OFFLINE_MS - 1)).toBe(500);
      expect(await later(MISSING_OFFLINE_MS)).toBe(1_000);
      expect(await later(MISSING_OFFLINE_MS)).toBe(1_000);
      const news = await books.sync();
      expect(news.balances).toEqual([{ customer: ALICE, unit: 'points', balance: 1_000 }]);
      expect(news.settled).toEqual([]);
      const sold = await push(commit(), missing({ id: id('B', 3) }), voided());
      expect(said(sold)).toEqual([['applied', null, 'late-commit'], closed, closed]);
      expect(await books.balance()).toBe(500);
    });

    it('[LG28] nothing is released that was sold or taken back, or in strict mode', async () => {
      const { policy } = await books.sync();
      const second = { ref: ref('R2'), hold: { customer: BOB, unit: EUR, amount: 10 } };
      await push(missing(), intent(), commit(), intent({ ...second, id: id('B', 1) }));
      await push(missing({ ...second, id: id('B', 2) }), voided({ ...second, id: id('B', 3) }));
      const third = { ref: ref('R3'), hold: { customer: BOB, unit: 'points', amount: 7 } } as const;
      await push(intent({ ...third, id: id('B', 4) }), missing({ ...third, id: id('B', 5) }));
      await books.ledger.setPolicy(SHOP, SHOP_ID, { ...policy, strict: true });
      const { seq } = (await books.sync()).cursor;
      await books.ledger.releaseMissing(SHOP, books.clock.time + MISSING_OFFLINE_MS);
      expect((await books.sync()).cursor.seq).toBe(seq);
      expect(await books.balance(BOB)).toBe(293);
      await books.ledger.setPolicy(SHOP, SHOP_ID, policy);
      await books.ledger.releaseMissing(SHOP, books.clock.time + MISSING_OFFLINE_MS);
      expect((await books.sync()).cursor.seq).toBe(seq + 1);
      expect(await books.balance(BOB)).toBe(300);
    });

    it('[LG29] a sale for another customer is flagged, whichever comes first', async () => {
      await push(intent());
      const sold = await push(commit({ body: { customer: BOB } }));
      expect(said(sold)).toEqual([['applied', null, 'other-customer']]);
      const bare = { ref: ref('R2'), hold: null };
      const body = { captured: null, customer: BOB, saleKey: 'sale-2' };
      const early = await push(commit({ ...bare, id: id('B', 1), body }));
      expect(said(early)).toEqual([['applied', null, 'no-intent']]);
      const late = await push(intent({ id: id('B', 2), ref: ref('R2') }));
      expect(said(late)).toEqual([['applied', null, 'other-customer']]);
      const same = { id: id('B', 3), body: { customer: ALICE, saleKey: 'sale-3' } };
      const own = await push(commit({ ...same, ref: ref('R3') }));
      expect(said(own)).toEqual([['applied', null, 'no-intent', 'overdrawn']]);
      expect(await books.balance(BOB)).toBe(300);
    });

    it('[LG32] the books of a sale and its returns are the same in every order', async () => {
      const random = seededRandom(5);
      for (let round = 0; round < rounds; round += 1) {
        const before = [await books.balance(), await books.balance(BOB)];
        const messages = shuffled(scene(round), random);
        for (const operation of messages) {
          const device = registerOf(`till-${random.below(3)}`);
          const again = messages[random.below(messages.length)];
          const isRepeated = again !== undefined && messages.indexOf(again) < 3;
          const operations = isRepeated ? [operation, again] : [operation];
          await books.sync({ register: device, operations });
        }
        const after = [await books.balance(), await books.balance(BOB)];
        const moved = after.map((balance, who) => (balance ?? 0) - (before[who] ?? 0));
        // 400 captured; 701 of 2,000 came back: ⌊400 × 1,299 ÷ 2,000⌋ = 259 stay, less 33.
        // Of 18 points for Bob ⌊18 × 701 ÷ 2,000⌋ = 6 and 3 more are taken back.
        expect(moved).toEqual([0 - 226, 9]);
      }
    });
  });
}

/** The messages of one sale, some of them in two versions, under names of their own. */
function scene(round: number): readonly Operation[] {
  const at = (n: number) => id(`S${round}`, n);
  const redemption = ref(`R${round}`);
  const hold = { customer: ALICE, unit: 'points' as const, amount: 500 };
  const about = { ref: redemption, hold };
  const orderId = 1_000 + round;
  const saleKey = `sale-${round}`;
  const back = { refs: [redemption], returnKey: `refund/${round}/1`, value: eur(200) };
  return [
    intent({ ...about, id: at(5) }),
    missing({ ...about, id: at(6) }),
    voided({ ...about, id: at(7) }),
    commit({ ...about, id: at(8), body: { captured: 400, saleKey } }),
    commit({ ...about, id: at(9), body: { captured: 450, saleKey, orderId } }),
    earn({ id: at(2), body: { customer: ALICE, saleKey } }),
    earn({ id: at(1), body: { customer: BOB, points: points(18), orderId, saleKey: `o${round}` } }),
    returned({ id: at(3), body: { ...back, value: eur(100) } }),
    returned({ id: at(4), body: { ...back, refs: [], orderId } }),
    returned({
      id: id(`T${round}`, 1),
      body: { ...back, returnKey: `r${round}`, value: eur(501) },
    }),
    giveBack({ id: id(`T${round}`, 2), ref: redemption, body: { amount: 33 } }),
    takeBack({ id: id(`T${round}`, 3), body: { orderId, points: 3 } }),
  ];
}

function shuffled<T>(items: readonly T[], random: { below(bound: number): number }): readonly T[] {
  const all = [...items];
  for (let place = all.length - 1; place > 0; place -= 1) {
    const other = random.below(place + 1);
    const [a, b] = [all[place], all[other]];
    if (a !== undefined && b !== undefined) [all[place], all[other]] = [b, a];
  }
  return all;
}
