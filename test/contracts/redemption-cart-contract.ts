/**
 * What holds of a redemption and the cart, whichever generation of the platform shows it: one line
 * of it, calls that throw, hang or lie, and what staff do.
 */
import { describe, expect, it } from 'vitest';
import { currency, minor } from '../../shared/amount.ts';
import { propertyKey, type CartChange } from '../../extensions/register/cart.ts';
import { planRedemption, type RedeemRequest } from '../../extensions/register/plan.ts';
import { openIntents, redeem, removeRedemption } from '../../extensions/register/redemption.ts';
import type { RegisterCart } from '../../simulator/page/cart.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import {
  COFFEE,
  PRICES,
  hear,
  kindsIn,
  newCart,
  openCounter as openWith,
  refsOn,
  type Counter,
  type PortOf,
} from '../register/counter.ts';
import {
  ALICE,
  EUR,
  POLICY,
  PROGRAM,
  SESSION,
  createDevice,
  outboxOn,
  runWith,
  type TestDevice,
} from '../register/device.ts';
import { hearSale } from '../register/mortal.ts';

const HOUR_MS = 3_600_000;

/** A cart with one line of these goods, and another line beside it. */
async function cartWith(
  price: string,
  quantity: number,
): Promise<{ cart: RegisterCart; uuid: string }> {
  const cart = newCart();
  const uuid = await cart.mutators.addCustomSale({ quantity, title: 'X', price, taxable: true });
  await cart.mutators.addCustomSale({ quantity: 1, title: 'Y', price: '50.00', taxable: true });
  return { cart, uuid };
}

const ask = (by: { reward: string } | { credit: number }, line: string): RedeemRequest => {
  const named = { customer: ALICE, title: 'T', line };
  return 'credit' in by ? { ...named, credit: minor(by.credit) } : { ...named, reward: by.reward };
};

const discountsOf = (cart: RegisterCart): readonly (readonly string[])[] =>
  cart.state().lines.map(({ discounts }) => discounts.map(({ title }) => title));

/** `portOf` is the generation's own way to the cart. */
export function redemptionCartContract(portOf: PortOf): void {
  const openCounter = (device: TestDevice, by: Parameters<typeof openWith>[1] = {}) =>
    openWith(device, { ...by, portOf });

  describe('a request against one line', () => {
    it.each([
      [{ reward: 'coffee' }, '30.00', 1, { each: '3.00', taken: 300, amount: 60 }],
      [{ reward: 'coffee' }, '30.00', 2, { each: '1.50', taken: 300, amount: 60 }],
      [{ reward: 'coffee' }, '30.00', 7, { each: '0.42', taken: 294, amount: 60 }],
      [{ reward: 'coffee' }, '1.00', 2, { each: '1.00', taken: 200, amount: 60 }],
      [{ reward: 'tenth' }, '12.55', 1, { each: '1.25', taken: 125, amount: 90 }],
      [{ reward: 'tenth' }, '0.05', 1, { each: '0.01', taken: 1, amount: 90 }],
      [{ credit: 1_000 }, '12.50', 3, { each: '3.33', taken: 999, amount: 999 }],
      [{ credit: 3_750 }, '12.50', 3, { each: '12.50', taken: 3_750, amount: 3_750 }],
    ])('[SG4] %j on %s × %i', async (by, price, quantity, { each, taken, amount }) => {
      const { cart, uuid } = await cartWith(price, quantity);
      expect(planRedemption(ask(by, uuid), PROGRAM, portOf(cart))).toMatchObject({
        amount,
        discount: { currency: EUR, amount: taken },
        cart: { amount: each, line: { uuid, quantity } },
      });
    });

    it.each([
      [{ reward: 'tenth' }, '0.05', 3, 'amount-invalid'],
      [{ credit: 2 }, '12.50', 3, 'amount-invalid'],
      [{ credit: 0 }, '12.50', 3, 'amount-invalid'],
      [{ credit: 1_251 }, '12.50', 1, 'amount-invalid'],
      [{ reward: 'coffee' }, '0.00', 1, 'cart-empty'],
      [{ reward: 'free lunch' }, '12.50', 1, 'reward-unknown'],
    ])('[SG4] %j on %s × %i is refused: %s', async (by, price, quantity, refusal) => {
      const { cart, uuid } = await cartWith(price, quantity);
      expect(planRedemption(ask(by, uuid), PROGRAM, portOf(cart))).toBe(refusal);
    });

    it('[SG4] a line that is not there, that has a discount, or a cart that costs less is refused', async () => {
      const { cart, uuid } = await cartWith('12.50', 1);
      const planned = (by: { reward: string } | { credit: number }, line = uuid) =>
        planRedemption(ask(by, line), PROGRAM, portOf(cart));
      expect(planned({ reward: 'coffee' }, 'gone')).toBe('cart-empty');
      await cart.mutators.applyCartDiscount('FixedAmount', 'Staff', '60.00');
      expect(planned({ credit: 250 })).toMatchObject({ discount: { amount: 250 } });
      expect(planned({ credit: 251 })).toBe('amount-invalid');
      await cart.mutators.setLineItemDiscount(uuid, 'Percentage', 'Staff', '5');
      expect(planned({ credit: 100 })).toBe('line-discounted');
      cart.setEditable(false);
      expect(planned({ credit: 100 })).toBe('cart-locked');
    });
  });

  async function openLine(
    quantity: number,
    change: (cart: RegisterCart, uuid: string) => Partial<CartChange> = () => ({}),
  ) {
    const device = createDevice();
    await hear(device, 400, 5_000);
    const { cart, uuid } = await cartWith('12.50', quantity);
    const counter = await openCounter(device, { cart, change: change(cart, uuid) });
    const plan = planRedemption(ask({ reward: 'coffee' }, uuid), PROGRAM, portOf(cart));
    if (typeof plan === 'string') throw new Error(plan);
    return { ...counter, device, uuid, plan };
  }

  const points = async ({ outbox }: Pick<Counter, 'outbox'>) =>
    (await outbox.view()).available(ALICE, 'points')?.available;

  describe('a redemption against one line', () => {
    it('[SG4] takes off that line what was planned, by the unit, under its reference', async () => {
      const { cart, deps, plan } = await openLine(2);
      const before = cart.totals().total;
      const outcome = await redeem(deps, plan);
      if (outcome.status !== 'applied') throw new Error(outcome.reason);
      expect(discountsOf(cart)).toEqual([[`T · ${outcome.ref}`], []]);
      expect(cart.totals().total).toBe(before - 300);
      expect(cart.state().properties).toEqual({ [propertyKey(outcome.ref)]: outcome.ref });
    });

    it('[SG4] is removed alone, whatever else is on the cart and on its line', async () => {
      for (const hasMore of [false, true]) {
        const { cart, deps, plan, outbox } = await openLine(2);
        await cart.mutators.applyCartDiscount('FixedAmount', 'Staff', '2.00');
        const outcome = await redeem(deps, plan);
        if (outcome.status !== 'applied') throw new Error(outcome.reason);
        const staff = { type: 'FixedAmount', title: 'Line', value: 50 } as const;
        if (hasMore)
          cart.replace({
            ...cart.state(),
            lines: cart
              .state()
              .lines.map((line) => ({ ...line, discounts: [staff, ...line.discounts] })),
          });
        expect(await removeRedemption(deps, outcome.ref)).toEqual({ status: 'removed' });
        expect(discountsOf(cart)).toEqual(hasMore ? [['Line'], ['Line']] : [[], []]);
        expect(cart.state().discounts.map(({ title }) => title)).toEqual(['Staff']);
        expect(await kindsIn(outbox)).toEqual(['intent', 'void:removed']);
        expect(await points({ outbox })).toBe(400);
      }
    });

    it('[SG4] is taken back when the line has another quantity after the call', async () => {
      const { cart, deps, plan, outbox } = await openLine(2, (to, uuid) => ({
        async applyDiscount(title, amount) {
          await to.mutators.setLineItemDiscount(uuid, 'FixedAmount', title, amount);
          to.setQuantity(uuid, 3);
        },
      }));
      expect(await redeem(deps, plan)).toEqual({ status: 'refused', reason: 'cart-failed' });
      expect(discountsOf(cart)).toEqual([[], []]);
      expect(await kindsIn(outbox)).toEqual(['intent', 'void:never-applied']);
      expect(await points({ outbox })).toBe(400);
    });

    it('[SG4] is not told when the line went away during the call', async () => {
      const { cart, deps, plan, outbox } = await openLine(2, (to, uuid) => ({
        applyDiscount: () => to.mutators.removeLineItem(uuid),
      }));
      expect(await redeem(deps, plan)).toEqual({ status: 'refused', reason: 'cart-failed' });
      expect(discountsOf(cart)).toEqual([[]]);
      expect(await kindsIn(outbox)).toEqual(['intent', 'void:never-applied']);
    });

    it('[SG4] is committed by the sale, whole', async () => {
      const { cart, deps, plan, outbox, device } = await openLine(2);
      const outcome = await redeem(deps, plan);
      if (outcome.status !== 'applied') throw new Error(outcome.reason);
      await sell(device, { cart, outbox });
      const commits = [...(await outbox.view()).operations.values()].filter(
        ({ kind }) => kind === 'commit',
      );
      expect(commits.map(({ ref }) => ref)).toEqual([outcome.ref]);
      expect(openIntents(await outbox.view())).toEqual([]);
      expect(await points({ outbox })).toBe(340);
    });
  });

  async function sell(
    device: TestDevice,
    { cart, outbox }: Pick<Counter, 'cart' | 'outbox'>,
  ): Promise<void> {
    const executedAtMs = device.time.now();
    const event = saleEvent(cart.state(), PRICES, {
      orderId: undefined,
      executedAtMs,
      payment: 'Cash',
    });
    await hearSale(device, outbox, event);
  }

  type Work = () => Promise<unknown>;
  const never = (): Promise<never> => new Promise(() => undefined);

  /** What a call does with the change it is asked for, and whether the redemption is then told. */
  const CALLS: readonly (readonly [
    string,
    boolean,
    (real: Work, device: TestDevice, undo: Work) => Promise<unknown>,
  ])[] = [
    ['throws and changed nothing', false, () => Promise.reject(new Error('inventory'))],
    ['throws and changed it', true, (real) => real().then(() => Promise.reject(new Error('late')))],
    ['says done and changed nothing', false, () => Promise.resolve()],
    ['never ends and changed nothing', false, never],
    ['never ends and changed it', true, (real) => real().then(never)],
    [
      'changed it, and staff took it off before it ended',
      false,
      (real, _, undo) => real().then(undo),
    ],
    [
      'takes eight seconds',
      true,
      async (real, device) => {
        await device.time.sleep(8_000);
        await real();
      },
    ],
  ];

  describe.each([
    ['the cart', false],
    ['one line', true],
  ] as const)('a call for %s', (_, isOnLine) => {
    const open = async (
      behave: (real: Work, device: TestDevice, undo: Work) => Promise<unknown>,
    ) => {
      const line = await openLine(2, (cart, uuid) => ({
        applyDiscount: (title, amount) =>
          behave(
            () =>
              isOnLine
                ? cart.mutators.setLineItemDiscount(uuid, 'FixedAmount', title, amount)
                : cart.mutators.applyCartDiscount('FixedAmount', title, amount),
            line.device,
            () => cart.mutators.removeAllDiscounts(false),
          ),
      }));
      return { ...line, plan: isOnLine ? line.plan : COFFEE };
    };
    const shown = (cart: RegisterCart): number =>
      discountsOf(cart).flat().length + refsOn(cart).length;

    it.each(CALLS)(
      '[RD5] that %s: told only when the cart shows it (%s)',
      async (_what, isTold, behave) => {
        const { cart, deps, plan, outbox, device } = await open(behave);
        const outcome = await device.time.runFor(redeem(deps, plan));
        expect(outcome.status).toBe(isTold ? 'applied' : 'refused');
        expect(shown(cart)).toBe(isTold ? 1 : 0);
        expect(await kindsIn(outbox)).toEqual(
          isTold ? ['intent'] : ['intent', 'void:never-applied'],
        );
        expect(await points({ outbox })).toBe(isTold ? 340 : 400);
      },
    );

    it.each([
      ['sold', 340],
      ['removed', 400],
    ] as const)(
      '[RD5] that works after it was given up: listed, and %s in the end',
      async (end, left) => {
        let late: Work | undefined;
        const { cart, deps, plan, outbox, device } = await open(async (real) => {
          late = real;
          await never();
        });
        const outcome = await device.time.runFor(redeem(deps, plan));
        expect(outcome).toEqual({ status: 'refused', reason: 'cart-failed' });
        await late?.();
        expect(shown(cart)).toBe(1);
        const [intent] = [...(await outbox.view()).operations.values()];
        const ref = intent?.ref;
        if (ref === undefined) throw new Error('no intent');
        expect(openIntents(await outbox.view(), new Set([ref]))).toHaveLength(1);
        if (end === 'sold') await sell(device, { cart, outbox });
        else
          expect(await device.time.runFor(removeRedemption(deps, ref))).toEqual({
            status: 'removed',
          });
        expect(await points({ outbox })).toBe(left);
      },
    );

    it('[RD5] on a cart that is locked meanwhile says so', async () => {
      const { cart, deps, plan, outbox } = await open(async (real) => {
        cart.setEditable(false);
        await real();
      });
      expect(await redeem(deps, plan)).toEqual({ status: 'refused', reason: 'cart-locked' });
      expect(await kindsIn(outbox)).toEqual(['intent', 'void:never-applied']);
    });
  });

  describe('several redemptions in one cart', () => {
    it('[SG7] the same reward twice is two redemptions, each sold or removed by itself', async () => {
      const device = createDevice();
      await hear(device, 400);
      const { deps, cart, outbox } = await openCounter(device);
      const first = await redeem(deps, COFFEE);
      const second = await redeem(deps, COFFEE);
      const third = await redeem(deps, COFFEE);
      if (first.status !== 'applied' || second.status !== 'applied' || third.status !== 'applied')
        throw new Error('not applied');
      expect(refsOn(cart)).toEqual([first.ref, second.ref, third.ref]);
      expect(await points({ outbox })).toBe(220);
      expect(await removeRedemption(deps, second.ref)).toEqual({ status: 'removed' });
      expect(refsOn(cart)).toEqual([first.ref, third.ref]);
      await sell(device, { cart, outbox });
      const commits = [...(await outbox.view()).operations.values()].filter(
        ({ kind }) => kind === 'commit',
      );
      expect(commits.map(({ ref }) => ref).sort()).toEqual([first.ref, third.ref].sort());
      expect(await points({ outbox })).toBe(280);
    });

    it('[SG7] one on the cart and one on a line keep each other', async () => {
      const { cart, deps, plan, outbox } = await openLine(2);
      const onLine = await redeem(deps, plan);
      const onCart = await redeem(deps, COFFEE);
      if (onLine.status !== 'applied' || onCart.status !== 'applied')
        throw new Error('not applied');
      expect(await removeRedemption(deps, onLine.ref)).toEqual({ status: 'removed' });
      expect(refsOn(cart)).toEqual([onCart.ref]);
      expect(await kindsIn(outbox)).toEqual(['intent', 'intent', 'void:removed']);
    });
  });

  describe('what a tap is given', () => {
    it('[SG8] another currency than the program’s is refused, and nothing is stored', async () => {
      const device = createDevice();
      await hear(device, 400);
      const { deps, cart, outbox } = await openCounter(device);
      const session = () => ({ ...SESSION, currency: currency('USD') });
      const outcome = await redeem({ ...deps, session }, COFFEE);
      expect(outcome).toEqual({ status: 'refused', reason: 'currency-differs' });
      expect(refsOn(cart)).toEqual([]);
      expect(await kindsIn(outbox)).toEqual([]);
    });

    it('[SG9] a manager’s PIN counts where it is needed, and stands in the intent', async () => {
      const device = createDevice();
      await hear(device, 400);
      const pin = { salt: '0'.repeat(16), hash: '0'.repeat(64) };
      await outboxOn(device).saveRun(runWith({ from: 10, cursor: 11, policy: { ...POLICY, pin } }));
      device.clockOffset += 30 * HOUR_MS;
      const { deps, outbox } = await openCounter(device);
      const without = await redeem(deps, COFFEE);
      expect(without).toEqual({ status: 'refused', reason: 'pin-needed' });
      expect((await redeem(deps, { ...COFFEE, hasPin: true })).status).toBe('applied');
      const [intent] = [...(await outbox.view()).operations.values()].map(
        ({ operation }) => operation,
      );
      expect(intent).toMatchObject({ kind: 'intent', body: { pin: true } });
    });
  });
}
