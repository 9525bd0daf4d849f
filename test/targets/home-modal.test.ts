import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import type { SyncRequest } from '../../shared/protocol.ts';
import {
  ALICE,
  BOB,
  EUR,
  PATIENCE,
  SHOP,
  element,
  isDisabled,
  openCounter,
  sees,
  shown,
  tap,
  type,
  type Counter,
} from './counter.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

/** The modal over a cart of 20.00, once the balances are there. */
async function opened(customer?: number): Promise<void> {
  await counter.fillCart(customer);
  await counter.open('pos.home.modal.render');
  await sees(/Last sync|Dernière synchronisation/);
}

async function ledgerHas(customer: number, expected: { points: number; credit: number }) {
  await vi.waitFor(async () => {
    const balances = await counter.server.ledger.balances(SHOP, customer);
    const of = (unit: string) => balances.find((one) => one.unit === unit)?.balance;
    expect({ points: of('points'), credit: of(EUR) }).toEqual(expected);
  }, PATIENCE);
}

/** Ids of redemptions that the server was told of, in any number of requests. */
function intentsSent(): Set<string> {
  const bodies = counter.requests.flatMap(({ body }) => (body === undefined ? [] : [body]));
  const operations = bodies.flatMap((body) => (JSON.parse(body) as SyncRequest).operations);
  const intents = (operations as { kind: string; id: string }[]).filter(
    ({ kind }) => kind === 'intent',
  );
  return new Set(intents.map(({ id }) => id));
}

describe('the modal, online', () => {
  it('[TG10] shows both balances with their age, and what each reward takes', async () => {
    await opened(ALICE);
    await sees('1,000 points');
    expect(shown()).toMatch(/€20\.00 store credit\nAs of \d+:\d\d [AP]M/);
    expect(shown()).toContain('Free coffee\n200 points take €3.50 off this cart');
    expect(shown()).toMatch(/2,000 points take €2\.00 off this cart\nNeeds 1,000 more points/);
    expect(isDisabled('redeem-coffee')).toBe(false);
    expect(isDisabled('redeem-tenth')).toBe(true);
  });

  it('[TG10] without a customer it says how to get one, and then goes on', async () => {
    await opened();
    expect(shown()).toContain('Add a customer to the cart');
    expect(shown()).not.toContain('Redeem');
    await counter.cart.mutators.setCustomer({ id: BOB });
    await sees('10 points');
    expect(shown()).toContain('No store credit to redeem.');
  });

  it('[TG11] a redemption is on the cart, off the balance, in the ledger, and named', async () => {
    await opened(ALICE);
    await sees('1,000 points');
    tap('redeem-coffee');
    // A slow machine may miss the ledger's two seconds: then the offline limits allow it.
    await sees(/Applied(?: offline)?: Free coffee\. Reference [0-9A-Z]{10}\. Go on with the sale/);
    expect(counter.cart.current().grandTotal).toBe('16.50');
    await sees('800 points');
    await sees(/Free coffee: €3\.50 off, reference [0-9A-Z]{10}\nOn this cart/);
    expect(counter.toasts.join()).toMatch(/^Applied/);
    await ledgerHas(ALICE, { points: 800, credit: 2_000 });
  });

  it('[TG12] however fast a cashier taps, one redemption at a time is made', async () => {
    await opened(ALICE);
    await sees('1,000 points');
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    counter.network = (request, server) => gate.then(() => server.serve(request));
    tap('redeem-coffee');
    tap('redeem-coffee');
    await vi.waitFor(() => expect(isDisabled('redeem-coffee')).toBe(true), PATIENCE);
    tap('redeem-coffee');
    tap('redeem-coffee');
    open();
    await sees(/Applied/);
    await sees(/Nothing is waiting/);
    await ledgerHas(ALICE, { points: 800, credit: 2_000 });
    expect(counter.cart.current().cartDiscounts).toHaveLength(1);
    expect(intentsSent().size).toBe(1);

    tap('redeem-coffee');
    await sees('600 points');
    await vi.waitFor(() => expect(intentsSent().size).toBe(2), PATIENCE);
  });

  it('[TG13] Remove takes our discount off and leaves the shop’s own', async () => {
    await opened(ALICE);
    await sees('1,000 points');
    await counter.cart.mutators.applyCartDiscount('FixedAmount', 'Staff discount', '1.00');
    await counter.cart.mutators.applyCartDiscount('FixedAmount', 'Scratched mug', '0.50');
    tap('redeem-coffee');
    await sees(/On this cart/);
    const [, ref = ''] = /off, reference (\w{10})/.exec(shown()) ?? [];
    tap(`remove-${ref}`);
    await sees('Removed from the cart. The value is the customer’s again.');
    expect(counter.cart.current().grandTotal).toBe('18.50');
    await sees('1,000 points');
    expect(shown()).not.toContain('Redeemed, sale not finished');
    await ledgerHas(ALICE, { points: 1_000, credit: 2_000 });
  });

  it('[TG13] a redemption of another customer than the cart’s is pointed at', async () => {
    await opened(ALICE);
    await sees('1,000 points');
    tap('redeem-coffee');
    await sees(/On this cart/);
    await counter.cart.mutators.setCustomer({ id: BOB });
    await sees('Another customer is on the cart now.');
    expect(shown()).not.toContain('Applied');
  });
});

describe('store credit', () => {
  it('[TG14] an amount is checked while it is typed, and refused in words', async () => {
    await opened(ALICE);
    await sees('Up to €20.00');
    expect(isDisabled('redeem-credit')).toBe(true);
    for (const [text, error] of [
      ['5.005', 'Enter an amount like 12.50.'],
      ['1,000', 'Enter an amount like 12.50.'],
      ['0', 'Enter an amount above zero'],
      ['20.01', 'no higher than what the cart still costs'],
    ] as const) {
      type('credit-amount', text);
      await sees(error);
      expect(isDisabled('redeem-credit'), text).toBe(true);
      tap('redeem-credit');
    }
    await counter.fillCart();
    type('credit-amount', '20.01');
    await sees('The balance is too low.');
    expect(counter.cart.current().cartDiscounts).toEqual([]);
  });

  it('[TG14] with a comma it is taken to the cent, and the field is empty again', async () => {
    await opened(ALICE);
    await sees('Up to €20.00');
    type('credit-amount', '15,50');
    await vi.waitFor(() => expect(isDisabled('redeem-credit')).toBe(false), PATIENCE);
    tap('redeem-credit');
    await sees(/Applied(?: offline)?: Store credit/);
    expect(counter.cart.current().grandTotal).toBe('4.50');
    await vi.waitFor(
      () => expect(element('credit-amount').getAttribute('value')).toBe(''),
      PATIENCE,
    );
    await sees('€4.50 store credit');
    await ledgerHas(ALICE, { points: 1_000, credit: 450 });
  });
});

describe('the modal, offline', () => {
  it('[TG15] redeems, says what waits, and syncs when the network is back', async () => {
    await opened(ALICE);
    await sees('1,000 points');
    counter.connect(false);
    await sees('Offline. Redeeming works; it syncs when the network is back.');
    tap('redeem-coffee');
    await sees(
      /Applied offline: Free coffee\. Reference \w{10}\. Go on with the sale; it syncs later\./,
    );
    expect(counter.cart.current().grandTotal).toBe('16.50');
    await sees('Don’t log out while 1 is waiting');
    expect(shown()).toContain('800 points\n200 points waiting, already taken off');
    expect(shown()).toContain('Free coffee · 200 points · under a minute');
    await ledgerHas(ALICE, { points: 1_000, credit: 2_000 });

    counter.connect(true);
    await sees('Nothing is waiting');
    expect(shown()).not.toContain('Don’t log out');
    await ledgerHas(ALICE, { points: 800, credit: 2_000 });
    expect(intentsSent().size).toBe(1);
  });

  it('[TG15] a limit of the merchant’s is refused with its reason beside the reward', async () => {
    await counter.server.ledger.setPolicy(SHOP, 7_001, {
      ...POLICY_DEFAULT,
      version: 2,
      perCustomer: 300 as typeof POLICY_DEFAULT.perCustomer,
    });
    await opened(ALICE);
    await sees('1,000 points');
    counter.connect(false);
    await sees('This is more than one customer may redeem offline.');
    expect(isDisabled('redeem-coffee')).toBe(true);
  });

  it('[TG15] a shop that does not redeem offline is told so', async () => {
    await counter.server.ledger.setPolicy(SHOP, 7_001, {
      ...POLICY_DEFAULT,
      version: 2,
      redeemOffline: false,
    });
    await opened(ALICE);
    await sees('1,000 points');
    counter.connect(false);
    await sees('Your shop does not redeem offline.');
  });
});

describe('the cart', () => {
  it('[TG16] an empty and a locked cart are named as the reason', async () => {
    await counter.cart.mutators.setCustomer({ id: ALICE });
    await counter.open('pos.home.modal.render');
    await sees('Add a product to the cart first.');
    expect(shown()).toContain('Free coffee\n200 points');
    await counter.fillCart();
    await sees('200 points take €3.50 off this cart');
    counter.cart.setEditable(false);
    await sees('The cart is locked while payment is open.');
    expect(isDisabled('redeem-coffee')).toBe(true);
  });
});

describe('in French', () => {
  it('[TX9] the same screen speaks French, rewards and amounts included', async () => {
    counter.locale.value = 'fr-FR';
    await opened(ALICE);
    await sees('1 000 points');
    expect(shown()).toContain('Café offert\n200 points : 3,50 € de moins sur ce panier');
    expect(shown()).toContain('Il manque 1 000 points');
    expect(shown()).toMatch(/20,00 € de crédit en magasin\nÉtat à \d\d:\d\d/);
    type('credit-amount', '5,50');
    await vi.waitFor(() => expect(isDisabled('redeem-credit')).toBe(false), PATIENCE);
    tap('redeem-credit');
    await sees(/Appliqué(?: hors ligne)? : Crédit en magasin\. Référence \w{10}/);
    expect(counter.cart.current().cartDiscounts[0]?.discountDescription).toMatch(
      /^Crédit en magasin · \w{10}$/,
    );
  });
});
