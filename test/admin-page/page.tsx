/**
 * The merchant's page on the real server: real routes, tokens and books over HTTP on this machine;
 * only the browser's elements are jsdom's, which draws `s-*` as plain elements.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { createAsking } from '../../server/admin-page/asking.ts';
import type { Bridge } from '../../server/admin-page/bridge.ts';
import { ROUTES } from '../../server/admin-page/routes.tsx';
import type { PageDeps } from '../../server/admin-page/deps.ts';
import type { Language } from '../../server/admin-page/language.ts';
import { Surroundings } from '../../server/admin-page/surroundings.tsx';
import { createApp, SHOPIFY_HOSTS, type Mount } from '../../server/app.ts';
import { listen } from '../../server/listen.ts';
import { createParts } from '../../server/parts.ts';
import { seedShop, type Seed } from '../../server/seeding.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import * as v from '../../shared/schema.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { openSite, type Site, type SiteOptions } from '../server/shopify.ts';
import { CLIENT_ID, PROGRAM, push, registerOf, SECRET, SHOP, SHOP_ID } from '../server/world.ts';
import { seededRandom } from '../support/seeded-random.ts';

export interface PageSite extends Site {
  readonly url: string;
  /** As any program of the merchant would ask, with a fresh token. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** What a register sends; `register` names it. */
  sync(register: string, operations: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

/** Shopify's library refuses to work beside a `window`: what the server runs here sees none. */
const inServer = new AsyncLocalStorage<true>();
const browser = globalThis.window;
Object.defineProperty(globalThis, 'window', {
  configurable: true,
  get: () => (inServer.getStore() === true ? undefined : browser),
});

const outsideOfBrowser = ({ path, router }: Mount): Mount => ({
  path,
  router: new Proxy(router, {
    apply: (target, _self, given: Parameters<Mount['router']>) =>
      inServer.run(true, () => target(...given)),
  }),
});

/** The whole server with its merchant's doors; the shop is known and has these customers. */
export async function openPageSite(
  customers: Seed['customers'] = [],
  options: SiteOptions = {},
): Promise<PageSite> {
  const site = await openSite(options);
  const { database, ledger, clock, settings } = site;
  const generous = { burst: 1e9, perSecond: 1e9 };
  // Nobody waits for the next look at the books of a site that is closed.
  const ending = Promise.withResolvers<void>();
  const deps = {
    database,
    ledger,
    clock,
    random: seededRandom(11),
    clientId: CLIENT_ID,
    secrets: [SECRET],
    shopHostPattern: SHOPIFY_HOSTS,
    log: () => undefined,
    sleep: (ms: number) => Promise.race([delay(ms, undefined, { ref: false }), ending.promise]),
    // Node's own `fetch` refuses a signal of jsdom's.
    shopify: {
      ...settings,
      fetch: (url: string, { signal: _ofJsdom, ...init }: RequestInit) => settings.fetch(url, init),
    },
    limits: { register: generous, failures: generous, merchant: generous, shop: generous },
  };
  const parts = createParts(deps);
  const app = createApp({ ...deps, mounts: parts.mounts.map(outsideOfBrowser) });
  const listening = await listen(app, { port: 0, host: '127.0.0.1' });
  await seedShop(ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy: POLICY_DEFAULT,
    customers,
  });
  return {
    ...site,
    url: listening.url,
    fetch: (path, init = {}) =>
      fetch(`${listening.url}${path}`, {
        ...init,
        headers: {
          Authorization: `Bearer ${site.token()}`,
          ...(init.headers as Record<string, string> | undefined),
        },
      }),
    async sync(register, operations) {
      const asked = push({ register: registerOf(register), operations });
      const request = v.parse(syncRequestSchema, asked);
      await ledger.sync({ shop: SHOP, user: '42', request });
    },
    async close() {
      const stopped = parts.stop();
      ending.resolve();
      await stopped;
      await listening.close(0);
      await site.close();
    },
  };
}

export interface Opened {
  readonly toasts: { readonly message: string; readonly isError: boolean }[];
  /** Files that were handed to the merchant, by name. */
  readonly saved: Map<string, string>;
  readonly copies: Map<string, unknown>;
  readonly network: Network;
  /** The bar that asks to save: whether it is shown, and what a merchant says to leaving. */
  readonly saving: Saving;
  /** The path below `/app` that the page shows. */
  path(): string;
  go(path: string | -1): Promise<void>;
}

export interface Saving {
  readonly bars: Map<string, boolean>;
  /** How often it was asked whether to leave what is not saved. */
  asked: number;
  mayLeave: boolean;
}

/** The way to the server: it can be cut, and one address can be made to wait. */
export interface Network {
  isCut: boolean;
  /** Requests whose path holds this text wait until it is taken away again. */
  held: string | undefined;
}

/** Opens the page at a path below `/app`. */
export function openPage(
  site: PageSite,
  path: string,
  options: { readonly language?: Language; readonly copies?: Map<string, unknown> } = {},
): Opened {
  const toasts: Opened['toasts'] = [];
  const saved = new Map<string, string>();
  const copies = options.copies ?? new Map<string, unknown>();
  const saving: Saving = { bars: new Map(), asked: 0, mayLeave: true };
  const network: Network = { isCut: false, held: undefined };
  const router = createMemoryRouter(ROUTES, { initialEntries: [path] });
  let ids = 0;
  const deps: PageDeps = {
    asking: createAsking({ fetch: (asked, init) => over(site, network, asked, init) }),
    copies: {
      get: async (name) => copies.get(name),
      set: async (name, value) => void copies.set(name, structuredClone(value)),
    },
    bridge: bridgeFor(toasts, saved, saving),
    language: options.language ?? 'en',
    now: () => site.clock.now(),
    newId: () => `decision-of-tests-${String((ids += 1)).padStart(4, '0')}`,
    sha256: async (bytes) => createHash('sha256').update(new Uint8Array(bytes)).digest('hex'),
    pause: () => delay(1),
  };
  render(
    <Surroundings deps={deps}>
      <RouterProvider router={router} />
    </Surroundings>,
  );
  return {
    toasts,
    saved,
    copies,
    network,
    saving,
    path: () => `${router.state.location.pathname}${router.state.location.search}`,
    go: (to) => act(() => (to === -1 ? router.navigate(to) : router.navigate(to))),
  };
}

async function over(
  site: PageSite,
  network: Network,
  path: string,
  init: RequestInit,
): Promise<Response> {
  while (network.held !== undefined && path.includes(network.held)) await delay(5);
  if (network.isCut) throw new TypeError('Failed to fetch');
  const { signal: _ofJsdom, ...rest } = init;
  return site.fetch(path, rest);
}

function bridgeFor(toasts: Opened['toasts'], saved: Map<string, string>, saving: Saving): Bridge {
  return {
    toast: (message, { isError = false } = {}) => void toasts.push({ message, isError }),
    saveBar: (id, isShown) => void saving.bars.set(id, isShown),
    leave: async () => {
      saving.asked += 1;
      if (!saving.mayLeave) throw new Error('the merchant stays');
    },
    shop: () => undefined,
    locale: () => undefined,
    onNavigate: () => undefined,
    save: (name, parts) => void saved.set(name, parts.join('')),
  };
}

/** A component of Shopify's by its tag and the text, label or heading that it shows. */
export async function element(tag: string, name: string | RegExp): Promise<HTMLElement> {
  const isNamed = (text: string | null) =>
    text !== null && (typeof name === 'string' ? text.trim() === name : name.test(text));
  return screen.findByText((_text, found) => {
    if (found?.localName !== tag) return false;
    const { textContent } = found;
    return (
      ['label', 'heading', 'accessibilitylabel', 'accessibilityLabel'].some((attribute) =>
        isNamed(found.getAttribute(attribute)),
      ) || isNamed(textContent)
    );
  });
}

export async function press(name: string | RegExp, tag = 's-button'): Promise<void> {
  fireEvent.click(await element(tag, name));
}

/** Types into a field as Shopify's do: the value is the element's, and events tell of it. */
export async function fill(tag: string, label: string | RegExp, value: string): Promise<void> {
  const field = await element(tag, label);
  Object.defineProperty(field, 'value', { value, configurable: true, writable: true });
  fireEvent(field, new Event('input', { bubbles: true }));
  fireEvent(field, new Event('change', { bubbles: true }));
}

/** Ticks or clears a checkbox or a switch. */
export async function tick(tag: string, label: string | RegExp, isOn: boolean): Promise<void> {
  const field = await element(tag, label);
  Object.defineProperty(field, 'checked', { value: isOn, configurable: true, writable: true });
  fireEvent(field, new Event('change', { bubbles: true }));
}
