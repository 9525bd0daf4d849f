/**
 * Shopify's own server library, kept where it can do no harm: it makes the shape of
 * `authenticate.admin`, the pages that fetch a session token, and the calls for billing and scopes.
 *
 * It holds no secret of the app. Tokens are verified before it is asked, with all secrets and by
 * this server's clock, and it gets a token of its own that means something in this process alone.
 * Sessions reach it already renewed and without their end, so that it never renews one by itself.
 */
import { createHmac } from 'node:crypto';
import type { Session } from '@shopify/shopify-api';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import '@shopify/shopify-app-react-router/adapters/node';
import {
  ApiVersion,
  AppDistribution,
  BillingInterval,
  LogSeverity,
  shopifyApp,
} from '@shopify/shopify-app-react-router/server';
import { randomCrockford } from '../../shared/crockford.ts';
import type { Random } from '../../shared/ports.ts';
import type { BillingConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { sessionOf, type Sessions } from './sessions.ts';
import type { Fetch } from './shop-fetch.ts';

export interface LibraryDeps {
  readonly clientId: string;
  readonly app: URL;
  readonly sessions: Sessions;
  readonly fetch: Fetch;
  readonly random: Random;
  readonly log: Log;
  readonly billing: BillingConfig | undefined;
}

const SECRET_LENGTH = 52;
/** The library compares with the machine's clock; these tokens never leave the process. */
const FOR_EVER_S = 9_999_999_999;

export type Library = ReturnType<typeof createLibrary>;
export type LibraryContext = Awaited<ReturnType<Library['admin']>>;

/** One for a process: the library keeps the way to the network in one place for all. */
export function createLibrary(deps: LibraryDeps) {
  const secret = randomCrockford(deps.random, SECRET_LENGTH);
  setAbstractFetchFunc((input, init) => {
    if (typeof input !== 'string') throw new Error('an address as text');
    return deps.fetch(input, init ?? {});
  });
  const app = shopifyApp({
    apiKey: deps.clientId,
    apiSecretKey: secret,
    appUrl: deps.app.origin,
    apiVersion: ApiVersion.July26,
    distribution: AppDistribution.AppStore,
    useOnlineTokens: false,
    sessionStorage: withoutEnds(deps.sessions),
    future: { expiringOfflineAccessTokens: true },
    logger: {
      level: LogSeverity.Info,
      httpRequests: false,
      timestamps: false,
      log: (severity, message) => {
        const level = severity === LogSeverity.Error ? 'error' : 'debug';
        deps.log(level, 'shopify-library', { message: withoutSecrets(message) });
      },
    },
    billing: deps.billing === undefined ? {} : billingOf(deps.billing),
  });
  return {
    admin: app.authenticate.admin,
    /** With no merchant there; only after the session has been renewed. */
    unauthenticated: app.unauthenticated.admin,
    /** The library's own proof for what has been verified before. */
    tokenFor: (shop: string, user: string) =>
      signed(secret, {
        iss: `https://${shop}/admin`,
        dest: `https://${shop}`,
        aud: deps.clientId,
        sub: user,
        nbf: 0,
        iat: 0,
        exp: FOR_EVER_S,
      }),
  };
}

type Every = BillingInterval.Annual | BillingInterval.Every30Days;

function billingOf({ plan, amount, currency, interval, trialDays }: BillingConfig) {
  const every: Every = interval === 'ANNUAL' ? BillingInterval.Annual : BillingInterval.Every30Days;
  const lineItem = { amount: Number(amount), currencyCode: currency, interval: every };
  return { [plan]: { trialDays, lineItems: [lineItem] } };
}

/** Without its end no session looks expired to the library, which would renew it without a lock. */
function withoutEnds(sessions: Sessions): Sessions {
  const endless = (session: Session | undefined) =>
    session === undefined ? undefined : sessionOf({ ...contentOf(session), expires: undefined });
  return {
    ...sessions,
    loadSession: async (id) => endless(await sessions.loadSession(id)),
    findSessionsByShop: async (shop) =>
      (await sessions.findSessionsByShop(shop)).flatMap((one) => endless(one) ?? []),
  };
}

function contentOf({ id, shop, state, scope, accessToken, refreshToken }: Session) {
  return { id, shop, state, scope, accessToken, refreshToken, refreshTokenExpires: undefined };
}

function signed(secret: string, claims: Readonly<Record<string, string | number>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const MESSAGE_MAX = 200;
/** Tokens of Shopify, signed tokens, and whatever stands behind a question mark. */
const SECRETS = /\bshp[a-z]{2,4}_\w+|\beyJ[\w-]*\.[\w-]*\.?[\w-]*|\?\S+/g;

/** A line of the library, with everything left out that could be a token or name a person. */
export function withoutSecrets(message: string): string {
  return message.replace(SECRETS, '…').slice(0, MESSAGE_MAX);
}
