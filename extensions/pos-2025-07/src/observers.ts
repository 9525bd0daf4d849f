/**
 * What the observing targets do: each event becomes operations on the device. POS is told what
 * could not be read or stored, and never sees an error thrown.
 */
import type { BaseOutput } from '@shopify/ui-extensions/point-of-sale';
import { within } from '../../../shared/ports.ts';
import * as v from '../../../shared/schema.ts';
import type { CartState } from '../../register/cart.ts';
import type { Register } from '../../register/register.ts';
import { createWords, type TextKey } from '../../screens/words.ts';
import {
  createEventRegister,
  type EventFacts,
  type EventRegister,
  type World,
} from './platform.ts';
import { createTexts } from './texts.ts';

export interface Observers {
  /** Each takes what POS hands the target, whatever that is. None ever rejects. */
  cartUpdate(data: unknown): Promise<BaseOutput>;
  transactionComplete(data: unknown): Promise<BaseOutput>;
  cashSession(phase: 'start' | 'complete', data: unknown): Promise<BaseOutput>;
}

/** Whatever is not stored by then is tried again for as long as POS lets the target live. */
const STORED_MS = 20_000;

const baseSchema = v.object({
  session: v.object({
    shopId: v.number(),
    userId: v.number(),
    locationId: v.number(),
    currency: v.string(),
  }),
  device: v.object({ name: v.string() }),
  connectivity: v.object({ internetConnected: v.string() }),
});

/** As much of an event as tells whether it is one: what follows from it, the register reads. */
const transactionSchema = v.object({
  transactionType: v.picklist(['Sale', 'Return', 'Exchange']),
});
const sessionSchema = v.object({ id: v.number() });
const SESSIONS = {
  start: 'cashTrackingSessionStart',
  complete: 'cashTrackingSessionComplete',
} as const;

const discountsSchema = v.array(v.object({ amount: v.number() }));
/** Read as a whole or not at all: a discount that is overlooked would be one that was taken off. */
const cartSchema = v.object({
  cart: v.object({
    subtotal: v.string(),
    grandTotal: v.string(),
    cartDiscounts: discountsSchema,
    lineItems: v.array(
      v.object({ uuid: v.string(), quantity: v.number(), discounts: discountsSchema }),
    ),
  }),
});

export function createObservers(world: World): Observers {
  /** Follows the cart for as long as this context lives, in the shop that POS is logged in to. */
  let follower: { readonly shopId: number; readonly of: EventRegister } | undefined;

  const record = async (
    data: unknown,
    isReadable: boolean,
    store: (register: Register) => Promise<void>,
  ): Promise<BaseOutput> => {
    const facts = factsIn(data);
    if (facts === undefined) return failing(data, 'reason.invalid', 'error');
    const { register } = createEventRegister('tile', world, facts);
    const stored = store(register).finally(() => register.stop());
    const isStored = (await within(world.clock, STORED_MS, stored)) !== undefined;
    if (!isStored) return failing(data, 'problem.storage-failing', 'error');
    return isReadable ? {} : failing(data, 'reason.invalid', 'warning');
  };

  const followCart = async (facts: EventFacts, cart: CartState): Promise<void> => {
    const { shopId } = facts.session;
    if (follower?.shopId !== shopId) {
      follower?.of.register.stop();
      follower = { shopId, of: createEventRegister('background', world, facts, cart) };
      await within(world.clock, STORED_MS, follower.of.register.start());
    } else follower.of.tell(facts, cart);
    await within(world.clock, STORED_MS, follower.of.settled());
  };

  return {
    cartUpdate: (data) =>
      stating(data, async () => {
        const facts = factsIn(data);
        if (facts === undefined || !v.safeParse(cartSchema, data).success)
          return failing(data, 'reason.invalid', 'warning');
        await followCart(facts, (data as { cart: CartState }).cart);
        const { health } = follower?.of.register.state().storage ?? {};
        return health === 'failing' ? failing(data, 'problem.storage-failing', 'error') : {};
      }),
    transactionComplete: (data) =>
      stating(data, () => {
        const transaction = fieldOf(data, 'transaction');
        const isReadable = v.safeParse(transactionSchema, transaction).success;
        return record(data, isReadable, (register) => register.transactionComplete(transaction));
      }),
    cashSession: (phase, data) =>
      stating(data, () => {
        const session = fieldOf(data, SESSIONS[phase]);
        const isReadable = v.safeParse(sessionSchema, session).success;
        return record(data, isReadable, (register) => register.cashSession(phase, session));
      }),
  };
}

/** Whatever is thrown while an event is read is stated as well. */
async function stating(data: unknown, work: () => Promise<BaseOutput>): Promise<BaseOutput> {
  try {
    return await work();
  } catch {
    return failing(data, 'reason.invalid', 'error');
  }
}

/** The facts of an event, when they are there: without them nothing can be stored. */
function factsIn(data: unknown): EventFacts | undefined {
  const storage = fieldOf(data, 'storage');
  const isStorage = ['get', 'set', 'delete', 'entries'].every(
    (verb) => typeof fieldOf(storage, verb) === 'function',
  );
  const device = fieldOf(fieldOf(data, 'device'), 'deviceId');
  const isDevice = typeof device === 'number' || typeof device === 'string';
  const isWhole = isStorage && isDevice && v.safeParse(baseSchema, data).success;
  return isWhole ? (data as EventFacts) : undefined;
}

/** Also of what is no object, or throws when it is read. */
function fieldOf(value: unknown, name: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/** One error in the language of the register. */
function failing(data: unknown, key: TextKey, level: 'error' | 'warning'): BaseOutput {
  const said = fieldOf(data, 'locale');
  const locale = () => (typeof said === 'string' ? said : 'en');
  const words = createWords(createTexts(locale), { locale, now: () => 0 });
  return { errors: [{ name: 'Tideover', level, message: words.text(key) }] };
}
