/**
 * The simulated Shopify's Admin API over HTTP on this machine's loopback: tokens, and GraphQL
 * behind them. `fetch` is the way to it for the server, and to nothing else.
 */
import express, { type Request, type Response as Answer, type Router } from 'express';
import type { ShopDomain } from '../../server/database/database.ts';
import { AdminApiError, type AdminFailure } from '../../server/shopify/admin-api.ts';
import type { Fetch } from '../../server/shopify/shop-fetch.ts';
import * as v from '../../shared/schema.ts';
import { createFakeBilling } from './billing.ts';
import { operationName, type FakeOperations } from './operations.ts';
import { createFakeTokens, type FakeTokenDeps } from './tokens.ts';

/**
 * drop-before, drop-after: the connection ends before or after the effect · garbage: an answer that
 * is no JSON · throttled: 200 with GraphQL's own code · a number: that status.
 */
export type Fault = 'drop-before' | 'drop-after' | 'garbage' | 'throttled' | number;

export interface FakeShopifyDeps extends FakeTokenDeps {
  readonly shopHostPattern: RegExp;
  readonly operations: FakeOperations;
}

export type FakeShopify = ReturnType<typeof createFakeShopify>;

const documentSchema = v.object({
  query: v.string(),
  variables: v.defaulted(v.looseObject({}), {}),
});

export function createFakeShopify(deps: FakeShopifyDeps) {
  const tokens = createFakeTokens(deps);
  const billing = createFakeBilling();
  const all = { ...scopeOperations(deps, tokens), ...billing.operations, ...deps.operations };
  const faults: { readonly token: Fault[]; readonly graphql: Fault[] } = { token: [], graphql: [] };
  const calls: string[] = [];

  function graphql(request: Request, answer: Answer): void {
    const shop = shopOf(request);
    if (!tokens.isGood(shop, request.get('x-shopify-access-token'))) {
      answer.status(401).json({ errors: '[API] Invalid API key or access token' });
      return;
    }
    const { query, variables } = v.parse(documentSchema, request.body);
    const name = operationName(query);
    calls.push(name);
    const operation = all[name];
    try {
      if (operation === undefined) throw new AdminApiError('refused', `There is no ${name} here.`);
      answer.json({ data: operation(variables, shop) });
    } catch (error) {
      if (!(error instanceof AdminApiError) || error.failure === 'unknown') answer.destroy();
      else answer.json(errorsOf(error.failure, error.message));
    }
  }

  const router = express.Router();
  router.use(express.json({ limit: '1mb' }));
  router.post('/:shop/admin/oauth/access_token', failing(faults.token), async (request, answer) => {
    const { status, body } = await tokens.answer(shopOf(request), request.body);
    answer.status(status).json(body);
  });
  router.post('/:shop/admin/api/:version/graphql.json', failing(faults.graphql), graphql);
  return {
    router,
    tokens,
    billing,
    /** What goes wrong next, in this order, each once. */
    faults,
    /** The names of the operations that were asked, in their order. */
    calls,
    fetchVia: (base: () => string) => createFakeFetch(deps.shopHostPattern, base),
  };
}

function shopOf(request: Request): ShopDomain {
  return String(request.params['shop']) as ShopDomain;
}

/** Carries what is meant for a shop to the fake; anything else is an error, never a request. */
function createFakeFetch(pattern: RegExp, base: () => string): Fetch {
  return async (address, init) => {
    const url = new URL(address);
    if (url.protocol !== 'https:' || !pattern.test(url.host)) {
      throw new Error('nothing may leave this machine');
    }
    return fetch(`${base()}/${url.host}${url.pathname}`, init);
  };
}

/** Takes the next fault, if there is one, and lets the request have its effect or not. */
function failing(queue: Fault[]) {
  return (_request: Request, answer: Answer, next: () => void): void => {
    const fault = queue.shift();
    if (fault === undefined) return next();
    if (fault === 'drop-before') return void answer.destroy();
    if (fault === 'drop-after') {
      answer.json = () => answer.destroy();
      return next();
    }
    if (fault === 'garbage') return void answer.type('html').send('<p>Something went wrong');
    if (fault === 'throttled') return void answer.json(errorsOf('throttled', 'Throttled'));
    answer.status(fault).json({ errors: 'a fault of the test' });
  };
}

const CODES: Readonly<Record<AdminFailure, string>> = {
  throttled: 'THROTTLED',
  denied: 'ACCESS_DENIED',
  'not-installed': 'ACCESS_DENIED',
  refused: 'undefinedField',
  unknown: 'INTERNAL_SERVER_ERROR',
};

function errorsOf(failure: AdminFailure, message: string) {
  return { errors: [{ message, extensions: { code: CODES[failure] } }] };
}

const handles = (names: Iterable<string>) => [...names].map((handle) => ({ handle }));
const revokeSchema = v.object({ scopes: v.array(v.string()) });

/** What the library asks about the app's permissions. */
function scopeOperations(
  deps: FakeTokenDeps,
  { scopes }: ReturnType<typeof createFakeTokens>,
): FakeOperations {
  return {
    FetchAccessScopes: (_variables, shop) => ({
      app: {
        requestedAccessScopes: handles(deps.requiredScopes),
        optionalAccessScopes: handles(deps.optionalScopes),
        installation: { accessScopes: handles(scopes.get(shop) ?? []) },
      },
    }),
    AppRevokeAccessScopes: (variables, shop) => {
      const asked = v.parse(revokeSchema, variables).scopes;
      const required = asked.filter((one) => deps.requiredScopes.includes(one));
      if (required.length > 0) {
        const userErrors = [{ field: ['scopes'], message: 'A required scope stays' }];
        return { appRevokeAccessScopes: { revoked: null, userErrors } };
      }
      const revoked = asked.filter((one) => scopes.get(shop)?.delete(one) === true);
      return { appRevokeAccessScopes: { revoked: handles(revoked), userErrors: [] } };
    },
  };
}

/** A router on an Express app of its own, for whoever has none to put it on. */
export function appWith(router: Router): express.Express {
  return express().disable('x-powered-by').use(router);
}
