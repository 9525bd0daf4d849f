/** Shopify's side of the cart app extension (legacy), on a real ledger over loopback. */
import * as v from '../../shared/schema.ts';
import { createApp } from '../../server/app.ts';
import {
  createCartExtension,
  type CartExtension,
  type CartExtensionDeps,
} from '../../server/cart-extension/cart-extension.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { Database } from '../../server/database/database.ts';
import { HMAC_HEADER, hmacOf } from '../../server/hmac.ts';
import type { Ledger } from '../../server/ledger.ts';
import { listen } from '../../server/listen.ts';
import { createSettings, type SettingsStore } from '../../server/settings.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openBooks, type Books } from './books.ts';
import { ALICE, CLIENT_ID, OLD_SECRET, SECRET, SHOP, SHOP_ID } from './world.ts';

const answerSchema = v.strictObject({
  type: v.literal('simple_action_list'),
  points_label: v.optional(v.string()),
  points_balance: v.optional(v.string()),
  actions: v.array(
    v.strictObject({
      type: v.picklist(['flat_discount', 'percent_discount', 'add_variant']),
      title: v.string(),
      description: v.string(),
      action_id: v.string(),
      value: v.string(),
    }),
  ),
});
export type CartAnswer = v.InferOutput<typeof answerSchema>;

export type Endpoint = 'promotions' | 'perform_action' | 'revert_action';

/** A time limit that a test ends by itself; endless otherwise. */
export interface Limit {
  /** The next request has begun, and its time runs. */
  begun(): Promise<void>;
  end(): void;
  sleep(): Promise<void>;
}

export interface CartWorld extends Books {
  readonly cart: CartExtension;
  readonly settings: SettingsStore;
  readonly url: string;
  readonly logged: string[];
  readonly limit: Limit;
  /** One signed request; `sign` makes the header of the bytes that are sent. */
  send(
    endpoint: string,
    body: unknown,
    by?: { readonly sign?: (raw: Buffer) => string | undefined; readonly method?: string },
  ): Promise<Response>;
  /** As `send` for Alice's cart unless said otherwise: the status, and the answer of a 200. */
  ask(
    endpoint: Endpoint,
    part?: Record<string, unknown>,
  ): Promise<[number, CartAnswer | undefined]>;
  promotions(part?: Record<string, unknown>): Promise<CartAnswer>;
  perform(action: string | undefined, part?: Record<string, unknown>): ReturnType<CartWorld['ask']>;
  revert(action: string | undefined, part?: Record<string, unknown>): ReturnType<CartWorld['ask']>;
  /** The id of the first action that Alice's cart is offered now. */
  offered(part?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export function cartBody(part: Record<string, unknown> = {}) {
  return {
    shop_id: SHOP_ID,
    shopify_domain: SHOP,
    customer_id: ALICE,
    locale: 'en',
    currency_code: 'EUR',
    supported_templates: ['simple_action_list'],
    supported_actions: ['flat_discount', 'percent_discount', 'add_variant'],
    ...part,
  };
}

export async function openCartWorld(
  options: {
    readonly database?: Database;
    readonly deps?: Partial<CartExtensionDeps>;
    readonly isOff?: boolean;
    /** Of its chance; two processes must not draw the same. */
    readonly seed?: number;
    /** What the extension takes for its ledger. */
    readonly ledgerOf?: (ledger: Ledger) => CartExtensionDeps['ledger'];
  } = {},
): Promise<CartWorld> {
  const books = await openBooks(options.database ?? openSqlite(':memory:'), {
    seed: options.seed ?? 11,
  });
  const { database, ledger, clock } = books;
  const logged: string[] = [];
  const settings = createSettings({ database, clock });
  if (options.isOff !== true) await settings.change(SHOP, { cartExtension: true }, 'the tests');
  const limit = endlessLimit();
  const deps = {
    database,
    ledger: options.ledgerOf?.(ledger) ?? ledger,
    settings,
    secrets: [SECRET, OLD_SECRET],
    shopHostPattern: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
    clock,
    random: seededRandom((options.seed ?? 4) + 1),
    sleep: () => limit.sleep(),
    log: (_level: string, event: string, fields?: unknown) =>
      void logged.push(`${event} ${JSON.stringify(fields)}`),
    ...options.deps,
  };
  const cart = createCartExtension(deps);
  const app = createApp({
    ...deps,
    database,
    ledger,
    limits: {},
    clientId: CLIENT_ID,
    mounts: [cart.mount],
  });
  const listening = await listen(app, { port: 0, host: '127.0.0.1' });
  const url = `${listening.url}${cart.mount.path}`;

  const send: CartWorld['send'] = (endpoint, body, by = {}) => {
    const raw = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const signature = by.sign === undefined ? hmacOf(SECRET, raw) : by.sign(raw);
    return fetch(`${url}/${endpoint}`, {
      method: by.method ?? 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(signature === undefined ? {} : { [HMAC_HEADER]: signature }),
      },
      ...(by.method === 'GET' ? {} : { body: new Uint8Array(raw) }),
    });
  };
  const ask: CartWorld['ask'] = async (endpoint, part) => {
    const response = await send(endpoint, cartBody(part));
    const told: unknown = await response.json();
    return [response.status, response.status === 200 ? v.parse(answerSchema, told) : undefined];
  };
  const promotions: CartWorld['promotions'] = async (part) => {
    const [status, answer] = await ask('promotions', part);
    if (answer === undefined) throw new Error(`promotions answered ${status}`);
    return answer;
  };

  return {
    ...books,
    cart,
    settings,
    url,
    logged,
    limit,
    send,
    ask,
    promotions,
    perform: (action, part) => ask('perform_action', { ...part, action_id: action }),
    revert: (action, part) => ask('revert_action', { ...part, action_id: action }),
    async offered(part) {
      const [action] = (await promotions(part)).actions;
      if (action === undefined) throw new Error('nothing is offered');
      return action.action_id;
    },
    async close() {
      await listening.close(0);
      await database.close();
    },
  };
}

function endlessLimit(): Limit {
  const waiting = new Set<() => void>();
  let tell: () => void = () => undefined;
  return {
    begun: () => new Promise((resolve) => (tell = resolve)),
    sleep: () => {
      tell();
      return new Promise((resolve) => void waiting.add(resolve));
    },
    end() {
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
  };
}
