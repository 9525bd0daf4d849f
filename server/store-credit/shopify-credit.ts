/**
 * Store credit accounts in the words of Shopify's Admin API, read into whole minor units. The field
 * names are those of Shopify's public documentation; no test here has asked Shopify itself.
 */
import { formatDecimal, minor, parseMinor, type Currency } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type { LogLevel } from '../log.ts';
import { AdminApiError, type AdminApi, type AdminFailure } from '../shopify/admin-api.ts';

const CUSTOMERS_PER_PAGE = 50;
/** One for each currency. */
const ACCOUNTS_PER_CUSTOMER = 10;
const NEWEST_LOOKED_AT = 10;
const TRANSACTIONS_PER_PAGE = 50;

export interface CreditTransaction {
  readonly id: string;
  readonly kind: 'debit' | 'credit';
  /** Minor units, above zero. */
  readonly amount: number;
  /** Shopify's clock, ms since 1970. */
  readonly at: number;
  /** By hand or by an app, not by an order. */
  readonly isAdjustment: boolean;
  readonly note: string | undefined;
}

export interface CreditHistory {
  readonly transactions: readonly CreditTransaction[];
  /** Whether it reaches as far back as was asked: to `until`, which was met, or to `since`. */
  readonly isWhole: boolean;
}

export interface CustomerCredit {
  readonly customer: CustomerId;
  /** Minor units; 0 without an account in this currency. */
  readonly balance: number;
  /** Shopify's name of the account. */
  readonly account: string | undefined;
}

export interface CreditPage {
  readonly customers: readonly CustomerCredit[];
  /** Where the next page begins; `undefined` behind the last one. */
  readonly next: string | undefined;
}

export interface Movement {
  readonly customer: CustomerId;
  readonly unit: Currency;
  /** Above zero a debit, below zero a credit. */
  readonly amount: number;
  readonly note: string;
}

/** `code` by Shopify when it refused; then nothing was done. */
export type Moved = { readonly transactionId: string } | { readonly code: string };

/** Every verb rejects with an `AdminApiError` alone. */
export interface CreditApi {
  /** `undefined`: Shopify knows no such customer. */
  creditOf(customer: CustomerId, unit: Currency): Promise<CustomerCredit | undefined>;
  /** All customers of the shop, page by page. */
  page(unit: Currency, after: string | undefined): Promise<CreditPage>;
  /**
   * Debits and credits of an account, newest first, at most `limit`, up to and without the
   * transaction `until` or those older than `since`.
   */
  transactions(
    account: string,
    by: {
      readonly unit: Currency;
      readonly until?: string;
      readonly since?: number;
      readonly limit: number;
    },
  ): Promise<CreditHistory>;
  /** The newest debit or credit of an account, '' when there is none. */
  newest(account: string): Promise<string>;
  move(movement: Movement): Promise<Moved>;
}

const GID = 'gid://shopify/Customer/';
const money = v.object({ amount: v.string(), currencyCode: v.string() });
const pageInfo = v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) });
const customerSchema = v.object({
  id: v.string(),
  storeCreditAccounts: v.object({ nodes: v.array(v.object({ id: v.string(), balance: money })) }),
});
type CustomerNode = v.InferOutput<typeof customerSchema>;
const pageSchema = v.object({
  customers: v.object({ nodes: v.array(customerSchema), pageInfo }),
});
const creditSchema = v.object({ customer: v.nullable(customerSchema) });
const transactionSchema = v.object({
  __typename: v.string(),
  id: v.nullish(v.string()),
  amount: money,
  createdAt: v.string(),
  event: v.string(),
  note: v.nullish(v.string()),
});
type TransactionNode = v.InferOutput<typeof transactionSchema>;
const transactionsSchema = v.object({
  storeCreditAccount: v.nullable(
    v.object({ transactions: v.object({ nodes: v.array(transactionSchema), pageInfo }) }),
  ),
});
type Listing = v.InferOutput<typeof transactionsSchema>;
const answered = v.object({
  storeCreditAccountTransaction: v.nullable(v.object({ id: v.string() })),
  userErrors: v.array(v.object({ code: v.nullish(v.string()) })),
});
const debitSchema = v.object({ moved: answered });

const ACCOUNTS = `storeCreditAccounts(first: ${ACCOUNTS_PER_CUSTOMER}) {
      nodes { id balance { amount currencyCode } } }`;
const CREDIT = `query TideoverCredit($customer: ID!) {
  customer(id: $customer) { id ${ACCOUNTS} }
}`;
const PAGE = `query TideoverCreditPage($first: Int!, $after: String) {
  customers(first: $first, after: $after, sortKey: ID) {
    nodes { id ${ACCOUNTS} }
    pageInfo { hasNextPage endCursor }
  }
}`;
const transactionsQuery = (
  hasNotes: boolean,
) => `query TideoverCreditTransactions($account: ID!, $first: Int!, $after: String) {
  storeCreditAccount(id: $account) {
    transactions(first: $first, after: $after, reverse: true) {
      nodes {
        __typename
        ... on StoreCreditAccountDebitTransaction { id }
        ... on StoreCreditAccountCreditTransaction { id }
        amount { amount currencyCode }
        createdAt
        event${hasNotes ? ' note' : ''}
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;
const mutation = (kind: 'Debit' | 'Credit') => {
  const field = kind.toLowerCase();
  return `mutation TideoverStore${kind}($id: ID!, $input: StoreCreditAccount${kind}Input!) {
  moved: storeCreditAccount${kind}(id: $id, ${field}Input: $input) {
    storeCreditAccountTransaction { id }
    userErrors { code }
  }
}`;
};
const DEBIT = mutation('Debit');
const CREDITING = mutation('Credit');

/** How loudly a failure is told: what time heals softly, what a person must mend loudly. */
export function levelOf(failure: AdminFailure): LogLevel {
  if (failure === 'not-installed') return 'debug';
  return failure === 'denied' || failure === 'refused' ? 'error' : 'info';
}

/** `hasNotes`: the Admin API is asked in a version that knows notes, 2027-01 or later. */
export function createCreditApi(admin: AdminApi, { hasNotes }: { hasNotes: boolean }): CreditApi {
  const listing = transactionsQuery(hasNotes);

  /** Pages of an account's history, newest first. */
  async function* history(account: string, first: number): AsyncGenerator<TransactionNode> {
    let after: string | null = null;
    do {
      const read: Listing = await admin.query(
        listing,
        { account, first, after },
        transactionsSchema,
      );
      if (read.storeCreditAccount === null) return;
      const { nodes, pageInfo: place } = read.storeCreditAccount.transactions;
      yield* nodes;
      after = place.hasNextPage ? place.endCursor : null;
    } while (after !== null);
  }

  return {
    async creditOf(customer, unit) {
      const read = await admin.query(CREDIT, { customer: `${GID}${customer}` }, creditSchema);
      return read.customer === null ? undefined : creditIn(read.customer, unit);
    },
    async page(unit, after) {
      const variables = { first: CUSTOMERS_PER_PAGE, after: after ?? null };
      const { customers } = await admin.query(PAGE, variables, pageSchema);
      const { hasNextPage, endCursor } = customers.pageInfo;
      return {
        customers: customers.nodes.flatMap((node) => creditIn(node, unit) ?? []),
        next: hasNextPage ? (endCursor ?? undefined) : undefined,
      };
    },
    async transactions(account, { unit, until, since, limit }) {
      const found: CreditTransaction[] = [];
      const ending = (isWhole: boolean) => ({ transactions: found, isWhole });
      let seen = 0;
      for await (const node of history(account, TRANSACTIONS_PER_PAGE)) {
        if (until !== undefined && node.id === until) return ending(true);
        if (since !== undefined && Date.parse(node.createdAt) < since)
          return ending(until === undefined);
        seen += 1;
        if (seen > limit) return ending(false);
        const one = transactionIn(node, unit);
        if (one !== undefined) found.push(one);
      }
      return ending(until === undefined);
    },
    async newest(account) {
      for await (const { id } of history(account, NEWEST_LOOKED_AT))
        if (typeof id === 'string') return id;
      return '';
    },
    async move({ customer, unit, amount, note }) {
      const size = minor(Math.abs(amount));
      const value = {
        amount: formatDecimal({ currency: unit, amount: size }),
        currencyCode: unit,
      };
      const noted = hasNotes ? { note } : {};
      const input =
        amount > 0 ? { debitAmount: value, ...noted } : { creditAmount: value, ...noted };
      const variables = { id: `${GID}${customer}`, input };
      const { moved } = await admin.query(amount > 0 ? DEBIT : CREDITING, variables, debitSchema);
      return movedOf(moved);
    },
  };
}

function movedOf(answer: v.InferOutput<typeof answered>): Moved {
  const { storeCreditAccountTransaction: made, userErrors } = answer;
  if (made !== null) return { transactionId: made.id };
  const [error] = userErrors;
  // Neither done nor refused is no answer: it may have been done.
  if (error === undefined) throw new AdminApiError('unknown', 'no transaction and no error');
  return { code: error.code ?? 'UNKNOWN' };
}

/** `undefined` for an id or an amount that can't be read: it is left as it is. */
function creditIn(node: CustomerNode, unit: Currency): CustomerCredit | undefined {
  const customer = Number(node.id.slice(GID.length));
  if (!node.id.startsWith(GID) || !Number.isSafeInteger(customer) || customer < 1) return undefined;
  const account = node.storeCreditAccounts.nodes.find(
    ({ balance }) => balance.currencyCode === unit,
  );
  if (account === undefined) {
    const isWhole = node.storeCreditAccounts.nodes.length < ACCOUNTS_PER_CUSTOMER;
    return isWhole ? { customer, balance: 0, account: undefined } : undefined;
  }
  const balance = parseMinor(account.balance.amount, unit);
  return balance === undefined ? undefined : { customer, balance, account: account.id };
}

const KINDS: Readonly<Record<string, CreditTransaction['kind']>> = {
  StoreCreditAccountDebitTransaction: 'debit',
  StoreCreditAccountCreditTransaction: 'credit',
};

function transactionIn(node: TransactionNode, unit: Currency): CreditTransaction | undefined {
  const kind = KINDS[node.__typename];
  const amount = parseMinor(node.amount.amount, unit);
  if (kind === undefined || typeof node.id !== 'string' || amount === undefined) return undefined;
  return {
    id: node.id,
    kind,
    // Whether a debit is told with a sign is nowhere said.
    amount: Math.abs(amount),
    at: Date.parse(node.createdAt),
    isAdjustment: node.event === 'ADJUSTMENT',
    note: node.note ?? undefined,
  };
}
