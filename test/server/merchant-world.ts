/** The merchant's addresses over HTTP, put together as the production process does it. */
import { setTimeout as delay } from 'node:timers/promises';
import { createApp, SHOPIFY_HOSTS } from '../../server/app.ts';
import { listen } from '../../server/listen.ts';
import type { Log } from '../../server/log.ts';
import { createParts, type Parts } from '../../server/parts.ts';
import { seedShop } from '../../server/seeding.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import type { FakeOperations } from '../../simulator/admin-api/operations.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openSite, OTHER_SHOP, type Site } from './shopify.ts';
import { ALICE, CLIENT_ID, PROGRAM, push, SECRET, SHOP, SHOP_ID, signToken } from './world.ts';

export interface MerchantWorld extends Omit<Site, 'ask'> {
  readonly parts: Parts;
  /** One request of the merchant's page; `as` names who asks, and of which shop. */
  ask(door: string, body?: unknown, as?: As): Promise<Answered>;
  /** A register's call. */
  sync(part?: Parameters<typeof push>[0]): Promise<Answered>;
}

export interface As {
  readonly user?: string;
  readonly shop?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

export const THEIRS: As = { shop: OTHER_SHOP };

/** With a shop that is seeded, unless it is to be a new one. */
export async function openMerchant(
  options: { readonly isNew?: boolean; readonly operations?: FakeOperations } = {},
) {
  const { operations = {} } = options;
  const site = await openSite({ operations });
  const { database, ledger, clock } = site;
  const generous = { burst: 1e9, perSecond: 1e9 };
  const deps = {
    ...{ database, ledger, clock, clientId: CLIENT_ID, secrets: [SECRET] },
    random: seededRandom(3),
    shopHostPattern: SHOPIFY_HOSTS,
    log: ((level, event, fields) => void site.logged.push({ level, event, fields })) satisfies Log,
    sleep: (ms: number) => delay(ms, undefined, { ref: false }),
    shopify: site.settings,
    limits: { register: generous, failures: generous, merchant: generous, shop: generous },
  };
  const parts = createParts(deps);
  const app = createApp({ ...deps, mounts: parts.mounts });
  const listening = await listen(app, { port: 0, host: '127.0.0.1' });
  if (options.isNew !== true)
    await seedShop(ledger, {
      ...{ shop: SHOP, shopId: SHOP_ID, program: PROGRAM, policy: POLICY_DEFAULT },
      customers: [{ customer: ALICE, points: 1_000, credit: 5_000 }],
    });
  const ask: MerchantWorld['ask'] = async (door, body, as = {}) => {
    const [method = '', path = ''] = door.split(' ');
    const host = as.shop ?? SHOP;
    const claims = { sub: as.user ?? '42', iss: `https://${host}/admin`, dest: `https://${host}` };
    const answer = await fetch(`${listening.url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${signToken(clock.time, claims)}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...as.headers,
      },
      ...(body === undefined ? {} : { body: asBody(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  return {
    ...site,
    parts,
    ask,
    sync: (part) => ask('POST /api/pos/sync', push(part)),
    async close() {
      await listening.close(0);
      await parts.stop();
      await site.close();
    },
  } satisfies MerchantWorld as MerchantWorld;
}

const asBody = (body: unknown) =>
  Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
