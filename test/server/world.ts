/** A real server on a port of its own, with a clock and a signer of session tokens. */
import { createHmac } from 'node:crypto';
import { currency, minor, points } from '../../shared/amount.ts';
import { POLICY_DEFAULT, type Program } from '../../shared/program.ts';
import {
  operationId,
  operationSchema,
  PROTOCOL_VERSION,
  syncResponseSchema,
  type OperationId,
  type OperationKind,
  type OperationOf,
  type Reference,
  type SyncResponse,
  type WriterId,
} from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { createApp, type AppDeps } from '../../server/app.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger, type Ledger, type LedgerDeps } from '../../server/ledger.ts';
import { listen, type Listening } from '../../server/listen.ts';
import type { LogFields, LogLevel } from '../../server/log.ts';
import { seedShop } from '../../server/seeding.ts';
import { seededRandom } from '../support/seeded-random.ts';

export const SHOP = 'pop-up.myshopify.com' as ShopDomain;
export const SHOP_ID = 7_001;
export const CLIENT_ID = 'client-of-the-tests';
export const SECRET = 'a secret of the tests, long enough';
export const OLD_SECRET = 'the secret before it, long enough too';
/** Server clock when a world opens, and the epoch that its shop then begins. */
export const OPENED_AT = 1_780_000_000_000;
export const EPOCH = OPENED_AT / 1_000;
export const ALICE = 101;
export const BOB = 102;
export const EUR = currency('EUR');

export const PROGRAM: Program = {
  version: 1,
  name: 'Sunny Days',
  currency: EUR,
  rewards: [
    {
      id: 'five-off',
      title: '5 off',
      titles: {},
      points: points(500),
      discount: { type: 'fixed', amount: minor(500) },
    },
  ],
  earn: { points: 1, per: 100 },
  storeCredit: true,
};

export interface Claims {
  readonly [name: string]: unknown;
}

/** A session token as Shopify signs it; `claims` replace or (when undefined) remove. */
export function signToken(
  now: number,
  claims: Claims = {},
  by: { readonly secret?: string; readonly alg?: string } = {},
): string {
  const at = Math.floor(now / 1_000);
  const header = { alg: by.alg ?? 'HS256', typ: 'JWT' };
  const payload = {
    iss: `https://${SHOP}/admin`,
    dest: `https://${SHOP}`,
    aud: CLIENT_ID,
    sub: '42',
    exp: at + 60,
    nbf: at - 5,
    iat: at - 5,
    jti: 'one',
    sid: 'session',
    ...claims,
  };
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(payload)}`;
  if (by.alg === 'none') return `${signed}.`;
  const hash = by.alg === 'HS512' ? 'sha512' : 'sha256';
  const signature = createHmac(hash, by.secret ?? SECRET)
    .update(signed)
    .digest('base64url');
  return `${signed}.${signature}`;
}

export interface World {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly listening: Listening;
  readonly logged: { level: LogLevel; event: string; fields: LogFields | undefined }[];
  now: number;
  token(claims?: Claims): string;
  /** One request with a fresh token unless `headers` say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  sync(request?: Partial<Push>): Promise<SyncResponse>;
  post(request: unknown): Promise<Response>;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  close(): Promise<void>;
}

export interface Push {
  readonly protocol: number;
  readonly shopId: number;
  readonly register: ReturnType<typeof registerOf>;
  readonly cursor: { epoch: number; seq: number } | null;
  readonly operations: readonly unknown[];
  readonly authorise: readonly OperationId[];
  readonly customers: readonly number[];
  readonly heads: Record<string, number>;
  readonly pendingCount: number;
  readonly oldestPendingAt: number | null;
  readonly deviceTime: number;
  readonly share: number;
  readonly storage: { keys: number; bytes: number };
  readonly damaged: readonly { key: string; raw: string }[];
}

export function push(part: Partial<Push> = {}): Push {
  return {
    protocol: PROTOCOL_VERSION,
    shopId: SHOP_ID,
    register: registerOf('till-1'),
    cursor: null,
    operations: [],
    authorise: [],
    customers: [],
    heads: {},
    pendingCount: part.operations?.length ?? 0,
    oldestPendingAt: null,
    deviceTime: 1_780_000_000_000,
    share: 0,
    storage: { keys: 3, bytes: 1_200 },
    damaged: [],
    ...part,
  };
}

export function registerOf(device: string) {
  return { device, name: `Register ${device}`, location: 1, user: 42, staff: 9, build: '0.1.0' };
}

/** Opens a server over a database (in memory unless given), seeded with Alice and Bob. */
export async function openWorld(
  options: {
    readonly database?: Database;
    readonly deps?: Partial<AppDeps>;
    readonly ledger?: Partial<LedgerDeps>;
  } = {},
): Promise<World> {
  const database = options.database ?? openSqlite(':memory:');
  const logged: World['logged'] = [];
  let now = OPENED_AT;
  const clock = { now: () => now };
  const random = seededRandom(7);
  const ledger = createLedger({ database, clock, random, ...options.ledger });
  const app = createApp({
    database,
    clientId: CLIENT_ID,
    secrets: [SECRET, OLD_SECRET],
    clock,
    ledger,
    log: (level, event, fields) => void logged.push({ level, event, fields }),
    shopHostPattern: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
    ...options.deps,
  });
  const listening = await listen(app, { port: 0, host: '127.0.0.1' });
  await seedShop(ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy: POLICY_DEFAULT,
    customers: [
      { customer: ALICE, points: 1_000, credit: 5_000 },
      { customer: BOB, points: 300, credit: 0 },
    ],
  });
  const token: World['token'] = (claims) => signToken(now, claims);
  const request: World['fetch'] = (path, init = {}) =>
    fetch(`${listening.url}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${token()}`, ...(init.headers as Record<string, string>) },
    });
  const post: World['post'] = (body) =>
    request('/api/pos/sync', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    database,
    ledger,
    listening,
    logged,
    get now() {
      return now;
    },
    set now(value) {
      now = value;
    },
    token,
    fetch: request,
    post,
    async sync(part) {
      const response = await post(push(part));
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return v.parse(syncResponseSchema, await response.json());
    },
    async get<T>(path: string) {
      const response = await request(path);
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return (await response.json()) as T;
    },
    async close() {
      await listening.close(0);
      await database.close();
    },
  };
}

/** Ten characters of Crockford's alphabet from any short name. */
export function ten(name: string): string {
  const upper = name.toUpperCase().replace(/[^0-9A-HJKMNP-TV-Z]/g, '');
  return upper.padEnd(10, 'Z').slice(0, 10);
}

export function id(writer: string, n: number): OperationId {
  return operationId(ten(writer) as WriterId, n);
}

export function ref(name: string): Reference {
  return ten(name) as Reference;
}

type Part<K extends OperationKind> = {
  readonly [Field in keyof Omit<OperationOf<K>, 'body' | 'kind'>]?: OperationOf<K>[Field];
} & { readonly body?: Partial<OperationOf<K>['body']> };

const ENVELOPE = {
  v: 1,
  shopId: SHOP_ID,
  heads: {},
  skip: [],
  device: 'till-1',
  location: 1,
  staff: 9,
  user: 42,
  build: '0.1.0',
  deviceTime: 1_780_000_000_000,
  lastServerTime: null,
};
const HOLD = { customer: ALICE, unit: 'points' as const, amount: 500 };

const valid = <K extends OperationKind>(operation: unknown): OperationOf<K> =>
  v.parse(operationSchema, operation) as OperationOf<K>;

export function intent(part: Part<'intent'> = {}): OperationOf<'intent'> {
  return valid<'intent'>({
    ...ENVELOPE,
    id: id('A', 1),
    ref: ref('R1'),
    hold: HOLD,
    ...part,
    kind: 'intent',
    body: {
      title: '5 off',
      discount: { currency: 'EUR', amount: 500 },
      reward: 'five-off',
      shown: { balance: 1_000, ageMs: 60_000 },
      offline: true,
      pin: false,
      policy: null,
      program: null,
      ...part.body,
    },
  });
}

export function voided(part: Part<'void'> = {}): OperationOf<'void'> {
  return valid<'void'>({
    ...ENVELOPE,
    id: id('A', 2),
    ref: ref('R1'),
    hold: HOLD,
    ...part,
    kind: 'void',
    body: { reason: 'removed', ...part.body },
  });
}

export function commit(part: Part<'commit'> = {}): OperationOf<'commit'> {
  return valid<'commit'>({
    ...ENVELOPE,
    id: id('A', 3),
    ref: ref('R1'),
    hold: HOLD,
    ...part,
    kind: 'commit',
    body: {
      captured: 500,
      discount: { currency: 'EUR', amount: 500 },
      goods: 2_000,
      customer: null,
      orderId: null,
      saleKey: 'sale-1',
      ...part.body,
    },
  });
}

export function earn(part: Part<'earn'> = {}): OperationOf<'earn'> {
  return valid<'earn'>({
    ...ENVELOPE,
    id: id('A', 4),
    ref: ref('E1'),
    ...part,
    hold: null,
    kind: 'earn',
    body: {
      customer: ALICE,
      points: 20,
      eligible: { currency: 'EUR', amount: 2_000 },
      goods: 2_000,
      orderId: null,
      saleKey: 'sale-1',
      program: 1,
      ...part.body,
    },
  });
}

export function note(part: Part<'note'> = {}): OperationOf<'note'> {
  return valid<'note'>({
    ...ENVELOPE,
    id: id('A', 5),
    ...part,
    hold: null,
    kind: 'note',
    body: { topic: 'cash-session-start', text: '', ...part.body },
  });
}

export function missing(part: Part<'missing'> = {}): OperationOf<'missing'> {
  const about = { id: id('A', 6), ref: ref('R1'), hold: HOLD };
  return valid<'missing'>({ ...ENVELOPE, ...about, ...part, kind: 'missing', body: {} });
}

/** Half of the sale's goods unless said otherwise. */
export function returned(part: Part<'return'> = {}): OperationOf<'return'> {
  return valid<'return'>({
    ...ENVELOPE,
    id: id('A', 7),
    ...part,
    hold: null,
    kind: 'return',
    body: {
      returnKey: 'refund/1',
      orderId: null,
      customer: ALICE,
      value: { currency: 'EUR', amount: 1_000 },
      refs: [ref('R1')],
      ...part.body,
    },
  });
}

export function giveBack(part: Part<'give-back'> = {}): OperationOf<'give-back'> {
  return valid<'give-back'>({
    ...ENVELOPE,
    id: id('A', 8),
    ref: ref('R1'),
    ...part,
    hold: null,
    kind: 'give-back',
    body: { amount: 100, reason: 'wrong-amount', text: 'as agreed', ...part.body },
  });
}

export function takeBack(part: Part<'take-back'> = {}): OperationOf<'take-back'> {
  return valid<'take-back'>({
    ...ENVELOPE,
    id: id('A', 9),
    ...part,
    hold: null,
    kind: 'take-back',
    body: { orderId: 70, points: 5, reason: 'goods-returned', text: '', ...part.body },
  });
}
