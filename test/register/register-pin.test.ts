import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hashPin } from '../../shared/pin.ts';
import { PIN_ATTEMPTS_MAX, type Policy } from '../../shared/program.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import type { RedeemOutcome } from '../../extensions/register/redemption.ts';
import { fill, openRegister, storedOn, type AtRegister } from './at-register.ts';
import {
  ALICE,
  DAY_MS,
  POLICY,
  START_MS,
  createDevice,
  outboxOn,
  runWith,
  type TestDevice,
} from './device.ts';

const SALT = '0123456789ABCDEF';
const WITH_PIN: Policy = {
  ...POLICY,
  version: 2,
  pin: { salt: SALT, hash: hashPin('4711', SALT) },
};

let device: TestDevice;
beforeEach(() => {
  device = createDevice();
});

/** This device heard of 400 points two days ago: the limits are halved, a manager is asked for. */
async function heard(policy: Policy, storage?: DeviceStorage): Promise<AtRegister> {
  const deviceTime = START_MS - 2 * DAY_MS;
  const balances = { [ALICE]: { points: 400 } };
  await outboxOn(device).saveRun(runWith({ policy, balances, deviceTime }));
  const at = openRegister(device, storage === undefined ? {} : { storage });
  await fill(at.cart);
  await device.time.runFor(at.register.start());
  return at;
}

const redeem = ({ register }: AtRegister, pin?: string): Promise<RedeemOutcome> =>
  device.time.runFor(register.redeem({ customer: ALICE, reward: 'coffee', title: 'Coffee', pin }));

const refused = (reason: string) => ({ status: 'refused', reason });

describe('a manager’s PIN', () => {
  it('[RG1] is asked for where the limits are halved, and opens the way when it is right', async () => {
    const at = await heard(WITH_PIN);
    expect(await redeem(at)).toEqual(refused('pin-needed'));
    expect(at.register.offers(ALICE)[0]?.refusal).toBe('pin-needed');
    expect(await redeem(at, '4711')).toMatchObject({ status: 'applied', offline: true });
    expect((await storedOn(device, 'intent')).map(({ body }) => body.pin)).toEqual([true]);
    expect(await storedOn(device, 'note')).toEqual([]);
  });

  it('[RG1] that nobody asks for is not looked at', async () => {
    const at = await heard(POLICY);
    expect(await redeem(at, '0000')).toMatchObject({ status: 'applied' });
    expect((await storedOn(device, 'intent')).map(({ body }) => body.pin)).toEqual([false]);
  });

  it('[RG2] that is wrong is counted in storage before anybody is told', async () => {
    const at = await heard(WITH_PIN);
    expect(await redeem(at, '0815')).toEqual(refused('pin-wrong'));
    const notes = await storedOn(device, 'note');
    expect(notes.map(({ body }) => body.topic)).toEqual(['pin-refused']);
    expect(await storedOn(device, 'intent')).toEqual([]);
    expect(at.cart.state().discounts).toEqual([]);
  });

  it('[RG2] after too many wrong ones no PIN counts until the ledger knows of them', async () => {
    const at = await heard(WITH_PIN);
    for (let tries = 0; tries < PIN_ATTEMPTS_MAX; tries += 1)
      expect(await redeem(at, `000${tries}`)).toEqual(refused('pin-wrong'));
    expect(await redeem(at, '4711')).toEqual(refused('pin-locked'));
    // Neither another screen nor a restart gives more tries.
    const other = openRegister(device, { cart: at.cart });
    await device.time.runFor(other.register.start());
    expect(await redeem(other, '4711')).toEqual(refused('pin-locked'));
    const notes = await storedOn(device, 'note');
    expect(notes).toHaveLength(PIN_ATTEMPTS_MAX);
    const applied = Object.fromEntries(notes.map(({ id }, i) => [id, 11 + i]));
    const deviceTime = START_MS - 2 * DAY_MS;
    await outboxOn(device).saveRun(
      runWith({ policy: WITH_PIN, from: 10, cursor: 20, applied, deviceTime }),
    );
    expect(await redeem(other, '4711')).toMatchObject({ status: 'applied' });
  });

  it('[RG2] two at once are two tries', async () => {
    const at = await heard(WITH_PIN);
    const guesses = ['1', '2', '3', '4', '5', '6', '7'].map((pin) =>
      at.register.redeem({ customer: ALICE, reward: 'coffee', title: 'Coffee', pin }),
    );
    const reasons = (await device.time.runFor(Promise.all(guesses))).map((one) =>
      one.status === 'refused' ? one.reason : 'applied',
    );
    expect(reasons).toEqual([
      ...Array<string>(PIN_ATTEMPTS_MAX).fill('pin-wrong'),
      'pin-locked',
      'pin-locked',
    ]);
  });

  it('[RG2] a try that can’t be counted is none', async () => {
    const storage = { ...device.storage };
    const at = await heard(WITH_PIN, storage);
    vi.spyOn(storage, 'set').mockRejectedValue(new Error('disk I/O error'));
    expect(await redeem(at, '0000')).toEqual(refused('storage-failing'));
    vi.spyOn(storage, 'entries').mockRejectedValue(new Error('disk I/O error'));
    expect(await redeem(at, '4711')).toEqual(refused('storage-failing'));
  });

  it('[RG1] is never stored and never sent', async () => {
    const at = await heard(WITH_PIN);
    await redeem(at, '98127634');
    await redeem(at, '4711');
    at.isConnected = true;
    at.answer = () => Promise.resolve({ status: 500, retryAfter: undefined, body: '' });
    await device.time.runFor(at.register.syncNow());
    expect(at.sent.length).toBeGreaterThan(0);
    const all = JSON.stringify([await device.storage.entries(), at.sent]);
    expect(all).toContain('pin-refused');
    expect(all).not.toMatch(/98127634|4711/);
  });
});
