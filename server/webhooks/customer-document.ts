/** Everything that the server holds of one customer, as a document that a person can read. */
import type { CustomerId } from '../../shared/protocol.ts';
import type { CustomerKey, ShopDomain } from '../database/database.ts';
import { number, perhapsNumber, perhapsText, text, type Row, type Sql } from '../database/sql.ts';
import { holds, idsOfKeys, keysOfPerson } from '../ledger/forget.ts';

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
const UNREAD = `SELECT device, at, raw FROM damaged WHERE shop = ? ORDER BY at, hash`;

export async function customerDocument(
  sql: Sql,
  { shop, id }: { readonly shop: ShopDomain; readonly id: CustomerId },
) {
  const keys = await keysOfPerson(sql, { shop, id });
  const ids = await idsOfKeys(sql, shop, keys);
  const balances = [];
  const events = [];
  for (const key of keys) {
    balances.push(...(await sql.all(ACCOUNTS, shop, key)).map(balanceOf));
    events.push(...(await eventsOf(sql, shop, key)));
  }
  const damaged = await sql.all(UNREAD, shop);
  return {
    explanation: EXPLANATION,
    shop,
    customer: id,
    alsoKnownAs: ids.filter((other) => other !== id),
    balances,
    events: events.sort((a, b) => a.number - b.number),
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
