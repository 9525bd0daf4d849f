/** When the ledger's "no" and the register's "yes" cross, nobody is promised a value twice. */
import { describe, expect, it } from 'vitest';
import {
  openIntents,
  redeem,
  removeRedemption,
  standing,
} from '../../extensions/register/redemption.ts';
import type { Operation, SyncResponse } from '../../shared/protocol.ts';
import { COFFEE, hear, kindsIn, openCounter, refsOn } from './counter.ts';
import {
  ALICE,
  add,
  commitDraft,
  createDevice,
  intentDraft,
  newRef,
  outboxOn,
  runWith,
  saveBase,
  voidDraft,
} from './device.ts';
import { EMPTY_SNAPSHOT, openLine, settleAll, type Answer, type Sent } from './line.ts';

/** A server whose word on every operation is the given one. */
const answering =
  (of: Partial<SyncResponse['results'][number]>, named?: 'settled'): Answer =>
  (sent: Sent) => {
    if (sent.push === undefined) return EMPTY_SNAPSHOT;
    const seq = (sent.push.cursor?.seq ?? 10) + 1;
    const words = sent.push.operations.map((raw): SyncResponse['results'][number] => ({
      id: (raw as Operation).id,
      seq,
      status: 'applied',
      reason: null,
      flags: [],
      ...of,
    }));
    if (named === undefined) return settleAll(sent, { results: words });
    const results = words.map((one) => ({ ...one, status: 'duplicate' as const, reason: null }));
    return settleAll(sent, { results, settled: words });
  };

describe('a refusal that comes twice', () => {
  it('[RD3] stays a refusal when a doubled request makes it a duplicate', async () => {
    for (const answer of [
      answering({ status: 'duplicate', reason: 'balance-too-low' }),
      answering({ status: 'closed', reason: 'balance-too-low' }, 'settled'),
    ]) {
      const device = createDevice();
      await hear(device, 400);
      const { deps, cart, outbox } = await openCounter(device, { answer, isConnected: true });
      const outcome = await device.time.runFor(redeem(deps, COFFEE));
      expect(outcome).toEqual({ status: 'refused', reason: 'ledger-refused' });
      expect(refsOn(cart)).toEqual([]);
      expect(await kindsIn(outbox)).toContain('void:refused');
    }
  });
});

describe('a tap that is over', () => {
  it('[SY8] sends nothing when its session token came too late', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    const line = openLine(device, answering({}), outbox);
    line.tokenMs = 3_000;
    const { id } = await add(outbox, intentDraft());
    expect(await device.time.runFor(line.sync.authorise(id))).toBeUndefined();
    await device.time.runUntil(device.time.now() + 2_000);
    expect(line.tokens).toBe(1);
    expect(line.sent).toEqual([]);
  });
});

describe('what was promised while the refusal was on its way', () => {
  it('[RD1] stays taken off and open until a sale or a void closes it', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 250 }]], { cursor: 10 });
    const intent = await add(outbox, intentDraft({ amount: 200 }));
    const remark = {
      status: 'closed' as const,
      reason: 'balance-too-low' as const,
      flags: [],
      at: 1,
      kind: 'intent',
      ref: null,
      customer: ALICE,
    };
    const settled = { applied: { [intent.id]: 11 }, remarks: { [intent.id]: remark } };
    await outbox.saveRun(runWith({ from: 10, cursor: 11, durable: 11, ...settled }));
    const view = await outbox.view();
    expect(view.available(ALICE, 'points')?.available).toBe(50);
    expect(openIntents(view)).toHaveLength(1);
    const deps = { ageMs: () => 0, cart: undefined };
    const facts = standing(deps, view, { customer: ALICE, unit: 'points' }, true);
    expect(facts).toMatchObject({ available: 50, waitingCount: 1 });

    await add(outbox, voidDraft(openIntents(view)[0]?.ref ?? newRef(), { amount: 200 }));
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(250);
  });

  it('[BA6] a sale of what was given back before is taken off until the ledger has it', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 500 }]], { cursor: 10 });
    const ref = newRef();
    const draft = commitDraft(ref);
    const sale = await add(outbox, {
      ...draft,
      hold: { customer: ALICE, unit: 'points', amount: 380 },
    });
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(120);
    const booked = { from: 10, cursor: 11, applied: { [sale.id]: 11 } };
    await outbox.saveRun(runWith({ ...booked, balances: { [ALICE]: { points: 120 } } }));
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(120);
  });
});

describe('a discount that POS puts on the cart after all', () => {
  it('[RD5] is listed, counts as taken, and can be removed', async () => {
    const device = createDevice();
    await hear(device, 100);
    let late: (() => Promise<void>) | undefined;
    const counter = await openCounter(device, {
      change: {
        applyDiscount: (title, amount) => {
          late = () => counter.cart.mutators.applyCartDiscount('FixedAmount', title, amount);
          return Promise.reject(new Error('POS is busy'));
        },
      },
    });
    const { deps, cart, outbox } = counter;
    const first = await device.time.runFor(redeem(deps, COFFEE));
    expect(first).toEqual({ status: 'refused', reason: 'cart-failed' });
    await late?.();
    const [ref] = refsOn(cart);
    if (ref === undefined) throw new Error('the discount is on the cart');
    const open = openIntents(await outbox.view(), new Set([ref]));
    expect(open.map((one) => one.ref)).toEqual([ref]);
    const again = await device.time.runFor(redeem(deps, COFFEE));
    expect(again).toEqual({ status: 'refused', reason: 'balance-too-low' });
    const removed = await device.time.runFor(removeRedemption(deps, ref));
    expect(removed).toEqual({ status: 'removed' });
    expect(refsOn(cart)).toEqual([]);
  });
});

describe('pages without news', () => {
  it('[SY10] are not asked for again', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 1 }]], { cursor: 10 });
    const line = openLine(
      device,
      (sent) => {
        const seq = (sent.push?.cursor?.seq ?? 0) + 100;
        return settleAll(sent, { cursor: { epoch: 1, seq }, more: seq < 510, results: [] });
      },
      outbox,
    );
    await device.time.runFor(line.sync.now());
    expect(line.sent.map(({ push }) => push?.cursor?.seq)).toEqual([10, 110, 210, 310, 410]);
  });
});
