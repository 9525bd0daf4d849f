/** One redemption at a time on a register that is cut off: from the tap to the promise. */
import type { CartState, PosCart } from '../../extensions/register/cart.ts';
import { createRegister } from '../../extensions/register/register.ts';
import { customerAt, SESSION, SHOP_ID } from '../operations.ts';
import { clock, now, random } from '../world.ts';
import type { Call, CountedStorage } from './counted-storage.ts';

export interface Tap {
  /** Until the discount may go on the cart. */
  readonly promisedMs: number;
  /** What storage was asked until then. */
  readonly calls: readonly Call[];
  /** Until the screen says so, with what is written down besides. */
  readonly doneMs: number;
}

const EMPTY: CartState = {
  subtotal: '100.00',
  grandTotal: '100.00',
  cartDiscounts: [],
  lineItems: [],
  properties: {},
};

/** Taps `count` times, each for another customer on a new cart. */
export async function tapOften(storage: CountedStorage, count: number): Promise<readonly Tap[]> {
  let state = EMPTY;
  const promises: Pick<Tap, 'promisedMs' | 'calls'>[] = [];
  let began = 0;
  const cart: PosCart = {
    state: () => state,
    subscribe: () => () => undefined,
    change: {
      async applyDiscount(title, amount) {
        promises.push({ promisedMs: now() - began, calls: storage.taken() });
        const discount = { amount: Number(amount), currency: 'EUR', discountDescription: title };
        state = { ...state, cartDiscounts: [...state.cartDiscounts, discount] };
      },
      removeDiscount: async () => undefined,
      async addProperties(properties) {
        state = { ...state, properties: { ...state.properties, ...properties } };
      },
      removeProperties: async () => undefined,
      async setCustomer(id) {
        state = { ...state, customer: { id } };
      },
    },
  };
  const register = createRegister({
    role: 'screen',
    storage,
    clock,
    random,
    http: () => Promise.reject(new Error('cut off')),
    shopId: SHOP_ID,
    session: () => SESSION,
    token: async () => undefined,
    connectivity: { isConnected: () => false, subscribe: () => () => undefined },
    cart,
  });
  await register.start();
  const taps: Tap[] = [];
  for (let i = 0; i < count; i += 1) {
    const customer = customerAt(i);
    state = { ...EMPTY, customer: { id: customer } };
    promises.length = 0;
    storage.taken();
    began = now();
    const outcome = await register.redeem({ customer, reward: 'coffee', title: 'Free coffee' });
    const doneMs = now() - began;
    if (outcome.status !== 'applied') throw new Error(`refused: ${outcome.reason}`);
    const [promised] = promises;
    if (promised === undefined) throw new Error('nothing was put on the cart');
    taps.push({ ...promised, doneMs });
  }
  register.stop();
  return taps;
}
