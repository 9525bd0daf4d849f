import { beforeEach, describe, expect, it, vi } from 'vitest';
import { points } from '../../shared/amount.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import type { OperationOf, OrderStory } from '../../shared/protocol.ts';
import { openRegister, said, storedOn, type AtRegister } from './at-register.ts';
import {
  ALICE,
  BOB,
  EUR,
  START_MS,
  add,
  commitDraft,
  createDevice,
  earnDraft,
  intentDraft,
  newRef,
  outboxOn,
  runWith,
  voidDraft,
  type TestDevice,
} from './device.ts';
import { goodsBack, sale } from './transactions.ts';

const ORDER = 5_001;
let device: TestDevice;
beforeEach(() => {
  device = createDevice();
});

const wait = (ms: number) => device.time.runUntil(device.time.now() + ms);

async function opened(answer?: (request: HttpRequest) => Promise<HttpAnswer>): Promise<AtRegister> {
  const at = openRegister(device, answer === undefined ? {} : { answer });
  await device.time.runFor(at.register.start());
  return at;
}

/** A server that tells this of the order or the customer, and nothing of anything else. */
const telling = (body: unknown) => (request: HttpRequest) =>
  request.method === 'GET' && !request.path.includes('snapshot')
    ? Promise.resolve(said(body))
    : Promise.reject(new Error('lost'));

const story = (change: Partial<OrderStory> = {}): OrderStory => ({
  orderId: ORDER,
  earned: [{ customer: ALICE, points: points(27), takenBack: 0 }],
  redemptions: [],
  ...change,
});

const told = (ref: string, change: object = {}) => ({
  ref,
  customer: ALICE,
  unit: 'points',
  title: 'Free coffee',
  amount: 60,
  givenBack: 0,
  state: 'captured',
  ...change,
});

/** A coffee redeemed and sold on the order, and points earned on it, all waiting here. */
async function sold(): Promise<OperationOf<'commit'>['ref']> {
  const outbox = outboxOn(device);
  const ref = newRef();
  await add(outbox, intentDraft({ amount: 60 }, { ref, title: 'Free coffee' }));
  await wait(1_000);
  const commit = commitDraft(ref);
  const saleKey = 'the sale';
  const body = { ...commit.body, captured: 60, orderId: ORDER, saleKey };
  await add(outbox, { ...commit, hold: { customer: ALICE, unit: 'points', amount: 60 }, body });
  const earn = earnDraft(saleKey);
  await add(outbox, { ...earn, body: { ...earn.body, orderId: ORDER } });
  return ref;
}

const waitingCoffee = (ref: string) => told(ref, { state: 'waiting' });

describe('an order', () => {
  it('[RG5] without a network is told as far as this device knows', async () => {
    const ref = await sold();
    const { register, sent } = await opened();
    expect(await device.time.runFor(register.order(ORDER))).toEqual({
      source: 'device',
      isNumbered: true,
      isReturnWaiting: false,
      earned: [{ customer: ALICE, points: 12, takenBack: 0, isWaiting: true }],
      redemptions: [waitingCoffee(ref)],
    });
    expect(await device.time.runFor(register.order(4))).toMatchObject({
      earned: [],
      redemptions: [],
    });
    expect(sent).toEqual([]);
  });

  it('[RG5] without a network what the ledger has settled is told as such', async () => {
    const ref = await sold();
    const ids = [...(await outboxOn(device).view()).operations.keys()];
    const applied = Object.fromEntries(ids.map((id, i) => [id, 11 + i]));
    await outboxOn(device).saveRun(runWith({ cursor: 20, durable: 5, applied }));
    const { register } = await opened();
    expect(await device.time.runFor(register.order(ORDER))).toMatchObject({
      earned: [{ points: 12, isWaiting: false }],
      redemptions: [{ ref, state: 'captured' }],
    });
  });

  it('[RG5] is told as the ledger knows it, with what still waits here, each thing once', async () => {
    const ref = await sold();
    const other = newRef();
    const redemptions = [told(other, { customer: null, givenBack: 20 })];
    const answer = story({ redemptions: redemptions as OrderStory['redemptions'] });
    const { register, sent } = await opened(telling(answer));
    expect(await device.time.runFor(register.order(ORDER))).toEqual({
      source: 'ledger',
      isNumbered: true,
      isReturnWaiting: false,
      earned: [{ customer: ALICE, points: 27, takenBack: 0, isWaiting: false }],
      redemptions: [told(other, { customer: null, givenBack: 20 }), waitingCoffee(ref)],
    });
    expect(sent.filter(({ method }) => method === 'GET').at(-1)).toMatchObject({
      path: `/api/pos/orders/${ORDER}`,
      token: 'token',
    });
  });

  it.each([
    ['held', 'waiting'],
    ['captured', 'captured'],
    ['released', 'waiting'],
  ])('[RG5] a sale that waits here beats what the ledger calls %s', async (state, shown) => {
    const ref = await sold();
    const answer = { ...story(), redemptions: [told(ref, { state })] };
    const { register } = await opened(telling(answer));
    expect(await device.time.runFor(register.order(ORDER))).toMatchObject({
      redemptions: [{ ref, state: shown }],
    });
  });

  it('[RG5] what was given back and taken back here counts before it is sent', async () => {
    const ref = newRef();
    const answer = { ...story(), redemptions: [told(ref, { givenBack: 10 })] };
    const { register } = await opened(telling(answer));
    const why = { reason: 'goods-returned', text: '' } as const;
    const act = async (work: Promise<unknown>) =>
      expect(await device.time.runFor(work)).toBe('stored');
    await act(register.giveBack({ ref, amount: 30, ...why }));
    await act(register.takeBack({ orderId: ORDER, points: 7, ...why }));
    expect(await device.time.runFor(register.order(ORDER))).toMatchObject({
      earned: [{ points: 27, takenBack: 7 }],
      redemptions: [{ givenBack: 40 }],
    });
    await act(register.giveBack({ ref, amount: 30, ...why }));
    await act(register.takeBack({ orderId: ORDER, points: 50, ...why }));
    expect(await device.time.runFor(register.order(ORDER))).toMatchObject({
      earned: [{ points: 27, takenBack: 27 }],
      redemptions: [{ givenBack: 60 }],
    });
  });

  it('[RG5] a return that waits here is told, by its order or by what it redeemed', async () => {
    const ref = await sold();
    const { register } = await opened();
    for (const event of [
      goodsBack({ orderId: undefined, lineItems: [{ price: 1, quantity: 1 }] }),
      goodsBack({ orderId: 4, refundId: 8_002 }),
    ]) {
      await device.time.runFor(register.transactionComplete(event));
      expect(await device.time.runFor(register.order(ORDER))).toMatchObject({
        isReturnWaiting: false,
      });
    }
    const discounts = [{ amount: 3, discountDescription: `Free coffee · ${ref}` }];
    const byRef = goodsBack({ orderId: undefined, refundId: 8_003, discounts });
    await device.time.runFor(register.transactionComplete(byRef));
    expect(await device.time.runFor(register.order(ORDER))).toMatchObject({
      isReturnWaiting: true,
    });
    expect(await device.time.runFor(register.order(4))).toMatchObject({ isReturnWaiting: true });
  });

  it.each([
    ['nobody answers', () => new Promise<HttpAnswer>(() => undefined)],
    ['the request is lost', () => Promise.reject(new Error('lost'))],
    ['a portal answers', () => Promise.resolve({ ...said(''), body: '<html>Welcome</html>' })],
    ['the server fails', () => Promise.resolve(said({}, 500))],
    ['something else answers', () => Promise.resolve(said({ orderId: ORDER }))],
  ])('[RG5] when %s this device tells what it knows, in time', async (_, answer) => {
    const ref = await sold();
    const { register } = await opened(answer);
    const before = device.time.now();
    expect(await device.time.runFor(register.order(ORDER))).toMatchObject({
      source: 'device',
      redemptions: [{ ref, state: 'waiting' }],
    });
    expect(await device.time.runFor(register.history(ALICE))).toMatchObject({
      source: 'device',
      entries: [{ kind: 'earn' }, { kind: 'intent' }],
    });
    expect(device.time.now() - before).toBeLessThanOrEqual(12_000);
  });

  it('[RG5] a storage that fails, or holds nothing yet, is no error', async () => {
    const broken = () => Promise.reject(new Error('disk I/O error'));
    const storage = { get: broken, set: broken, delete: broken, entries: broken };
    const { register } = openRegister(device, { storage });
    expect(await device.time.runFor(register.order(ORDER))).toMatchObject({ earned: [] });
    expect(await device.time.runFor(register.history(ALICE))).toMatchObject({ entries: [] });
    expect(register.recent()).toEqual([]);
  });
});

describe('a customer’s past', () => {
  it('[RG6] is the ledger’s with what waits here, newest first, nothing twice', async () => {
    const ref = await sold();
    const [intent] = await storedOn(device, 'intent');
    const [earn] = await storedOn(device, 'earn');
    await add(outboxOn(device), voidDraft(newRef(), { customer: BOB }));
    const entry = { unit: 'points', balance: 1, seq: 1, ref: null };
    const { register, sent } = await opened(
      telling({
        customer: ALICE,
        entries: [
          { ...entry, id: intent?.id, at: START_MS + 5, amount: -60, reason: 'intent', ref },
          { ...entry, id: null, at: START_MS - 9, amount: 400, reason: 'opening' },
        ],
      }),
    );
    expect(await device.time.runFor(register.history(ALICE))).toEqual({
      source: 'ledger',
      entries: [
        {
          at: START_MS + 1_000,
          kind: 'earn',
          unit: 'points',
          amount: 12,
          ref: earn?.ref,
        },
        { at: START_MS + 5, kind: 'intent', unit: 'points', amount: -60, ref },
        {
          at: START_MS - 9,
          kind: 'opening',
          unit: 'points',
          amount: 400,
          ref: undefined,
        },
      ],
    });
    expect(sent.at(-1)?.path).toBe(`/api/pos/customers/${ALICE}`);
  });

  it('[RG6] is twenty entries at most', async () => {
    const outbox = outboxOn(device);
    const ref = newRef();
    await add(outbox, intentDraft({ unit: EUR, amount: 500 }, { ref }));
    await wait(1_000);
    await add(outbox, voidDraft(ref, { unit: EUR, amount: 500 }));
    const { register } = await opened();
    const { entries } = await device.time.runFor(register.history(ALICE));
    expect(entries.map(({ kind, unit, amount }) => [kind, unit, amount])).toEqual([
      ['void', EUR, 500],
      ['intent', EUR, -500],
    ]);
    for (let i = 0; i < 20; i += 1) await add(outbox, earnDraft(`sale ${i}`));
    expect((await device.time.runFor(register.history(ALICE))).entries).toHaveLength(20);
  });
});

describe('an order that was sold just now', () => {
  const unnumbered = sale({ orderId: undefined });
  const order = (register: AtRegister['register'], soldTo?: number) =>
    device.time.runFor(register.order(ORDER, soldTo));

  async function soldUnnumbered(customer?: number): Promise<AtRegister['register']> {
    const { register } = await opened();
    await outboxOn(device).saveRun(runWith());
    const who = customer === undefined ? undefined : { id: customer };
    await device.time.runFor(register.transactionComplete({ ...unnumbered, customer: who }));
    return register;
  }

  it('[RG7] is the newest sale to its customer until POS has numbered it', async () => {
    const register = await soldUnnumbered(ALICE);
    expect(await order(register, ALICE)).toEqual({
      source: 'device',
      isNumbered: false,
      isReturnWaiting: false,
      earned: [{ customer: ALICE, points: 27, takenBack: 0, isWaiting: true }],
      redemptions: [],
    });
    expect(await order(register)).toMatchObject({ isNumbered: true, earned: [] });
  });

  it('[RG7] is not the sale to another, one of ten minutes ago, or a guest’s', async () => {
    const register = await soldUnnumbered(ALICE);
    expect(await order(register, BOB)).toMatchObject({ isNumbered: true, earned: [] });
    await wait(10 * 60_000);
    expect(await order(register, ALICE)).toMatchObject({ isNumbered: true, earned: [] });
    const guest = await soldUnnumbered();
    expect(await order(guest)).toMatchObject({ isNumbered: true, earned: [] });
  });

  it('[RG7] is not a sale that POS has numbered otherwise', async () => {
    const { register } = await opened();
    await outboxOn(device).saveRun(runWith());
    await device.time.runFor(register.transactionComplete(sale({ orderId: 7 })));
    expect(await order(register, ALICE)).toMatchObject({ isNumbered: true, earned: [] });
  });
});

describe('a person’s correction', () => {
  const why = { reason: 'wrong-amount', text: 'Asked for one coffee, got two' } as const;

  it('[RG8] is stored with reason, text and staff', async () => {
    const { register } = await opened();
    const ref = newRef();
    const given = await device.time.runFor(register.giveBack({ ref, amount: 30, ...why }));
    const taken = await device.time.runFor(register.takeBack({ orderId: 4, points: 9, ...why }));
    expect([given, taken]).toEqual(['stored', 'stored']);
    expect(await storedOn(device, 'give-back')).toMatchObject([
      { ref, staff: 6, hold: null, body: { amount: 30, ...why } },
    ]);
    expect(await storedOn(device, 'take-back')).toMatchObject([
      { staff: 6, hold: null, body: { orderId: 4, points: 9, ...why } },
    ]);
    expect(
      register
        .state()
        .waiting.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['give-back', 'take-back']);
  });

  it('[RG8] that no ledger could take is not stored', async () => {
    const { register } = await opened();
    const ref = newRef();
    for (const amount of [0, -1, 1.5, NaN])
      expect(await device.time.runFor(register.giveBack({ ref, amount, ...why }))).toBe('failed');
    const long = { orderId: 4, points: 1, reason: 'other' as const, text: 'x'.repeat(257) };
    expect(await device.time.runFor(register.takeBack(long))).toBe('failed');
    expect((await outboxOn(device).view()).operations.size).toBe(0);
  });

  it('[RG8] asked for again after a write that failed late is the same one', async () => {
    const storage = { ...device.storage };
    const { register } = openRegister(device, { storage });
    const correction = { ref: newRef(), amount: 30, ...why };
    const set = vi.spyOn(storage, 'set').mockImplementation(async (key, value) => {
      await device.storage.set(key, value);
      throw new Error('disk I/O error');
    });
    expect(await device.time.runFor(register.giveBack(correction))).toBe('failed');
    set.mockRestore();
    expect(await device.time.runFor(register.giveBack(correction))).toBe('stored');
    expect(await storedOn(device, 'give-back')).toHaveLength(1);
    // Stored once, asked for once more: that is a second one, and means it.
    expect(await device.time.runFor(register.giveBack(correction))).toBe('stored');
    expect(await storedOn(device, 'give-back')).toHaveLength(2);
  });

  it('[RG8] that never reached storage is stored when it is asked for again', async () => {
    const storage = { ...device.storage };
    const { register } = openRegister(device, { storage });
    const correction = { orderId: ORDER, points: 3, ...why };
    const set = vi.spyOn(storage, 'set').mockRejectedValue(new Error('disk I/O error'));
    expect(await device.time.runFor(register.takeBack(correction))).toBe('failed');
    set.mockRestore();
    expect(await device.time.runFor(register.takeBack(correction))).toBe('stored');
    expect(await storedOn(device, 'take-back')).toHaveLength(1);
  });
});
