/** Redemptions that no sale closes: given back by their register, or in the end by the ledger. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../simulator/page/details.ts';
import { customerNamed, startPopUp, type Cashier, type PopUp } from '../support/pop-up.ts';

const MINUTE_MS = 60_000;
const REWARD = 'five-off';
const POINTS = 200;

interface Left {
  readonly till: Cashier;
  readonly customer: string;
  readonly ref: string;
}

let popUp: PopUp;
/** The cart was emptied; the app died before the discount, and with it. */
let emptied: Left;
let neverApplied: Left;
let died: Left;
let unheard: Left & { readonly sale: Receipt };

beforeAll(async () => {
  popUp = await startPopUp();
});

afterAll(async () => {
  await popUp?.stop();
});

afterEach(async () => {
  for (const left of [emptied, neverApplied, died, unheard]) await left?.till.control('closeModal');
});

const pointsOf = async (name: string) =>
  (await popUp.ledger.accounts(customerNamed(name).id))['points'];

const isHeld = async (name: string): Promise<boolean> => (await pointsOf(name))?.held === POINTS;

async function serving(number: number, customer: string): Promise<Cashier> {
  const till = await popUp.open(number);
  await till.serve(customer, { 'Wool beanie': 1 });
  await till.sees(/^As of /);
  await till.sees(/^Last sync /);
  return till;
}

/** Redeems with a network, and waits until the ledger holds it. */
async function redeemed(number: number, customer: string): Promise<Left> {
  const till = await serving(number, customer);
  await till.redeem(REWARD);
  const [ref = ''] = await till.hears(
    /^Applied(?: offline)?: €5 off\. Reference ([0-9A-Z]{10})\. Go on with the sale/,
  );
  await popUp.ledger.until('the ledger holds it', () => isHeld(customer));
  await till.closeModal();
  return { till, customer, ref };
}

async function kindsOf(ref: string): Promise<readonly string[]> {
  const operations = await popUp.ledger.operations({ ref });
  return operations.map(({ kind, status }) => `${kind} ${status}`);
}

async function reopened({ till }: Left): Promise<void> {
  await till.killApp();
  await till.openPos();
  expect(await till.discounts()).toEqual([]);
}

describe('a redemption without a sale', () => {
  it('[E255] the cart is emptied while the value is on it', async () => {
    emptied = await redeemed(1, 'Ada Lindqvist');
    await emptied.till.page.getByTestId('clear-cart').click();
    expect(await emptied.till.discounts()).toEqual([]);
  });

  it('[E256] the app dies between the intent and the discount', async () => {
    const customer = 'Chidi Anand';
    const till = await serving(2, customer);
    await till.control('cartMischief', 'hangs');
    await till.redeem(REWARD);
    await popUp.ledger.until('the ledger holds it', () => isHeld(customer));
    const [intent] = await popUp.ledger.operations(till);
    neverApplied = { till, customer, ref: intent?.ref ?? '' };
    await reopened(neverApplied);
    await till.control('cartMischief', undefined);
  });

  it('[E256] the app dies with the discount on the cart', async () => {
    died = await redeemed(3, 'Gwen Pritchard');
    await reopened(died);
  });

  it('[E257] the sale is done and nobody hears of it', async () => {
    const left = await redeemed(4, 'Bruno Castell');
    await left.till.kill('background');
    unheard = { ...left, sale: await left.till.control('completeSale') };
    await reopened(left);
  });
});

describe('a minute later', () => {
  it('[E255] what left with its cart was given back by its register', async () => {
    const { till, customer, ref } = emptied;
    await popUp.ledger.until('it is given back', async () => {
      const kinds = await kindsOf(ref);
      return kinds.includes('void applied');
    });
    await till.allSettled();
    expect(await kindsOf(ref)).toEqual(['intent applied', 'void applied']);
    expect(await pointsOf(customer)).toEqual({
      balance: customerNamed(customer).points,
      held: 0,
    });
  });

  it('[E256, E257] what a register can’t tell of is reported, and held', async () => {
    for (const { till, customer, ref } of [neverApplied, died, unheard]) {
      await popUp.ledger.until('it is reported', async () => {
        const kinds = await kindsOf(ref);
        return kinds.includes('missing applied');
      });
      await till.allSettled();
      expect(await kindsOf(ref)).toEqual(['intent applied', 'missing applied']);
      const { points } = customerNamed(customer);
      expect(await pointsOf(customer)).toEqual({ balance: points - POINTS, held: POINTS });
    }
    await popUp.world.simulator.merchant.makeRound();
    for (const { customer } of [neverApplied, died, unheard])
      expect(await isHeld(customer)).toBe(true);
  });
});

describe('a quarter of an hour later, by the ledger’s clock', () => {
  it('[E256] the ledger releases it, and every register hears so', async () => {
    const { simulator } = popUp.world;
    simulator.switches.clockOffsetMs += 16 * MINUTE_MS;
    await simulator.merchant.makeRound();
    for (const { till, customer, ref } of [neverApplied, died]) {
      const { points } = customerNamed(customer);
      expect(await kindsOf(ref)).toEqual(['intent applied', 'missing applied', 'release applied']);
      expect(await pointsOf(customer)).toEqual({ balance: points, held: 0 });
      await till.chooseCustomer(customer);
      await till.openModal();
      await till.tap('Sync now');
      await till.sees(new RegExp(`^${points.toLocaleString('en')} points$`));
      expect(await till.problems()).toEqual([]);
    }
  });

  it('[E257] a sale that is heard of after that still takes its points', async () => {
    const { till, customer, ref, sale } = unheard;
    const { points } = customerNamed(customer);
    expect(await pointsOf(customer)).toEqual({ balance: points, held: 0 });
    await till.control('sendEvent', 'transactioncomplete', sale.event);
    await popUp.ledger.until('the sale is booked', async () => {
      const account = await pointsOf(customer);
      return account?.balance === points - POINTS + 29;
    });
    await till.allSettled();
    const operations = await popUp.ledger.operations({ ref });
    const late = operations.find(({ kind }) => kind === 'commit');
    expect(late).toMatchObject({ status: 'applied', flags: ['late-commit'] });
    expect((await popUp.ledger.story(late?.id ?? '')).redemption).toMatchObject({
      held: 0,
      captured: POINTS,
    });
    expect(await till.problems()).toEqual([]);
  });
});

describe('after all of that', () => {
  it('[E255, E256, E257] the merchant is told of the late sale and of nothing else', async () => {
    const { conflicts, missing } = await popUp.ledger.syncLog();
    expect(conflicts.map(({ kind, ref }) => [kind, ref])).toEqual([['late-commit', unheard.ref]]);
    expect(missing).toEqual([]);
    await unheard.till.openModal();
    await unheard.till.sees(/^Booked\. The sale arrived after the redemption was taken back;/);
  });
});
