import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashPin } from '../../shared/pin.ts';
import { PIN_ATTEMPTS_MAX, POLICY_DEFAULT, pinSchema } from '../../shared/program.ts';
import * as v from '../../shared/schema.ts';
import {
  ALICE,
  PATIENCE,
  isDisabled,
  openCounter,
  sees,
  shown,
  tap,
  type,
  type Counter,
} from './counter.ts';
import { syncedBefore } from './ledger-check.ts';
import { HOUR_MS } from './states.ts';

const SALT = '0123456789ABCDEF';
/** A leading zero is a digit like any other. */
const PIN = '0420';
const pin = v.parse(pinSchema, { salt: SALT, hash: hashPin(PIN, SALT) });

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter({ ...POLICY_DEFAULT, pin });
  await counter.fillCart(ALICE);
  await syncedBefore(counter, -30 * HOUR_MS);
  counter.connect(false);
  await counter.open('pos.home.modal.render');
  await sees('The saved balance is old. A manager’s PIN is needed to redeem offline.');
});
afterEach(() => counter.close());

async function enter(digits: string): Promise<void> {
  type('pin', digits);
  await vi.waitFor(() => expect(isDisabled('pin-enter')).toBe(false), PATIENCE);
  tap('pin-enter');
}

describe('a manager’s PIN', () => {
  it('[TC6] is asked for after the tap, and with the right one the reward is on the cart', async () => {
    expect(isDisabled('redeem-coffee')).toBe(false);
    tap('redeem-coffee');
    await sees('Manager’s PIN');
    expect(counter.cart.current().cartDiscounts).toEqual([]);
    await enter(PIN);
    await sees(/Applied offline: Free coffee/);
    expect(counter.cart.current().grandTotal).toBe('16.50');
    expect(shown()).not.toContain('Manager’s PIN');
  });

  it('[TC6] opens store credit of a typed amount too', async () => {
    type('credit-amount', '5');
    await vi.waitFor(() => expect(isDisabled('redeem-credit')).toBe(false), PATIENCE);
    tap('redeem-credit');
    await sees('Manager’s PIN');
    await enter(PIN);
    await sees(/Applied offline: Store credit/);
    expect(counter.cart.current().grandTotal).toBe('15.00');
  });

  it('[TC7] a wrong one redeems nothing, and too many ask for a sync', async () => {
    tap('redeem-coffee');
    for (let tries = 0; tries < PIN_ATTEMPTS_MAX; tries += 1) {
      await vi.waitFor(() => expect(document.getElementById('pin')).not.toBeNull(), PATIENCE);
      await enter(`999${tries}`);
      await sees('That is not the manager’s PIN. Nothing was redeemed.');
      await sees(new RegExp(`Don’t log out while ${tries + 1} (is|are) waiting`));
    }
    await enter(PIN);
    await sees('Too many wrong PINs. Connect and sync, then try again.');
    expect(document.getElementById('pin')).toBeNull();
    expect(counter.cart.current().cartDiscounts).toEqual([]);
  });
});
