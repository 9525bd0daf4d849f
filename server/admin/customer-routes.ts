/** `/api/admin/customers` and what belongs to them: entries, corrections, search, requests. */
import type { Request as Asked } from 'express';
import {
  adjustRequestSchema,
  type AdjustRequest,
  type CustomerPage,
  type DataRequests,
} from '../../shared/merchant/customer.ts';
import { customerSchema, type CustomerId } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type { ShopDomain } from '../database/database.ts';
import { HttpError } from '../http-error.ts';
import { adjustDecision, type Adjusted } from '../ledger/review-adjustment.ts';
import type { AdminContext } from '../shopify/authenticate.ts';
import type { Privacy } from '../webhooks/privacy.ts';
import { readCustomerPage, type EntryPlace } from './customer-page.ts';
import { searchCustomers } from './customer-search.ts';
import type { AdminRoute } from './door.ts';
import { bodyOf } from './read-body.ts';
import { foreignIn, type ReviewRouteDeps } from './review-routes.ts';
import { asJson } from './review-view.ts';
import { scopeState } from './scopes.ts';

export interface CustomerRouteDeps extends ReviewRouteDeps {
  readonly privacy: Pick<Privacy, 'dataRequests'>;
}

const QUERY_MAX = 100;
const PLACE = /^(\d{1,15})\.(\d{1,9})$/;

export function customerRoutes(deps: CustomerRouteDeps): readonly AdminRoute[] {
  return [
    {
      method: 'get',
      path: '/customers/:id',
      answer: async ({ shop }, asked) =>
        Response.json(await pageOf(deps, shop, customerIn(asked), placeIn(asked))),
    },
    {
      method: 'post',
      path: '/customers/:id/adjust',
      answer: async ({ shop, user }, asked) => {
        const customer = customerIn(asked);
        const request = bodyOf(asked, adjustRequestSchema);
        if (request.amount === 0)
          throw new HttpError(400, 'invalid-request', 'An amount of 0 corrects nothing.');
        await adjust(deps, { shop, user, customer, request });
        return Response.json(await pageOf(deps, shop, customer));
      },
    },
    {
      method: 'get',
      path: '/customer-search',
      answer: async (context, asked) => Response.json(await search(context, asked)),
    },
    {
      method: 'get',
      path: '/data-requests',
      answer: async ({ shop }) => Response.json(await requestsOf(deps.privacy, shop)),
    },
  ];
}

async function pageOf(
  { ledger }: CustomerRouteDeps,
  shop: ShopDomain,
  customer: CustomerId,
  before?: EntryPlace,
): Promise<CustomerPage> {
  const page = await ledger.database.read(shop, (reader) =>
    readCustomerPage(reader, customer, before),
  );
  if (page === undefined)
    throw new HttpError(404, 'not-found', 'Nothing is known of this customer yet.');
  return page;
}

/** Each with a sentence for the person who decided. */
const REFUSED: Readonly<Record<Exclude<Adjusted, 'done'>, readonly [number, string, string]>> = {
  'other-content': [409, 'decision-taken', 'This correction was sent before with other content.'],
  'unknown-unit': [400, 'unknown-unit', 'Correct points, or credit in the shop’s own currency.'],
  'at-shopify': [409, 'at-shopify', 'Store credit is kept at Shopify: correct it there.'],
  forgotten: [409, 'forgotten', 'This customer is being erased. Nothing can be given or taken.'],
  'out-of-bounds': [409, 'out-of-bounds', 'The balance would be larger than any balance can be.'],
};

async function adjust(
  deps: CustomerRouteDeps,
  by: {
    readonly shop: ShopDomain;
    readonly user: string;
    readonly customer: CustomerId;
    readonly request: AdjustRequest;
  },
): Promise<void> {
  const { shop, user, customer, request } = by;
  const foreign = await foreignIn(deps, shop);
  const settled = await deps.ledger.settle(
    shop,
    adjustDecision(customer, request, { user, foreign }),
  );
  if ('refused' in settled) throw new HttpError(404, 'not-found', 'This shop has no books yet.');
  if (settled.result === 'done') return;
  const [status, code, message] = REFUSED[settled.result];
  throw new HttpError(status, code, message);
}

async function search(context: AdminContext, asked: Asked) {
  const { query } = asked.query;
  if (typeof query !== 'string' || query.length > QUERY_MAX || query.trim() === '') {
    const message = `"query" must be a name or a number of at most ${QUERY_MAX} characters.`;
    throw new HttpError(400, 'invalid-parameter', message);
  }
  const { granted } = await scopeState(context);
  return searchCustomers({ api: context.api, granted }, query);
}

async function requestsOf(
  privacy: CustomerRouteDeps['privacy'],
  shop: ShopDomain,
): Promise<DataRequests> {
  const found = await privacy.dataRequests(shop);
  return {
    requests: found.map(({ requestId, customer, askedAt, document }) => ({
      id: requestId,
      customer,
      askedAt,
      document: asJson(document),
    })),
  };
}

function customerIn(asked: Asked): CustomerId {
  const { id } = asked.params;
  const isNumber = typeof id === 'string' && /^[1-9]\d{0,15}$/.test(id);
  const read = v.safeParse(customerSchema, isNumber ? Number(id) : undefined);
  if (read.success) return read.output;
  throw new HttpError(400, 'invalid-parameter', 'A customer is named by a whole number.');
}

function placeIn(asked: Asked): EntryPlace | undefined {
  const { before } = asked.query;
  if (before === undefined) return undefined;
  const found = typeof before === 'string' ? PLACE.exec(before) : null;
  if (found === null)
    throw new HttpError(400, 'invalid-parameter', '"before" must be as an earlier page gave it.');
  return { seq: Number(found[1]), line: Number(found[2]) };
}
