/** What was decided, on PostgreSQL: one statement for all rows of a table. */
import type { ShopDomain } from './database.ts';
import { numbered } from './postgres-words.ts';
import type { Session } from './postgres-connections.ts';
import type { Value } from './sql.ts';
import type { Table, Writes } from './writes.ts';

/** A statement's text and the name under which the server keeps its plan. */
export type Prepare = (sql: string) => { readonly text: string; readonly name: string };

/** Writes everything that was decided; the caller's database transaction surrounds it. */
export async function carryOut(
  session: Session,
  prepare: Prepare,
  { shop, writes }: { readonly shop: ShopDomain; readonly writes: Writes },
): Promise<void> {
  const sent = writes.flatMap((write) => {
    if ('sql' in write)
      return [session.query({ ...prepare(write.sql), values: [shop, ...write.values] })];
    if (write.rows.length === 0) return [];
    const values = [shop, ...columnsOf(write.table, write.rows)];
    return [session.query({ ...prepare(insertInto(write.table)), values })];
  });
  await Promise.all(sent);
}

/** The rows turned on their side: one list for each column. */
function columnsOf(table: Table, rows: readonly (readonly Value[])[]) {
  return Object.keys(table.columns).map((_name, at) => rows.map((row) => row[at] ?? null));
}

const TYPES = { text: 'text', whole: 'bigint' } as const;
const inserts = new Map<Table, string>();

function insertInto(table: Table): string {
  const known = inserts.get(table);
  if (known !== undefined) return known;
  const columns = Object.keys(table.columns).map(quoted);
  const lists = Object.values(table.columns).map((kind) => `?::${TYPES[kind]}[]`);
  const sql =
    `INSERT INTO ${table.name} (shop, ${columns.join(', ')}) ` +
    `SELECT ?, u.* FROM unnest(${lists.join(', ')}) AS u ${again(table)}`;
  inserts.set(table, sql);
  return sql;
}

function again({ again: how, key, columns }: Table): string {
  if (how === 'insert') return '';
  const place = `ON CONFLICT (${key.map(quoted).join(', ')})`;
  if (how === 'ignore') return `${place} DO NOTHING`;
  const others = Object.keys(columns).filter((name) => !key.includes(name));
  const set = others.map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
  return `${place} DO UPDATE SET ${set.join(', ')}`;
}

/** `user` is a word of PostgreSQL's own. */
const quoted = (name: string) => `"${name}"`;

/** Keeps a name for every statement that it is asked for; there are as many as the code has. */
export function createPrepare(): Prepare {
  const known = new Map<string, { readonly text: string; readonly name: string }>();
  return (sql) => {
    const found = known.get(sql);
    if (found !== undefined) return found;
    const made = { text: numbered(sql), name: `s${known.size + 1}` };
    known.set(sql, made);
    return made;
  };
}
