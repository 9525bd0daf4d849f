/** Everything that the server holds of one customer, as a document that a person can read. */
import type { CustomerId } from '../../shared/protocol.ts';
import type { CustomerKey, ShopDomain } from '../database/database.ts';
import { number, perhapsNumber, perhapsText, text, type Row, type Sql } from '../database/sql.ts';
import { deliveriesAbout, holds, idsOfKeys, keysOfPerson } from '../ledger/forget.ts';

const EXPLANATION =
  'Everything that Tideover holds of this customer of the shop. Tideover knows a customer by a ' +
  'number alone: it holds no name, address, e-mail or telephone number. Points are whole points; ' +
  'money is in the smallest unit of its currency. Times are those of the server, in UTC.';

const ACCOUNTS = `SELECT unit, customer, held FROM account WHERE shop = ? AND customer_key = ?
  ORDER BY unit`;
const OPERATIONS = `SELECT seq, kind, status, reason, ref, unit, amount, device, at,
    asked_at, content FROM operation WHERE shop = ? AND customer_key = ? ORDER BY seq`;
const ENTRIES = `SELECT seq, unit, customer, held, redeemed FROM entry
  WHERE shop = ? AND customer_key = ? ORDER BY seq, line`;
const CONFLICTS = `SELECT at, kind, seq, ref, unit, amount, device, order_id FROM conflict
  WHERE shop = ? AND customer_key = ? ORDER BY log, n`;
const TRANSFERS = `SELECT made_at, changed_at, unit, amount, ref, state, problem, evidence,
    transaction_id FROM credit_transfer
  WHERE shop = ? AND customer_key = ? ORDER BY epoch, seq, line`;
const LEASES = `SELECT unit, device, amount FROM lease WHERE shop = ? AND customer_key = ?
  ORDER BY unit, device`;
const UNREAD = `SELECT device, at, raw FROM damaged WHERE shop = ? ORDER BY at, hash`;

export async function customerDocument(
  sql: Sql,
  { shop, id }: { readonly shop: ShopDomain; readonly id: CustomerId },
) {
  const keys = await keysOfPerson(sql, { shop, id });
  const ids = await idsOfKeys(sql, shop, keys);
  const balances = [];
  const events = [];
  const [conflicts, transfers, promised] = [[] as Row[], [] as Row[], [] as Row[]];
  for (const key of keys) {
    balances.push(...(await sql.all(ACCOUNTS, shop, key)).map(balanceOf));
    events.push(...(await eventsOf(sql, shop, key)));
    conflicts.push(...(await sql.all(CONFLICTS, shop, key)));
    transfers.push(...(await sql.all(TRANSFERS, shop, key)));
    promised.push(...(await sql.all(LEASES, shop, key)));
  }
  const damaged = await sql.all(UNREAD, shop);
  const deliveries = await deliveriesAbout(sql, shop, new Set([id, ...ids]));
  return {
    explanation: EXPLANATION,
    shop,
    customer: id,
    alsoKnownAs: ids.filter((other) => other !== id),
    balances,
    events: events.sort((a, b) => a.number - b.number),
    conflicts: conflicts.map(conflictOf),
    transfersOfStoreCredit: transfers.map(transferOf),
    promisedToRegisters: promised.map((row) => ({
      unit: text(row, 'unit'),
      register: text(row, 'device'),
      amount: number(row, 'amount'),
    })),
    messagesOfShopify: deliveries.map((row) => ({
      at: iso(number(row, 'triggered_at')),
      topic: text(row, 'topic'),
      state: text(row, 'state'),
      asKept: asJson(text(row, 'payload')),
    })),
    unreadable: damaged
      .filter((row) => [id, ...ids].some((one) => holds(text(row, 'raw'), one)))
      .map((row) => ({
        at: iso(number(row, 'at')),
        register: text(row, 'device'),
        text: text(row, 'raw'),
      })),
  };
}

function balanceOf(row: Row) {
  return {
    unit: text(row, 'unit'),
    balance: number(row, 'customer'),
    setAside: number(row, 'held'),
  };
}

/** Something that a person was told to look at. */
function conflictOf(row: Row) {
  return {
    at: iso(number(row, 'at')),
    kind: text(row, 'kind'),
    event: number(row, 'seq'),
    reference: perhapsText(row, 'ref') ?? null,
    unit: perhapsText(row, 'unit') ?? null,
    amount: perhapsNumber(row, 'amount') ?? null,
    register: text(row, 'device'),
    order: perhapsNumber(row, 'order_id') ?? null,
  };
}

/** An amount above zero was or is to be taken of the credit at Shopify, one below is given. */
function transferOf(row: Row) {
  const evidence = perhapsText(row, 'evidence');
  return {
    at: iso(number(row, 'made_at')),
    changedAt: iso(number(row, 'changed_at')),
    unit: text(row, 'unit'),
    amount: number(row, 'amount'),
    reference: perhapsText(row, 'ref') ?? null,
    state: text(row, 'state'),
    problem: perhapsText(row, 'problem') ?? null,
    evidence: evidence === undefined ? null : asJson(evidence),
    transaction: perhapsText(row, 'transaction_id') ?? null,
  };
}

async function eventsOf(sql: Sql, shop: ShopDomain, key: CustomerKey) {
  const changes = new Map<number, ReturnType<typeof changeOf>[]>();
  for (const entry of await sql.all(ENTRIES, shop, key)) {
    const seq = number(entry, 'seq');
    changes.set(seq, [...(changes.get(seq) ?? []), changeOf(entry)]);
  }
  return (await sql.all(OPERATIONS, shop, key)).map((row) => {
    const seq = number(row, 'seq');
    const askedAt = perhapsNumber(row, 'asked_at');
    return {
      number: seq,
      kind: text(row, 'kind'),
      at: iso(number(row, 'at')),
      askedAtByRegister: askedAt === undefined ? null : iso(askedAt),
      register: perhapsText(row, 'device') ?? null,
      status: text(row, 'status'),
      reason: perhapsText(row, 'reason') ?? null,
      reference: perhapsText(row, 'ref') ?? null,
      unit: perhapsText(row, 'unit') ?? null,
      amount: perhapsNumber(row, 'amount') ?? null,
      changes: changes.get(seq) ?? [],
      asSent: asJson(text(row, 'content')),
    };
  });
}

function changeOf(row: Row) {
  return {
    unit: text(row, 'unit'),
    balance: number(row, 'customer'),
    setAside: number(row, 'held'),
    used: number(row, 'redeemed'),
  };
}

const YEAR_9999 = 253_402_300_799_000;

/** A register's clock may say anything. */
function iso(at: number): string {
  return at <= YEAR_9999 ? new Date(at).toISOString() : String(at);
}

function asJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
