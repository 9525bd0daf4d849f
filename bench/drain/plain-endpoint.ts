/**
 * What a plain Express endpoint makes of operations: one row each, one durable commit per request.
 * Every peer talks to it. The register's own engine can too, through an answer of its protocol
 * without a ledger behind it, so that engines are compared on the same work.
 */
import { DatabaseSync } from 'node:sqlite';
import { json, Router, type Response } from 'express';
import { POLICY, PROGRAM } from '../operations.ts';

export interface PlainEndpoint {
  readonly router: Router;
  /** Ids in the order in which their rows were written. */
  arrived(): readonly string[];
}

interface Sent {
  readonly id: string;
}

export function createPlainEndpoint(file: string, now: () => number): PlainEndpoint {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS plain (n INTEGER PRIMARY KEY, id TEXT, content TEXT)');
  const insert = database.prepare('INSERT INTO plain (id, content) VALUES (?, ?)');
  const ids = database.prepare('SELECT id FROM plain ORDER BY n');

  let last = 1;
  const store = (operations: readonly Sent[]): void => {
    database.exec('BEGIN IMMEDIATE');
    for (const one of operations)
      last = Number(insert.run(one.id, JSON.stringify(one)).lastInsertRowid);
    database.exec('COMMIT');
  };

  const router = Router();
  router.use(json({ limit: '64mb' }));
  router.post('/one', (request, response: Response) => {
    store([request.body as Sent]);
    response.json({ ok: true });
  });
  router.post('/many', (request, response: Response) => {
    store((request.body as { operations: Sent[] }).operations);
    response.json({ ok: true });
  });
  router.post('/api/pos/sync', (request, response: Response) => {
    const { operations } = request.body as { operations: Sent[] };
    if (operations.length > 0) store(operations);
    response.json(plainAnswer(operations, last, now()));
  });
  router.get('/api/pos/snapshot', (_request, response: Response) => {
    const cursor = { epoch: 1, seq: last };
    const page = { customers: [], units: {}, leases: [], total: 0, next: null };
    response.json({ protocol: 1, cursor, serverTime: now(), ...page });
  });
  return { router, arrived: () => ids.all().map(({ id }) => String(id)) };
}

/** An answer of the protocol that takes everything: places in the feed are numbers of rows. */
export function plainAnswer(operations: readonly Sent[], last: number, serverTime: number): object {
  const first = last - operations.length + 1;
  const settled = operations.map(({ id }, i) => ({
    id,
    seq: first + i,
    status: 'applied',
    reason: null,
    flags: [],
  }));
  return {
    protocol: 1,
    syncId: 'PLAIN',
    serverTime,
    reset: false,
    cursor: { epoch: 1, seq: last },
    durable: last,
    more: false,
    results: settled,
    settled,
    balances: [],
    share: 1,
    program: PROGRAM,
    policy: POLICY,
    damagedKept: [],
  };
}
