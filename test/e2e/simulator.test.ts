import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LOCATIONS, USERS } from '../../simulator/shop.ts';
import { launchChromium, newDevice, startProfile } from '../support/chromium.ts';
import { PROBE } from '../support/probe-extension.ts';
import { openRegister, until, type RegisterPage } from '../support/register-page.ts';
import { startWorld, type SimulatorWorld } from '../support/simulator.ts';

let browser: Browser;
let built: SimulatorWorld;
let probe: SimulatorWorld;
const devices: BrowserContext[] = [];

beforeAll(async () => {
  built = await startWorld();
  probe = await startWorld({ extension: PROBE });
  browser = await launchChromium();
});

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close();
});

afterAll(async () => {
  await browser?.close();
  await built?.stop();
  await probe?.stop();
});

async function open(world: SimulatorWorld, number = 1): Promise<RegisterPage> {
  const device = await newDevice(browser);
  devices.push(device);
  return openRegister(device, world.simulator.url, number);
}

/** Taps one of the probe's questions and gives its answer. */
async function ask(register: RegisterPage, question: string): Promise<unknown> {
  const answer = register.modal.locator('#answer');
  await register.tap(new RegExp(`^${question}$`));
  const start = `${question}: `;
  let text = '';
  await until(`the probe answers "${question}"`, async () => {
    text = await answer.innerText();
    return text.startsWith(start);
  });
  await register.tap('now');
  await until('the answer is put away', async () => (await answer.innerText()).startsWith('now'));
  return JSON.parse(text.slice(start.length)) as unknown;
}

async function openProbe(number = 1): Promise<RegisterPage> {
  const register = await open(probe, number);
  await register.openModal();
  return register;
}

describe('the built extension on the simulated register', () => {
  it('[SM20] the page says what it is; the built tile and modal run in workers', async () => {
    const register = await open(built);
    await register.page.getByText('Simulator – not Shopify POS').waitFor();
    await register.tile.getByRole('button').waitFor();
    expect(register.page.workers()).toHaveLength(2);
    await register.addProduct('Rain jacket');
    await register.chooseCustomer('Ada Lindqvist');
    await register.openModal();
    await register.sees(/1,250/);
    expect(register.page.workers()).toHaveLength(3);
    expect(await register.problems()).toEqual([]);
  });

  it('[SM20] a redeemed reward is in the cart, and the ledger hears of the sale', async () => {
    const register = await open(built);
    await register.addProduct('Wool beanie', 2);
    await register.chooseCustomer('Chidi Anand');
    await register.openModal();
    await register.modal.locator('#redeem-five-off').getByRole('button').click();
    await until('the discount is in the cart', async () => {
      const { discounts } = await register.control('cart');
      return discounts.length === 1;
    });
    await register.closeModal();
    await register.page.getByTestId('cart-discount').waitFor();
    expect(await register.completeSale()).toMatch(/^#\d+/);
    await until('the ledger has the sale', async () => {
      const { operations } = (await built.read('/api/pos/operations')) as {
        operations: readonly { kind: string; status: string }[];
      };
      return operations.some(({ kind, status }) => kind === 'commit' && status === 'applied');
    });
    expect(await register.problems()).toEqual([]);
    expect(built.errors).toEqual([]);
  });
});

describe('an extension context', () => {
  it('[SM21] has a document and a scope of its own, and no storage of the browser', async () => {
    const register = await openProbe();
    expect(await ask(register, 'surroundings')).toMatchObject({
      hidden: ['indexedDB', 'caches', 'localStorage', 'sessionStorage', 'BroadcastChannel'],
      body: 'body',
      tiles: 0,
      left: null,
    });
    expect(await ask(register, 'surroundings')).toMatchObject({ left: 'yes' });
    await register.closeModal();
    await register.openModal();
    expect(await ask(register, 'surroundings')).toMatchObject({ left: null });
  });

  it('[SM21] gets the APIs of its target and no other', async () => {
    const register = await openProbe();
    const { keys } = (await ask(register, 'surroundings')) as { keys: string[] };
    expect(keys).toEqual([
      'camera',
      'cart',
      'connectivity',
      'device',
      'i18n',
      'locale',
      'pinPad',
      'print',
      'printing',
      'productSearch',
      'scanner',
      'session',
      'storage',
      'toast',
    ]);
    expect(await ask(register, 'products')).toBe(1);
    expect(await ask(register, 'move')).toEqual(['/second', 5]);
  });

  it('[SM22] what the platform does not have fails loudly, and the context lives on', async () => {
    const register = await openProbe();
    for (const [mistake, words] of [
      ['unknown component', '<s-table> is no component of POS'],
      ['foreign component', '<s-tile> is not allowed in pos.home.modal.render'],
      ['plain html', '<div> is no component of POS'],
      ['unknown property', '<s-button> has no property "colour"'],
      ['unknown event', '<s-text> has no event "hover"'],
      ['thrown error', 'thrown on purpose'],
      ['forgotten promise', 'rejected on purpose'],
      ['no such api', 'TypeError'],
    ] as const) {
      await register.tap(mistake);
      await until(`the log says ${words}`, async () =>
        (await register.problems()).some((text) => text.includes(words)),
      );
    }
    expect(await register.problems()).toHaveLength(8);
    expect(await ask(register, 'network')).toBe('Connected');
  });

  it('[SM22] what it writes to its console is in the log, but is no problem', async () => {
    const register = await openProbe();
    await register.tap('console error');
    await until('the log has it', async () =>
      (await register.control('log')).some(
        ({ level, text }) => level === 'error' && text === 'said on purpose',
      ),
    );
    expect(await register.problems()).toEqual([]);
  });

  it('[SM23] a field keeps what is typed, tells it once, and follows what is set', async () => {
    const register = await openProbe();
    const field = register.modal.getByLabel('Words');
    const element = register.modal.locator('s-text-field');
    await element.evaluate((node) => {
      const write = (): void => node.setAttribute('data-echo', 'heard');
      Object.defineProperty(node, 'value', { configurable: true, set: write });
    });
    await field.pressSequentially('héllo');
    await register.sees('heard héllo');
    expect(await ask(register, 'network')).toBe('Connected');
    expect(await element.getAttribute('data-echo')).toBeNull();
    await element.evaluate((node) => {
      Reflect.deleteProperty(node, 'value');
      node.setAttribute('data-first', 'this very one');
    });
    await register.tap('turn around');
    await until('the field stands first', () =>
      element.evaluate((node) => node.previousElementSibling === null),
    );
    expect(await element.getAttribute('data-first')).toBe('this very one');
    expect(await field.inputValue()).toBe('héllo');
    await register.tap('clear the field');
    await until('the field is empty', async () => (await field.inputValue()) === '');
  });

  it('[SM23] a tap bubbles to what is around, and never passes what is disabled', async () => {
    const register = await openProbe();
    const answer = register.modal.locator('#answer');
    await register.modal.getByText('shut').click({ force: true });
    await register.modal.getByText('tap me').click();
    await until('the tap arrived', async () => (await answer.innerText()) === 'tapped: true');
  });
});

describe('life and death', () => {
  it('[SM24] a killed context takes only itself; started again it is new', async () => {
    const register = await openProbe();
    await register.closeModal();
    await register.addProduct('Olive soap');
    await register.openModal();
    await register.kill('home-modal');
    await until('its worker is gone', async () => register.page.workers().length === 2);
    expect(await register.control('contexts')).toEqual({
      background: 'running',
      'home-tile': 'running',
      'home-modal': 'killed',
    });
    await register.modal.getByText('was killed').waitFor();
    await register.start('home-modal');
    expect(await ask(register, 'cart')).toMatchObject({ grandTotal: '8.50' });
    expect(register.page.workers()).toHaveLength(3);
  });

  it('[SM24] a killed app loses its contexts and its cart, and keeps its storage', async () => {
    const register = await openProbe();
    expect(await ask(register, 'write a note')).toBeNull();
    await register.closeModal();
    await register.addProduct('Olive soap');
    await register.killApp();
    await register.page.getByText('POS is closed').waitFor();
    await until('no worker is left', async () => register.page.workers().length === 0);
    await register.openPos();
    await register.openModal();
    expect(await ask(register, 'cart')).toMatchObject({ lineItems: [] });
    expect(await ask(register, 'read the note')).toEqual({ text: 'kept' });
  });

  it('[SM24] the cart can be kept over a restart, for trying things out', async () => {
    const register = await open(probe);
    await register.control('change', { keepCart: true });
    await register.addProduct('Olive soap');
    await register.reload();
    await register.page.getByTestId('cart-line').getByText('Olive soap').waitFor();
    await register.control('change', { keepCart: false });
    await register.reload();
    await register.page.getByText('Tap a product to start a sale.').waitFor();
  });

  it('[SM25] device storage and settings survive a reload; each register has its own', async () => {
    const register = await openProbe();
    await ask(register, 'write a note');
    await register.airplane(true);
    await register.reload();
    await register.tileSays('Disconnected');
    await register.openModal();
    expect(await ask(register, 'read the note')).toEqual({ text: 'kept' });
    const second = await openRegister(register.page.context(), probe.simulator.url, 2);
    await second.openModal();
    expect(await ask(second, 'read the note')).toBeNull();
    const [one, two] = [await ask(register, 'session'), await ask(second, 'session')];
    expect((one as { device: number }).device).not.toBe((two as { device: number }).device);
  });

  it('[SM25] what a resolved set wrote survives the death of the browser’s process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tideover-profile-'));
    try {
      const first = await startProfile(folder);
      const register = await openRegister(first.context, probe.simulator.url);
      await register.openModal();
      await ask(register, 'write a note');
      await first.kill();
      const second = await startProfile(folder);
      const again = await openRegister(second.context, probe.simulator.url);
      await again.openModal();
      expect(await ask(again, 'read the note')).toEqual({ text: 'kept' });
      await second.kill();
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  });
});

describe('network, people and clock', () => {
  it('[SM26] airplane mode reaches contexts; fetch and token fail until it ends', async () => {
    const register = await openProbe();
    expect(await ask(register, 'fetch')).toMatchObject({ status: 200 });
    await register.airplane(true);
    expect(await ask(register, 'network')).toBe('Disconnected');
    expect(await ask(register, 'fetch')).toMatchObject({ error: 'TypeError' });
    expect(await ask(register, 'token')).toMatchObject({ error: 'TypeError' });
    await register.airplane(false);
    expect(await ask(register, 'network')).toBe('Connected');
    expect(await ask(register, 'fetch')).toMatchObject({ status: 200 });
    expect(await ask(register, 'token')).toBe('string');
  });

  it('[SM26] the app is another origin: what has no CORS header can’t be read', async () => {
    const register = await openProbe();
    expect(await ask(register, 'other origin')).toMatchObject({ error: 'TypeError' });
  });

  it('[SM26] a server that is down, and an answer of another, are seen as such', async () => {
    const register = await openProbe();
    await register.control('server', { down: true });
    expect(await ask(register, 'fetch')).toMatchObject({ error: 'TypeError' });
    await register.control('server', { down: false });
    await register.control('setFaults', { standIn: { by: 500, left: 1 } });
    expect(await ask(register, 'fetch')).toMatchObject({ status: 500 });
    expect(await ask(register, 'fetch')).toMatchObject({ status: 200 });
  });

  it('[SM27] without permission there is no token; the session follows the device', async () => {
    const register = await openProbe();
    const [location, user] = [LOCATIONS[1]?.id ?? 0, USERS[1]?.id ?? 0];
    await register.control('change', { hasPermission: false, location, user, staff: undefined });
    expect(await ask(register, 'token')).toBe('undefined');
    expect(await ask(register, 'fetch')).toMatchObject({ status: 401 });
    const session = await ask(register, 'session');
    expect(session).toMatchObject({ locationId: location, userId: user });
    expect(session).not.toHaveProperty('staffMemberId');
  });

  it('[SM27] the register’s clock is the context’s present', async () => {
    const register = await openProbe();
    const day = 24 * 3_600_000;
    await register.control('change', { clockOffsetMs: -400 * day });
    const times = (await ask(register, 'now')) as readonly number[];
    const real = await register.page.evaluate(() => Date.now());
    for (const time of times) {
      expect(real - time).toBeGreaterThan(399 * day);
      expect(real - time).toBeLessThan(401 * day);
    }
  });
});

describe('storage, cart and sale across the wire', () => {
  it('[SM28] errors keep their name and code on the way to the worker', async () => {
    const register = await openProbe();
    expect(await ask(register, 'write too much')).toMatchObject({
      error: 'StorageError',
      code: 'RecordSize',
    });
    expect(await ask(register, 'discount')).toMatchObject({
      message: expect.stringContaining('empty') as string,
    });
  });

  it('[SM28] a failing and a full storage are what the extension meets', async () => {
    const register = await openProbe();
    await register.control('storageMischief', 'fails');
    expect(await ask(register, 'write a note')).toMatchObject({ error: 'Error' });
    await register.control('storageMischief', 'none');
    expect(await register.control('fillStorage')).toBeGreaterThan(90);
    expect(await ask(register, 'write a note')).toMatchObject({ code: 'RecordsCount' });
    await register.control('clearFiller');
    expect(await ask(register, 'write a note')).toBeNull();
    expect(await register.storageKeys()).toEqual(['note']);
  });

  it('[SM29] a completed sale reaches the background, past a listener that fails', async () => {
    const register = await open(probe);
    for (const [isOffline, words] of [
      [false, /^#\d+/],
      [true, /pending/],
    ] as const) {
      await register.airplane(isOffline);
      await register.addProduct('Enamel mug');
      await register.chooseCustomer('Dora Weiss');
      expect(await register.completeSale()).toMatch(words);
      await until('the event is stored', async () => {
        const rows = await register.control('storage');
        const event = rows.find(({ key }) => key === 'last event')?.json ?? '{}';
        return 'orderId' in (JSON.parse(event) as object) === !isOffline && event !== '{}';
      });
    }
    expect((await register.control('cart')).lines).toEqual([]);
    const failed = (await register.problems()).filter((text) => text.includes('a listener fails'));
    expect(failed).toHaveLength(2);
  });
});
