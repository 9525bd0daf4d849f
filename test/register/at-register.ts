/** A whole register as a target gets it: real parts on one device, and a server of the test's. */
import type { DeviceStorage, HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import type { Operation, OperationKind, OperationOf } from '../../shared/protocol.ts';
import { cartChange, type PosCartCalls } from '../../extensions/register/cart.ts';
import type { SessionFacts } from '../../extensions/register/exchange.ts';
import { createRegister, type Register, type Role } from '../../extensions/register/register.ts';
import type { RegisterCart } from '../../simulator/page/cart.ts';
import { newCart } from './counter.ts';
import { SESSION, SHOP_ID, outboxOn, type TestDevice } from './device.ts';

export interface AtRegister {
  readonly register: Register;
  readonly cart: RegisterCart;
  readonly sent: HttpRequest[];
  /** Read anew for each operation: a test changes it as people come and go. */
  session: SessionFacts;
  isConnected: boolean;
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

export function openRegister(
  device: TestDevice,
  by: {
    readonly role?: Role;
    readonly storage?: DeviceStorage;
    readonly cart?: RegisterCart;
    /** Calls of POS's cart that do something else than they should. */
    readonly calls?: Partial<PosCartCalls>;
    readonly hasCart?: boolean;
    readonly answer?: AtRegister['answer'];
  } = {},
): AtRegister {
  const { clock, random } = device;
  const role = by.role ?? 'screen';
  const cart = by.cart ?? newCart();
  const at: AtRegister = {
    cart,
    sent: [],
    session: SESSION,
    isConnected: by.answer !== undefined,
    answer: by.answer ?? (() => Promise.reject(new Error('no network'))),
    register: createRegister({
      role,
      storage: by.storage ?? device.storage,
      clock,
      random,
      async http(request) {
        at.sent.push(request);
        return at.answer(request);
      },
      shopId: SHOP_ID,
      session: () => at.session,
      token: () => Promise.resolve('token'),
      connectivity: { isConnected: () => at.isConnected, subscribe: () => () => undefined },
      cart:
        by.hasCart === false
          ? undefined
          : {
              state: () => cart.current(),
              subscribe: (listener) => cart.subscribe(listener),
              change:
                role === 'background'
                  ? undefined
                  : cartChange({ ...cart.mutators, ...by.calls }, () => cart.current()),
            },
    }),
  };
  return at;
}

/** Goods for this much on the cart. */
export async function fill(cart: RegisterCart, price = '30.00'): Promise<void> {
  await cart.mutators.addCustomSale({ quantity: 1, title: 'Goods', price, taxable: true });
}

/** Operations of one kind that lie on the device, in the order of their making. */
export async function storedOn<K extends OperationKind>(
  device: TestDevice,
  kind: K,
): Promise<OperationOf<K>[]> {
  const { operations } = await outboxOn(device).view();
  return [...operations.values()]
    .map(({ operation }) => operation)
    .filter((one): one is Extract<Operation, { kind: K }> => one?.kind === kind)
    .sort((a, b) => a.deviceTime - b.deviceTime);
}

export const said = (body: unknown, status = 200): HttpAnswer => ({
  status,
  retryAfter: undefined,
  body: JSON.stringify(body),
});
