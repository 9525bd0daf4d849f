/**
 * One register at a counter, as a target sees it: the simulator's cart and device storage, live
 * signals, our texts, and the real server behind a network that the test can break. Shopify's
 * tester lends the rest.
 */
import { randomUUID } from 'node:crypto';
import { signal, type Signal } from '@preact/signals-core';
import { setUpExtension } from '@shopify/ui-extensions-tester';
import { fireEvent } from '@testing-library/preact';
import { render } from 'preact';
import { expect, vi } from 'vitest';
import { clock, random } from '../../extensions/pos/src/platform.ts';
import { cartChange } from '../../extensions/register/cart.ts';
import { createRegister, type Register } from '../../extensions/register/register.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { seedShop } from '../../server/seeding.ts';
import { currency, minor, points } from '../../shared/amount.ts';
import type { DeviceStorage, HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import { POLICY_DEFAULT, type Policy, type Program } from '../../shared/program.ts';
import { createCart, type RegisterCart } from '../../simulator/page/cart.ts';
import type { PriceRules } from '../../simulator/page/cart-totals.ts';
import { createDeviceStorage } from '../../simulator/page/device-storage.ts';
import type { TargetName } from '../../simulator/platform/places.ts';
import { memoryRecords } from '../support/memory-records.ts';
import { startRealServer, type RealServer } from '../support/real-server.ts';
import { createTranslator } from './translator.ts';

export const SHOP = 'pop-up.myshopify.io' as ShopDomain;
export const SHOP_ID = 7_001;
export const ALICE = 101;
export const BOB = 102;
export const EUR = currency('EUR');
export const RULES: PriceRules = { currency: EUR, taxPercent: 0 };
const USER = 42;
/** Generous: a slow machine must not fail a test, and a passed one never waits. */
export const PATIENCE = { timeout: 60_000, interval: 10 };

export const PROGRAM: Program = {
  version: 1,
  name: 'Sunny Days',
  currency: EUR,
  rewards: [
    {
      id: 'coffee',
      title: 'Free coffee',
      titles: { fr: 'Café offert' },
      points: points(200),
      discount: { type: 'fixed', amount: minor(350) },
    },
    {
      id: 'tenth',
      title: '10 % off',
      titles: {},
      points: points(2_000),
      discount: { type: 'percent', percent: 10 },
    },
  ],
  earn: { points: 1, per: 100 },
  storeCredit: true,
};

/** What the network does with a request: hand it to the server, answer by itself, or lose it. */
export type Network = (request: HttpRequest, server: RealServer) => Promise<HttpAnswer>;

export const online: Network = (request, server) => server.serve(request);
export const lost: Network = () => Promise.reject(new TypeError('Failed to fetch'));
/** An answer that did not come from our server's application. */
export function answering(status: number, body: string, retryAfter?: string): Network {
  return () => Promise.resolve({ status, body, retryAfter });
}

interface Connectivity {
  readonly internetConnected: 'Connected' | 'Disconnected';
}

export interface Counter {
  readonly server: RealServer;
  isClosed: boolean;
  readonly cart: RegisterCart;
  storage: DeviceStorage;
  network: Network;
  hasPermission: boolean;
  readonly requests: HttpRequest[];
  readonly toasts: string[];
  readonly connectivity: Signal<Connectivity>;
  readonly locale: Signal<string>;
  /** What was on its way stays so; no request leaves the device while it is cut off. */
  connect(isConnected: boolean): void;
  /** Puts two products of 10.00 and, if given, a customer on the cart. */
  fillCart(customer?: number): Promise<void>;
  /** A context of the same device with its own clock, shop and luck: what happened here before. */
  context(past?: Past): Register;
  /**
   * Opens a target as POS does, and gives back what Shopify's tester made for it. `shown`: what it
   * stands beside (`order`, `customer`, `transaction` …).
   */
  open<T extends Target>(target: T, shown?: object): Promise<ReturnType<typeof setUpExtension<T>>>;
  close(): Promise<void>;
}

export interface Past {
  readonly clockOffsetMs?: number;
  readonly shopId?: number;
  readonly isConnected?: boolean;
}

export type Target = Exclude<TargetName, 'pos.receipt-header.block.render'>;

/** The harness of Shopify's tester, as far as a counter fills it. */
interface Installable {
  shopify: unknown;
  fetch: typeof fetch;
}

/** A counter in a shop of two customers: Alice has 1,000 points and 20.00, Bob has 10 points. */
export async function openCounter(policy: Policy = POLICY_DEFAULT): Promise<Counter> {
  const server = await startRealServer({
    clock,
    random,
  });
  await seedShop(server.ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy,
    customers: [
      { customer: ALICE, points: 1_000, credit: 2_000 },
      { customer: BOB, points: 10, credit: 0 },
    ],
  });
  const cart = createCart({
    rules: RULES,
    catalogue: [],
    uuid: () => randomUUID(),
    checkCode: () => Promise.reject(new Error('no codes here')),
    stacking: () => 'stack',
  });
  const endings: (() => void)[] = [];
  // The targets of this counter get a platform of their own, and with it a time that can end.
  vi.resetModules();
  const { clock: ownClock } = await import('../../extensions/pos/src/platform.ts');
  const counter: Counter = {
    server,
    isClosed: false,
    cart,
    storage: createDeviceStorage({ store: memoryRecords(), clock }),
    network: online,
    hasPermission: true,
    requests: [],
    toasts: [],
    connectivity: signal<Connectivity>({ internetConnected: 'Connected' }),
    locale: signal('en-US'),
    connect: (isConnected) => {
      const internetConnected = isConnected ? 'Connected' : 'Disconnected';
      counter.connectivity.value = { internetConnected };
    },
    async fillCart(customer) {
      await cart.mutators.addCustomSale({
        quantity: 2,
        title: 'Mug',
        price: '10.00',
        taxable: false,
      });
      if (customer !== undefined) await cart.mutators.setCustomer({ id: customer });
    },
    context: (past = {}) => contextOf(counter, past),
    async open(target, shown = {}) {
      const extension = setUpExtension(target);
      endings.push(() => extension[Symbol.dispose]());
      install(extension, counter, shown);
      await extension.render();
      return extension;
    },
    async close() {
      // The tester runs no clean-up of effects: the screen must go first.
      render(null, document.body);
      counter.isClosed = true;
      for (const end of endings) end();
      await server.close();
    },
  };
  ownClock.sleep = (ms, wake) => whileOpen(counter, () => clock.sleep(ms, wake));
  return counter;
}

function install(extension: Installable, counter: Counter, shown: object): void {
  const { shopify } = extension;
  if (typeof shopify !== 'object' || shopify === null) throw new Error('no shopify global');
  const offered: Readonly<Record<string, unknown>> = {
    ...('transaction' in shopify ? receiptFacts(counter) : targetFacts(counter)),
    storage: storageWhileOpen(counter),
    connectivity: { current: counter.connectivity },
    ...shown,
  };
  // A target gets no more than POS gives it; the tester's proxy throws on what isn't there, where a
  // register has it, undefined.
  for (const [name, value] of Object.entries(offered))
    if (name in shopify) Object.assign(shopify, { [name]: value });
  if (!('cart' in shopify)) Object.defineProperty(shopify, 'cart', { value: undefined });
  extension.fetch = fetchOver(counter);
}

const CURRENT_SESSION = {
  shopId: SHOP_ID,
  userId: USER,
  shopDomain: SHOP,
  locationId: 1,
  currency: EUR,
  posVersion: '11.0.0',
};

function targetFacts(counter: Counter) {
  const { cart, server } = counter;
  const absent = { customer: undefined, note: undefined, cartDiscount: undefined };
  const whole = () => Object.assign({ ...absent }, cart.current());
  const current = signal(whole());
  cart.subscribe(() => (current.value = whole()));
  return {
    i18n: createTranslator(counter.locale.value),
    locale: { current: counter.locale },
    cart: { current, ...cart.mutators },
    session: {
      currentSession: { ...CURRENT_SESSION },
      staffMember: signal({ id: 9 }),
      deviceId: 77,
      getSessionToken: () =>
        whileOpen(counter, async () =>
          counter.hasPermission ? server.token(SHOP, USER) : undefined,
        ),
    },
    toast: { show: (text: string) => void counter.toasts.push(text) },
  };
}

/** A receipt is given plain data of the moment it is printed. */
function receiptFacts(counter: Counter) {
  return {
    locale: counter.locale.value,
    session: CURRENT_SESSION,
    device: { name: 'Register 1', deviceId: 77, isTablet: true },
  };
}

/**
 * A background target has no end of its own. Once its counter is closed nothing answers any more,
 * not even time: as when POS ends, or the tablet sleeps.
 */
async function whileOpen<T>(counter: Counter, work: () => Promise<T>): Promise<T> {
  const never = new Promise<T>(() => undefined);
  if (counter.isClosed) return never;
  try {
    const result = await work();
    return counter.isClosed ? never : result;
  } catch (error) {
    if (counter.isClosed) return never;
    throw error;
  }
}

function storageWhileOpen(counter: Counter): DeviceStorage {
  const { storage } = counter;
  return {
    get: (key) => whileOpen(counter, () => storage.get(key)),
    set: (key, value) => whileOpen(counter, () => storage.set(key, value)),
    delete: (key) => whileOpen(counter, () => storage.delete(key)),
    entries: () => whileOpen(counter, () => storage.entries()),
  };
}

/** `fetch` as the platform gives it: relative paths only, and it rejects when it is aborted. */
function fetchOver(counter: Counter): typeof fetch {
  return async (input, init = {}) => {
    if (typeof input !== 'string' || !input.startsWith('/'))
      throw new TypeError('The app is asked by relative paths');
    const request: HttpRequest = {
      method: init.method === 'POST' ? 'POST' : 'GET',
      path: input,
      token: new Headers(init.headers).get('Authorization')?.replace(/^Bearer /, '') ?? '',
      body: typeof init.body === 'string' ? init.body : undefined,
      deadlineMs: 0,
    };
    if (counter.connectivity.value.internetConnected === 'Disconnected')
      throw new TypeError('Failed to fetch');
    counter.requests.push(request);
    const aborted = new Promise<never>((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
    const answered = whileOpen(counter, () => counter.network(request, counter.server));
    const answer = await Promise.race([answered, aborted]);
    return new Response(answer.body, {
      status: answer.status,
      headers: answer.retryAfter === undefined ? {} : { 'Retry-After': answer.retryAfter },
    });
  };
}

function contextOf(
  counter: Counter,
  { clockOffsetMs = 0, shopId = SHOP_ID, isConnected = true }: Past,
) {
  const { server, cart } = counter;
  return createRegister({
    role: 'screen',
    storage: counter.storage,
    clock: {
      now: () => clock.now() + clockOffsetMs,
      sleep: clock.sleep,
    },
    random,
    http: (request) => server.serve(request),
    shopId,
    session: () => ({
      device: '77',
      deviceName: 'Register 1',
      location: 1,
      user: USER,
      staff: 9,
      build: 'test',
      currency: EUR,
    }),
    token: () => server.token(SHOP, USER),
    connectivity: { isConnected: () => isConnected, subscribe: () => () => undefined },
    cart: {
      state: () => cart.current(),
      subscribe: (listener) => cart.subscribe(listener),
      change: cartChange(cart.mutators, () => cart.current()),
    },
  });
}

/** Waits until the screen says so. */
export async function sees(text: string | RegExp): Promise<void> {
  await vi.waitFor(() => expect(shown()).toMatch(text), PATIENCE);
}

export function tap(id: string): void {
  fireEvent.click(element(id));
}

/** What a cashier types into the field, all at once. */
export function type(id: string, text: string): void {
  const field = element(id);
  Object.assign(field, { value: text });
  fireEvent.input(field);
}

/** Everything that a person can read on the screen now, in order, one text a line. */
export function shown(root: Node = document.body): string {
  const lines: string[] = [];
  const walk = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE && node.textContent) lines.push(node.textContent);
    if (node instanceof Element)
      for (const name of ['heading', 'subheading', 'label', 'details', 'error'])
        if (node.getAttribute(name) !== null) lines.push(node.getAttribute(name) ?? '');
    node.childNodes.forEach(walk);
  };
  walk(root);
  return lines.join('\n').replace(/[\u00a0\u202f]/g, ' ');
}

/** The element with this id, which must be there. */
export function element(id: string): Element {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no #${id} on the screen:\n${shown()}`);
  return found;
}

export function isDisabled(id: string): boolean {
  return element(id).hasAttribute('disabled');
}
