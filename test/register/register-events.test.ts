import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fill, openRegister, storedOn, type AtRegister } from './at-register.ts';
import { hear, newCart } from './counter.ts';
import {
  ALICE,
  START_MS,
  add,
  createDevice,
  earnDraft,
  intentDraft,
  newRef,
  outboxOn,
  runWith,
  type TestDevice,
} from './device.ts';
import { sale } from './transactions.ts';

let device: TestDevice;
beforeEach(() => {
  device = createDevice();
});

const wait = (ms: number) => device.time.runUntil(device.time.now() + ms);

async function openBackground(by: Parameters<typeof openRegister>[1] = {}): Promise<AtRegister> {
  const at = openRegister(device, { ...by, role: 'background' });
  await device.time.runFor(at.register.start());
  return at;
}

/** The ledger has settled all that lies on the device. */
async function settleAll(): Promise<void> {
  const outbox = outboxOn(device);
  const ids = [...(await outbox.view()).operations.keys()];
  const applied = Object.fromEntries(ids.map((id, i) => [id, 11 + i]));
  await outbox.saveRun(runWith({ from: 10, cursor: 10 + ids.length, durable: 5, applied }));
}

const session = { id: 9, openingTime: '2026-05-29T08:00:00Z', closingTime: '2026-05-29T18:00:00Z' };
const close = ({ register }: AtRegister) =>
  device.time.runFor(register.cashSession('complete', session));

describe('a closed cash session', () => {
  it('[RG10] is told while what waited then still waits, and no longer', async () => {
    await hear(device, 400);
    await add(outboxOn(device), earnDraft('a sale'));
    await wait(5_000);
    const at = await openBackground();
    expect(at.register.state().cash).toBeUndefined();
    await close(at);
    const cash = { waiting: 1, unknown: 0 };
    expect(at.register.state().cash).toMatchObject(cash);
    // What comes later is another matter.
    await wait(5_000);
    await add(outboxOn(device), earnDraft('a later sale'));
    const screen = openRegister(device);
    await device.time.runFor(screen.register.start());
    expect(screen.register.state().cash).toEqual({ ...cash, at: START_MS + 5_000 });
    await settleAll();
    await device.time.runFor(screen.register.syncNow());
    expect(screen.register.state().cash).toBeUndefined();
  });

  it('[RG10] with nothing waiting is nothing to tell', async () => {
    const at = await openBackground();
    await close(at);
    expect(at.register.state().cash).toBeUndefined();
    expect(
      (await storedOn(device, 'note')).map(({ body }) => JSON.parse(body.text) as unknown),
    ).toEqual([{ ...session, waiting: 0, unknown: 0 }]);
  });

  it('[RG10] with a redemption that nobody can tell of is told, in every context', async () => {
    await hear(device, 400);
    await add(outboxOn(device), intentDraft());
    await settleAll();
    const at = await openBackground();
    await wait(120_000);
    expect(at.register.state().unknown).toBe(1);
    await settleAll();
    await close(at);
    await settleAll();
    const notes = (await storedOn(device, 'note')).map(({ body }) => body.text);
    expect(notes.map((text) => JSON.parse(text) as unknown)).toMatchObject([{ unknown: 1 }]);
    for (const by of [{}, { hasCart: false }, { role: 'tile' as const }]) {
      const { register } = openRegister(device, by);
      await device.time.runFor(register.start());
      const { unknown, cash } = register.state();
      expect([unknown, cash]).toMatchObject([1, { waiting: 0, unknown: 1 }]);
    }
  });

  it('[RG10] a redemption on the cart is not unknown, nor is one on its way there', async () => {
    await hear(device, 400);
    const cart = newCart();
    await fill(cart);
    const background = await openBackground({ cart });
    const screen = openRegister(device, { cart });
    const coffee = { customer: ALICE, reward: 'coffee', title: 'Coffee' };
    const seen: number[] = [];
    screen.register.subscribe(() => seen.push(screen.register.state().unknown));
    const outcome = await device.time.runFor(screen.register.redeem(coffee));
    expect(outcome.status).toBe('applied');
    await wait(120_000);
    seen.push(background.register.state().unknown);
    expect(new Set(seen)).toEqual(new Set([0]));
  });
});

describe('a handler that fails', () => {
  it('[EV11] tells POS nothing, and a person what it was', async () => {
    const { register } = await openBackground();
    const broken = {
      get transactionType(): string {
        throw new Error('the platform changed');
      },
    };
    await device.time.runFor(register.transactionComplete(broken));
    await device.time.runFor(register.cashSession('start', 'nothing'));
    expect((await storedOn(device, 'note')).map(({ body }) => body)).toEqual([
      { topic: 'handler-error', text: 'Error: the platform changed' },
      { topic: 'handler-error', text: 'A cash session could not be read.' },
    ]);
  });

  it('[EV11] for a storage that fails is tried again until it is stored, once', async () => {
    await hear(device, 400);
    const ref = newRef();
    await add(outboxOn(device), intentDraft({}, { ref }));
    const storage = { ...device.storage };
    const { register } = await openBackground({ storage });
    const set = vi.spyOn(storage, 'set').mockRejectedValue(new Error('disk I/O error'));
    const discounts = [{ amount: 3, discountDescription: `Coffee · ${ref}` }];
    const done = register.transactionComplete(sale({ discounts }));
    await wait(60_000);
    expect(await storedOn(device, 'commit')).toEqual([]);
    set.mockRestore();
    await device.time.runFor(done);
    expect(await storedOn(device, 'commit')).toMatchObject([{ ref }]);
    expect(await storedOn(device, 'earn')).toHaveLength(1);
  });
});
