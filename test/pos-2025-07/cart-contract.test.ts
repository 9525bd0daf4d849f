// @vitest-environment node
/** A redemption and the cart, as API 2025-07 shows it: a moment after each call. */
import { cartPort, follow } from '../../extensions/pos-2025-07/src/platform.ts';
import type { Clock } from '../../shared/ports.ts';
import { redemptionCartContract } from '../contracts/redemption-cart-contract.ts';
import { cartApi } from './pos.ts';

const still: Clock = { now: () => 0, sleep: () => new Promise(() => undefined) };

redemptionCartContract((cart, change, clock = still) => {
  const api = cartApi(cart);
  const port = cartPort(api, follow(api.subscribable), 'screen', clock);
  return port.change === undefined ? port : { ...port, change: { ...port.change, ...change } };
});
