/**
 * What registers and people read: pages of balances, a customer, the sync log, an operation's
 * story.
 */
import type { Request } from 'express';
import * as v from '../shared/schema.ts';
import type { ShopDomain } from './database/database.ts';
import { customerSchema, operationIdSchema, referenceSchema } from '../shared/protocol.ts';
import { HttpError } from './http-error.ts';
import type { Ledger } from './ledger.ts';
import { readOrder } from './ledger/order-story.ts';
import { snapshotPage } from './ledger/snapshot.ts';
import {
  PAGE_ROWS,
  PAGE_ROWS_MAX,
  readCustomer,
  readHolds,
  readOperations,
  readStory,
  readSyncLog,
} from './sync-log.ts';

const DEVICE_CHARS_MAX = 64;

export interface PosRead {
  readonly path: string;
  readonly answer: (shop: ShopDomain, request: Request) => Promise<unknown>;
}

/** Every GET under `/api/pos`, as data: the routes give each the same authentication and limits. */
export function createPosReads(ledger: Ledger, clock: { now(): number }): readonly PosRead[] {
  const { database } = ledger;
  return [
    {
      path: '/snapshot',
      answer: async (shop, request) => {
        const asked = {
          after: wholeParameter(request, 'after', 0) ?? 0,
          epoch: wholeParameter(request, 'epoch', 1),
          seq: wholeParameter(request, 'seq', 0),
          device: deviceParameter(request),
        };
        const page = await database.read(shop, (reader) =>
          snapshotPage(reader, { ...asked, serverTime: clock.now() }),
        );
        if (page === 'unknown-shop') throw notFound('This shop has not synced yet.');
        if (page !== 'gone') return page;
        const message = 'The page belongs to a snapshot that is no longer valid: start anew.';
        throw new HttpError(409, 'snapshot-gone', message);
      },
    },
    {
      path: '/customers/:id',
      answer: async (shop, request) => {
        const { id } = request.params;
        const customer = v.safeParse(customerSchema, /^\d+$/.test(String(id)) ? Number(id) : id);
        if (!customer.success) throw invalid('A customer is named by a whole number.');
        const found = await database.read(shop, (reader) => readCustomer(reader, customer.output));
        if (found === undefined) throw notFound('The ledger has never heard of this customer.');
        return found;
      },
    },
    {
      path: '/orders/:id',
      answer: (shop, request) => {
        const { id } = request.params;
        const order = v.safeParse(orderSchema, /^\d+$/.test(String(id)) ? Number(id) : id);
        if (!order.success) throw invalid('An order is named by a whole number.');
        return database.read(shop, (reader) => readOrder(reader, order.output));
      },
    },
    {
      path: '/sync-log',
      answer: (shop, request) => {
        const page = { ...pageOf(request), now: clock.now() };
        return database.read(shop, (reader) => readSyncLog(reader, page));
      },
    },
    {
      path: '/holds',
      answer: (shop, request) => {
        const page = { ...pageOf(request), now: clock.now() };
        return database.read(shop, (reader) => readHolds(reader, page));
      },
    },
    {
      path: '/operations',
      answer: (shop, request) => {
        const ref = oneOf(request, 'ref', v.optional(referenceSchema));
        const status = oneOf(request, 'state', v.optional(settledStatusSchema));
        const asked = { ...pageOf(request), ref, status };
        return database.read(shop, (reader) => readOperations(reader, asked));
      },
    },
    {
      path: '/operations/:id',
      answer: async (shop, request) => {
        const id = v.safeParse(storyIdSchema, request.params['id']);
        if (!id.success) throw invalid('An operation is named by its id: "<writer>.<n>".');
        const story = await database.read(shop, (reader) => readStory(reader, id.output));
        if (story === undefined) throw notFound('The ledger has no operation of this id.');
        return story;
      },
    },
  ];
}

/** An order's id has a customer's form. */
const orderSchema = customerSchema;
const settledStatusSchema = v.picklist(['applied', 'closed', 'quarantined', 'mismatch']);
/**
 * What could not be read has a name made of its content, a merchant's posting names the customer,
 * and what the ledger did by itself names the redemption.
 */
const NAMED = /^(?:raw:[0-9a-f]{32}|(?:opening|adjustment|import|release|gone):[\w-]{1,64})$/;
const storyIdSchema = v.custom<string>(
  (id) => v.is(operationIdSchema, id) || (typeof id === 'string' && NAMED.test(id)),
);

function pageOf(request: Request) {
  const limit = Math.min(wholeParameter(request, 'limit', 1) ?? PAGE_ROWS, PAGE_ROWS_MAX);
  return { before: wholeParameter(request, 'before', 1), limit };
}

function oneOf<T>(request: Request, name: string, schema: v.Schema<T>): T {
  const parsed = v.safeParse(schema, request.query[name]);
  if (parsed.success) return parsed.output;
  throw invalid(`"${name}" is not a value that this list can be narrowed to.`);
}

function invalid(message: string): HttpError {
  return new HttpError(400, 'invalid-parameter', message);
}

function notFound(message: string): HttpError {
  return new HttpError(404, 'not-found', message);
}

/** The device that asks, as in its pushes. */
function deviceParameter(request: Request): string | undefined {
  const { device } = request.query;
  if (device === undefined) return undefined;
  if (typeof device === 'string' && device.length <= DEVICE_CHARS_MAX)
    return device.replaceAll('\u0000', '\uFFFD');
  throw invalid(`"device" must be a text of up to ${DEVICE_CHARS_MAX} characters.`);
}

/** A whole number of the query, `undefined` when absent; anything else is refused. */
function wholeParameter(request: Request, name: string, least: number): number | undefined {
  const value: unknown = request.query[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : -1;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw invalid(`"${name}" must be a whole number from ${least}.`);
}
