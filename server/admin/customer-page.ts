/** One customer as the merchant sees them, each page from one state of the books. */
import {
  CUSTOMER_PAGE_ROWS,
  type CustomerEntry,
  type CustomerPage,
} from '../../shared/merchant/customer.ts';
import { COMMENT_MAX } from '../../shared/merchant/fields.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type { CustomerKey, ShopReader } from '../database/database.ts';
import type { CustomerEntryRow } from '../database/reviews.ts';
import { heirOf, readHeirs } from '../ledger/heirs.ts';
import { asJson } from './review-view.ts';

/** Items of one customer that wait for a person. */
const REVIEW_MAX = 100;
const ID_MAX = 100;
const TEXT_MAX = 40;
const NEWEST = { seq: Number.MAX_SAFE_INTEGER, line: 0 };

/** A place among the entries of a customer's account. */
export interface EntryPlace {
  readonly seq: number;
  readonly line: number;
}

/** `undefined` for somebody of whom the ledger has never heard. */
export async function readCustomerPage(
  reader: ShopReader,
  customer: CustomerId,
  before: EntryPlace = NEWEST,
): Promise<CustomerPage | undefined> {
  const [row] = await reader.customers([customer]);
  if (row === undefined) return undefined;
  const { key } = row;
  const accounts = await reader.accounts([key]);
  const found = await reader.customerEntries({ key, before, limit: CUSTOMER_PAGE_ROWS + 1 });
  const entries = found.slice(0, CUSTOMER_PAGE_ROWS);
  const last = entries.at(-1);
  const isMore = found.length > entries.length && last !== undefined;
  return {
    customer,
    heir: (await heirIdOf(reader, key)) ?? null,
    balances: accounts.map(({ unit, customer: balance, held }) => ({ unit, balance, held })),
    entries: entries.map(entryForPeople),
    next: isMore ? `${last.seq}.${last.line}` : null,
    review: [...(await reader.reviewOfCustomer(key, REVIEW_MAX))],
  };
}

async function heirIdOf(reader: ShopReader, key: CustomerKey): Promise<CustomerId | undefined> {
  const heir = heirOf({ heirs: await readHeirs(reader, [key]) }, key);
  if (heir === undefined || heir === key) return undefined;
  return (await reader.customersOf([heir]))[0]?.id;
}

const writtenSchema = v.object({
  by: v.optional(v.string()),
  reason: v.optional(v.string()),
  action: v.optional(v.string()),
  comment: v.optional(v.string()),
});

/** What a person wrote beside what they decided; a register's operation has words of its own. */
function writtenBeside({ kind, content }: CustomerEntryRow) {
  const nothing = { by: null, reason: null, comment: null };
  if (kind !== 'adjustment' && kind !== 'review') return nothing;
  const read = v.safeParse(writtenSchema, asJson(content));
  if (!read.success) return nothing;
  const { by, reason, action, comment } = read.output;
  return {
    by: cut(by, TEXT_MAX),
    reason: cut(reason ?? action, TEXT_MAX),
    comment: cut(comment, COMMENT_MAX),
  };
}

const cut = (value: string | undefined, most: number) => value?.slice(0, most) ?? null;

function entryForPeople(row: CustomerEntryRow): CustomerEntry {
  const { seq, line, at, unit, amount, balance, kind, id, ref, orderId, register, staff } = row;
  return {
    ...{ seq, line, at, unit, amount, balance },
    kind: kind.slice(0, TEXT_MAX),
    id: id.slice(0, ID_MAX),
    ref: ref ?? null,
    orderId: orderId ?? null,
    register: register ?? null,
    staff: staff ?? null,
    ...writtenBeside(row),
  };
}
