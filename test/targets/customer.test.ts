import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cardNumber } from '../../shared/card.ts';
import {
  ALICE,
  BOB,
  answering,
  isDisabled,
  lost,
  openCounter,
  sees,
  shown,
  tap,
  type Counter,
} from './counter.ts';
import { ledgerHas, syncedBefore } from './ledger-check.ts';
import { HOUR_MS } from './states.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

const page = (id: number) => ({ customer: { id } });

function presenting() {
  const opened: string[] = [];
  return { opened, action: { presentModal: () => void opened.push('modal') } };
}

describe('the menu item', () => {
  it('[TC8] is one button, and it opens the screen', async () => {
    const { opened, action } = presenting();
    await counter.open('pos.customer-details.action.menu-item.render', { ...page(ALICE), action });
    expect(document.body.children).toHaveLength(1);
    expect(document.body.firstElementChild?.tagName).toBe('S-BUTTON');
    expect(shown()).toBe('Redeem rewards');
    tap('open');
    expect(opened).toEqual(['modal']);
  });
});

describe('the block', () => {
  it('[TC9] shows both balances with their age, asks no network, and opens the screen', async () => {
    await syncedBefore(counter);
    const { opened, action } = presenting();
    await counter.open('pos.customer-details.block.render', { ...page(ALICE), action });
    await sees('1,000 points');
    expect(shown()).toMatch(/€20\.00 store credit\nAs of \d+:\d\d [AP]M/);
    tap('open');
    expect(opened).toEqual(['modal']);
    expect(counter.requests).toEqual([]);
  });

  it('[TC9] says that nothing is known, that it is old, and that storage fails', async () => {
    await counter.open('pos.customer-details.block.render', page(ALICE));
    await sees('This register has never synced. Connect it to load balances.');
    await counter.close();

    counter = await openCounter();
    await syncedBefore(counter, -80 * HOUR_MS);
    counter.connect(false);
    await counter.open('pos.customer-details.block.render', page(ALICE));
    await sees(/3 days old\. Too old to redeem offline/);
    await counter.close();

    counter = await openCounter();
    const broken = () => Promise.reject(new Error('disk I/O error'));
    counter.storage = { ...counter.storage, entries: broken, get: broken, set: broken };
    await counter.open('pos.customer-details.block.render', page(ALICE));
    await sees('This register can’t save. Don’t redeem; restart POS.');
  });
});

describe('the screen', () => {
  const openScreen = (id: number) => counter.open('pos.customer-details.action.render', page(id));

  it('[TC10] redeems for the customer whose page it is, and shows what happened lately', async () => {
    await counter.fillCart(ALICE);
    await openScreen(ALICE);
    await sees(/Opening balance · 1,000 points · /);
    expect(shown()).toContain(`Card ${cardNumber(ALICE)}`);
    expect(shown()).toContain('Customer on this cart');
    tap('redeem-coffee');
    await sees(/Applied(?: offline)?: Free coffee/);
    await ledgerHas(counter, ALICE, { points: 800, credit: 2_000 });
    await sees(/Redemption \w{10} · -200 points/);
  });

  it('[TC10] while another customer is on the cart it warns, and redeems for its own', async () => {
    await counter.fillCart(BOB);
    await openScreen(ALICE);
    await sees('1,000 points');
    expect(shown()).toContain('Customer …101, not on this cart');
    expect(shown()).toContain('The cart is for another customer.');
    tap('redeem-coffee');
    await sees(/Applied(?: offline)?: Free coffee/);
    await sees('Another customer is on the cart now.');
    await ledgerHas(counter, ALICE, { points: 800, credit: 2_000 });
    await ledgerHas(counter, BOB, { points: 10, credit: 0 });
  });

  it.each([
    ['the server is down', lost],
    ['a captive portal answers', answering(200, '<html>Welcome</html>')],
  ])('[TC10] when %s it says that this is only what the register knows', async (_, network) => {
    await counter.fillCart(ALICE);
    await syncedBefore(counter);
    counter.network = network;
    await openScreen(ALICE);
    await sees('Only what this register knows. Connect to see the rest.');
    await sees('1,000 points');
    expect(isDisabled('redeem-coffee')).toBe(false);
  });
});
