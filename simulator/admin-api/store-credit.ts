/**
 * Shopify's store credit accounts, as far as the server asks of them: balances by customer and
 * currency, a history, and everything that can go wrong on the way.
 */
import { formatDecimal, minor, parseMinor, type Currency } from '../../shared/amount.ts';
import * as v from '../../shared/schema.ts';
import { AdminApiError } from '../../server/shopify/admin-api.ts';
import type { FakeOperation, FakeOperations } from './operations.ts';

export type CreditEvent = 'ADJUSTMENT' | 'ORDER_PAYMENT' | 'ORDER_REFUND';

export interface FakeTransaction {
  readonly id: string;
  readonly kind: 'debit' | 'credit' | 'expiration';
  /** Minor units, above zero. */
  readonly amount: number;
  readonly at: number;
  readonly event: CreditEvent;
  readonly note: string | undefined;
}

interface Account {
  readonly id: string;
  readonly customer: number;
  readonly unit: Currency;
  balance: number;
  /** The oldest first. */
  readonly transactions: FakeTransaction[];
}

/** Called around each operation, by its name; what it throws is what the server meets. */
export interface Mischief {
  before(name: string, variables: Readonly<Record<string, unknown>>): void;
  /** It has had its effect. */
  after(name: string, variables: Readonly<Record<string, unknown>>): void;
}

export interface FakeStoreCredit {
  readonly operations: FakeOperations;
  readonly mischief: Mischief;
  addCustomer(customer: number): void;
  /** The customer is deleted, with every account. */
  removeCustomer(customer: number): void;
  /** What others do: an order, staff by hand, another app; `amount` below zero is a debit. */
  change(
    customer: number,
    unit: Currency,
    amount: number,
    by?: { readonly event?: CreditEvent; readonly kind?: FakeTransaction['kind'] },
  ): void;
  balance(customer: number, unit: Currency): number;
  transactions(customer: number, unit: Currency): readonly FakeTransaction[];
}

const GID = 'gid://shopify/Customer/';
const moneySchema = v.object({ amount: v.string(), currencyCode: v.string() });
const moveSchema = v.object({
  id: v.string(),
  input: v.object({
    debitAmount: v.optional(moneySchema),
    creditAmount: v.optional(moneySchema),
    note: v.optional(v.string()),
  }),
});
const pageSchema = v.object({
  account: v.optional(v.string()),
  first: v.number(),
  after: v.nullish(v.string()),
});
const TYPES = { debit: 'Debit', credit: 'Credit', expiration: 'Expiration' } as const;

/** `hasNotes`: plays a version of the Admin API that knows notes. */
export function createFakeStoreCredit(deps: {
  readonly clock: { now(): number };
  readonly hasNotes: boolean;
}): FakeStoreCredit {
  const { clock, hasNotes } = deps;
  const customers = new Map<number, Map<string, Account>>();
  const mischief: Mischief = { before: () => undefined, after: () => undefined };
  let count = 0;

  function accountOf(customer: number, unit: Currency): Account | undefined {
    return customers.get(customer)?.get(unit);
  }

  function open(customer: number, unit: Currency): Account {
    const accounts = customers.get(customer) ?? new Map<string, Account>();
    customers.set(customer, accounts);
    count += 1;
    const id = `gid://shopify/StoreCreditAccount/${count}`;
    const account = { id, customer, unit, balance: 0, transactions: [] };
    accounts.set(unit, account);
    return account;
  }

  function book(
    account: Account,
    one: Pick<FakeTransaction, 'kind' | 'amount' | 'event' | 'note'>,
  ): FakeTransaction {
    count += 1;
    const id = `gid://shopify/StoreCreditAccount${TYPES[one.kind]}Transaction/${count}`;
    const transaction = { ...one, id, at: clock.now() };
    account.transactions.push(transaction);
    account.balance += one.kind === 'credit' ? one.amount : 0 - one.amount;
    return transaction;
  }

  function move(kind: 'debit' | 'credit', variables: Readonly<Record<string, unknown>>): unknown {
    const { id, input } = v.parse(moveSchema, variables);
    const money = kind === 'debit' ? input.debitAmount : input.creditAmount;
    if (money === undefined || (input.note !== undefined && !hasNotes))
      throw new AdminApiError('refused', 'no such field');
    const customer = Number(id.slice(GID.length));
    const unit = money.currencyCode as Currency;
    const amount = parseMinor(money.amount, unit) ?? 0;
    const account = accountOf(customer, unit);
    const code = problemOf({ kind, amount, account, isCustomer: customers.has(customer) });
    if (code !== undefined) return { moved: refusal(code) };
    const booked = { kind, amount, event: 'ADJUSTMENT' as const, note: input.note };
    const made = book(account ?? open(customer, unit), booked);
    return { moved: { storeCreditAccountTransaction: { id: made.id }, userErrors: [] } };
  }

  const operations: Record<string, FakeOperation> = {
    TideoverStoreDebit: (variables) => move('debit', variables),
    TideoverStoreCredit: (variables) => move('credit', variables),
    TideoverCredit: ({ customer }) => {
      const number = Number(String(customer).slice(GID.length));
      const accounts = customers.get(number);
      return { customer: accounts === undefined ? null : customerNode(number, accounts) };
    },
    TideoverCreditPage: (variables) => {
      const { first, after } = v.parse(pageSchema, variables);
      const ids = [...customers.keys()].sort((a, b) => a - b);
      const rest = ids.filter((id) => id > Number(after ?? 0));
      const nodes = rest.slice(0, first).map((id) => customerNode(id, customers.get(id)));
      return { customers: { nodes, pageInfo: pageInfo(rest, first) } };
    },
    TideoverCreditTransactions: (variables) => {
      const { account: id, first, after } = v.parse(pageSchema, variables);
      const all = [...customers.values()].flatMap((accounts) => [...accounts.values()]);
      const account = all.find((one) => one.id === id);
      if (account === undefined) return { storeCreditAccount: null };
      const places = account.transactions.map((_one, place) => place).reverse();
      const rest = places.filter((place) => place < Number(after ?? places.length));
      const nodes = rest.slice(0, first).map((place) => {
        const one = account.transactions[place];
        return one === undefined ? null : transactionNode(one, { unit: account.unit, hasNotes });
      });
      return { storeCreditAccount: { transactions: { nodes, pageInfo: pageInfo(rest, first) } } };
    },
  };

  return {
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, run]): [string, FakeOperation] => [
        name,
        (variables, shop) => {
          mischief.before(name, variables);
          const answer = run(variables, shop);
          mischief.after(name, variables);
          return answer;
        },
      ]),
    ),
    mischief,
    addCustomer: (customer) => {
      customers.set(customer, customers.get(customer) ?? new Map<string, Account>());
    },
    removeCustomer: (customer) => void customers.delete(customer),
    change(customer, unit, amount, by = {}) {
      const kind = by.kind ?? (amount < 0 ? 'debit' : 'credit');
      const account = accountOf(customer, unit) ?? open(customer, unit);
      const event = by.event ?? 'ADJUSTMENT';
      book(account, { kind, amount: Math.abs(amount), event, note: undefined });
    },
    balance: (customer, unit) => accountOf(customer, unit)?.balance ?? 0,
    transactions: (customer, unit) => accountOf(customer, unit)?.transactions ?? [],
  };
}

function problemOf(asked: {
  readonly kind: 'debit' | 'credit';
  readonly amount: number;
  readonly account: Account | undefined;
  readonly isCustomer: boolean;
}): string | undefined {
  const { kind, amount, account, isCustomer } = asked;
  if (amount <= 0) return 'NEGATIVE_OR_ZERO_AMOUNT';
  if (!isCustomer) return kind === 'debit' ? 'ACCOUNT_NOT_FOUND' : 'OWNER_NOT_FOUND';
  if (kind === 'credit') return undefined;
  if (account === undefined) return 'ACCOUNT_NOT_FOUND';
  return account.balance < amount ? 'INSUFFICIENT_FUNDS' : undefined;
}

function refusal(code: string): unknown {
  const error = { code, field: ['input'], message: 'It can not be done.' };
  return { storeCreditAccountTransaction: null, userErrors: [error] };
}

const decimal = (amount: number, unit: Currency) => ({
  amount: formatDecimal({ currency: unit, amount: minor(amount) }),
  currencyCode: unit,
});

function customerNode(customer: number, accounts: ReadonlyMap<string, Account> | undefined) {
  const nodes = [...(accounts?.values() ?? [])].map(({ id, balance, unit }) => ({
    id,
    balance: decimal(balance, unit),
  }));
  return { id: `${GID}${customer}`, storeCreditAccounts: { nodes } };
}

function transactionNode(
  one: FakeTransaction,
  by: { readonly unit: Currency; readonly hasNotes: boolean },
): unknown {
  const id = one.kind === 'expiration' ? {} : { id: one.id };
  return {
    __typename: `StoreCreditAccount${TYPES[one.kind]}Transaction`,
    ...id,
    amount: decimal(one.amount, by.unit),
    createdAt: new Date(one.at).toISOString(),
    event: one.event,
    ...(by.hasNotes ? { note: one.note ?? null } : {}),
  };
}

function pageInfo(rest: readonly number[], first: number) {
  const last = rest.slice(0, first).at(-1);
  return {
    hasNextPage: rest.length > first,
    endCursor: last === undefined ? null : String(last),
  };
}
