/**
 * The id of an action says by itself for whom it was made and on which terms, and is signed: nobody
 * can guess or change one, and asking for offers, however often, stores nothing. Each is made once,
 * so the same id a second time is the same tap, and two carts never share one.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isAmount, points, type Points } from '../../shared/amount.ts';
import { randomCrockford } from '../../shared/crockford.ts';
import type { Random } from '../../shared/ports.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { ShopDomain } from '../database/database.ts';

/** How long an offered action can be performed. */
export const ACTION_MS = 24 * 3_600_000;
const NONCE_LENGTH = 10;
const MINUTE_MS = 60_000;
const MAC_BYTES = 16;
const PURPOSE = 'action ids of the cart app extension';

/** What an id says, and its signature. */
const SIGNED = /^(.{1,120})\.([\w-]{22})$/;
/** Fields in their order: offer, customer, points, end, terms, nonce. */
const SAID = new RegExp(
  [
    '^([a-z0-9_-]{1,40})',
    '([0-9a-z]{1,11})',
    '([0-9a-z]{1,8})',
    '([0-9a-z]{1,8})',
    '([0-9a-f]{8})',
    '[0-9A-Z]{10}$',
  ].join('\\.'),
);

export interface OfferedAction {
  readonly offer: string;
  /** `undefined`: for a cart without a customer. */
  readonly customer: CustomerId | undefined;
  readonly points: Points;
  readonly terms: string;
  /** Until then it can be performed, ms since 1970. */
  readonly until: number;
}

export interface ActionIds {
  make(shop: ShopDomain, action: Omit<OfferedAction, 'until'>, now: number): string;
  /** What an id says; `undefined` for one that was not made here for this shop. */
  read(shop: ShopDomain, id: string): OfferedAction | undefined;
}

/** New ids are signed with the first secret; those of the others are still known. */
export function createActionIds(deps: {
  readonly secrets: readonly string[];
  readonly random: Random;
}): ActionIds {
  const keys = deps.secrets.map((secret) => createHmac('sha256', secret).update(PURPOSE).digest());

  return {
    make(shop, action, now) {
      const until = Math.floor((now + ACTION_MS) / MINUTE_MS);
      const customer = action.customer ?? 0;
      const numbers = [customer, action.points, until].map((one) => one.toString(36));
      const nonce = randomCrockford(deps.random, NONCE_LENGTH);
      const said = [action.offer, ...numbers, action.terms, nonce].join('.');
      const [key] = keys;
      if (key === undefined) throw new Error('there is no secret to sign with');
      return `${said}.${macOf(key, shop, said).toString('base64url')}`;
    },
    read(shop, id) {
      const [, said = '', mac = ''] = SIGNED.exec(id) ?? [];
      const told = Buffer.from(mac, 'base64url');
      const match = SAID.exec(said);
      if (match === null || told.length !== MAC_BYTES) return undefined;
      const [, offer = '', customer = '', cost = '', until = '', terms = ''] = match;
      const fits = keys.map((key) => timingSafeEqual(macOf(key, shop, said), told));
      const amount = parseInt(cost, 36);
      if (!fits.includes(true) || !isAmount(amount)) return undefined;
      const whose = parseInt(customer, 36);
      return {
        offer,
        customer: whose === 0 ? undefined : whose,
        points: points(amount),
        terms,
        until: parseInt(until, 36) * MINUTE_MS,
      };
    },
  };
}

/** What is kept of an id: enough to know it again, without the customer it names. */
export function nameOfAction(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

function macOf(key: Buffer, shop: ShopDomain, said: string): Buffer {
  return createHmac('sha256', key).update(`${shop}\n${said}`).digest().subarray(0, MAC_BYTES);
}
