/** Cart calls that go wrong: only what is on the cart is called applied, and value is right. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CartMischief } from '../../simulator/page/mischief.ts';
import { customerNamed, startPopUp, type Cashier, type PopUp } from '../support/pop-up.ts';
import { until } from '../support/register-page.ts';

const REWARD = 'five-off';
const POINTS = 200;

let popUp: PopUp;

beforeAll(async () => {
  popUp = await startPopUp();
});

afterEach(() => popUp.closeRegisters());

afterAll(async () => {
  await popUp?.stop();
});

const balance = (points: number): RegExp => new RegExp(`^${points.toLocaleString('en')} points$`);

/** A register with this customer's cart, cut off, of which the next cart call goes wrong. */
async function tapWith(mischief: CartMischief, number: number, customer: string): Promise<Cashier> {
  const till = await popUp.open(number);
  await till.serve(customer, { 'Wool beanie': 1 });
  await till.sees(/^As of /);
  await till.sees(/^Last sync /);
  await till.airplane(true);
  await till.sees(/^Offline\. Redeeming works/);
  await till.control('cartMischief', mischief);
  await till.redeem(REWARD);
  return till;
}

async function refused(till: Cashier, customer: string): Promise<void> {
  await till.hears(/^POS did not take the discount, so nothing was redeemed\. Check the cart/);
  expect(await till.discounts()).toEqual([]);
  await till.sees(balance(customerNamed(customer).points));
}

/** Sells, comes back into the network, and gives what the ledger has of the register by then. */
async function sold(till: Cashier, kinds: readonly string[]) {
  await till.closeModal();
  await till.completeSale();
  await until('the sale is stored', async () => (await till.waiting()).length === kinds.length);
  await till.airplane(false);
  await popUp.ledger.until('all is booked', async () => {
    const operations = await popUp.ledger.operations(till);
    return operations.length === kinds.length;
  });
  await till.allSettled();
  const operations = await popUp.ledger.operations(till);
  expect(operations.map(({ kind }) => kind)).toEqual(kinds);
  expect(await till.problems()).toEqual([]);
  return operations;
}

const pointsOf = async (name: string) =>
  (await popUp.ledger.accounts(customerNamed(name).id))['points'];

/** Nothing was redeemed: the sale earns on the whole price. */
async function soldWithout(till: Cashier, customer: string): Promise<void> {
  const operations = await sold(till, ['intent', 'void', 'earn']);
  expect(operations.flatMap(({ flags }) => flags)).toEqual([]);
  const { points } = customerNamed(customer);
  expect(await pointsOf(customer)).toEqual({ balance: points + 34, held: 0 });
}

describe('a cart call', () => {
  it.each([
    { mischief: 'throws', number: 1, customer: 'Ada Lindqvist' },
    { mischief: 'hangs', number: 2, customer: 'Chidi Anand' },
    { mischief: 'lies', number: 3, customer: 'Hugo Lambert' },
  ] as const)('[E258] that $mischief: nothing was redeemed, and it says so', async (fault) => {
    const { mischief, number, customer } = fault;
    const till = await tapWith(mischief, number, customer);
    await refused(till, customer);
    await till.control('cartMischief', undefined);
    await soldWithout(till, customer);
  });

  it('[E259] that fails and has its effect: what is on the cart counts', async () => {
    const customer = 'Farah Nasser';
    const till = await tapWith('late-throw', 4, customer);
    await till.hears(/^Applied offline: €5 off\. Reference [0-9A-Z]{10}\./);
    expect(await till.discounts()).toHaveLength(1);
    const operations = await sold(till, ['intent', 'commit', 'earn']);
    expect(operations.flatMap(({ flags }) => flags)).toEqual([]);
    const { points } = customerNamed(customer);
    expect(await pointsOf(customer)).toEqual({ balance: points - POINTS + 29, held: 0 });
  });

  it.each([
    { mischief: 'late', number: 5, customer: 'Bruno Castell' },
    { mischief: 'late-effect', number: 6, customer: 'Gwen Pritchard' },
  ] as const)('[E260] that comes $mischief: refused, then listed, and sold', async (fault) => {
    const { mischief, number, customer } = fault;
    const { points } = customerNamed(customer);
    const till = await tapWith(mischief, number, customer);
    await refused(till, customer);
    expect(await till.control('heldCartCalls')).toBe(1);
    await till.control('releaseCart');
    await until('the cart has it', async () => (await till.discounts()).length === 1);
    const ref = / · ([0-9A-Z]{10})$/.exec((await till.discounts())[0] ?? '')?.[1] ?? '';
    await till.sees(new RegExp(`reference ${ref}$`));
    await till.sees(/^On this cart$/);
    await till.lacks(/^Applied/);

    const operations = await sold(till, ['intent', 'void', 'commit', 'earn']);
    expect(operations.flatMap(({ flags }) => flags)).toEqual(['late-commit']);
    expect(await pointsOf(customer)).toEqual({ balance: points - POINTS + 29, held: 0 });
  });

  it('[E260] that comes late, and is taken off again: the customer has the value', async () => {
    const customer = 'Ida Aalto';
    const { points } = customerNamed(customer);
    const till = await tapWith('late-effect', 7, customer);
    await refused(till, customer);
    await till.control('cartMischief', undefined);
    await till.control('releaseCart');
    await until('the cart has it', async () => (await till.discounts()).length === 1);
    await till.tap('Remove');
    await till.hears(/^Removed from the cart\. The value is the customer’s again\.$/);
    expect(await till.discounts()).toEqual([]);
    await till.sees(balance(points));
    await till.closeModal();
    await till.completeSale();
    await till.airplane(false);
    await popUp.ledger.until('the sale has earned', async () => {
      const account = await pointsOf(customer);
      return account?.balance === points + 34 && account.held === 0;
    });
    await till.allSettled();
    expect(await till.problems()).toEqual([]);
  });
});
