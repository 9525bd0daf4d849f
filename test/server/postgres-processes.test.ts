import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { SyncResponse } from '../../shared/protocol.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { startCluster, type Cluster } from '../support/postgres.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { openBooks, SEEDED } from './books.ts';
import { earn, id, registerOf, SHOP } from './world.ts';

const REGISTERS = 16;
const PUSHES = 4;
const KILL_AFTER = 15;

let cluster: Cluster;
let address: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  cluster = await startCluster({ isDurable: true });
  address = await cluster.create();
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => cluster.end());

async function start(): Promise<ServerProcess> {
  const server = await startServerProcess({ DATABASE_URL: address });
  started.push(server.child);
  return server;
}

/** What a pair of registers holds: the same operations, whoever of them brings them. */
function operationsOf(pair: number, part: number) {
  return [1, 2, 3].map((place) =>
    earn({
      id: id(`W${pair}`, part * 3 + place),
      body: { saleKey: `${pair}/${part}/${place}` },
    }),
  );
}

/** One register's pushes, in turn to each of the servers. */
async function work(
  servers: readonly ServerProcess[],
  n: number,
  heard: (answer: SyncResponse) => void,
) {
  const pair = Math.floor(n / 2);
  for (let part = 0; part < PUSHES; part += 1) {
    const server = servers[(n + part) % servers.length];
    const operations = operationsOf(pair, part);
    const answer = await server?.send({ register: registerOf(`till-${n}`), operations });
    if (answer !== undefined) heard(answer);
  }
}

it('[PQ15] a server that is killed under load, and then the database, lose nothing', async () => {
  const servers = await Promise.all([start(), start(), start()]);
  const [one, two, victim] = servers;
  const statuses = new Map<string, string[]>();
  let answers = 0;
  const hear = ({ results }: SyncResponse) => {
    answers += 1;
    for (const { id: name, status } of results)
      statuses.set(name, [...(statuses.get(name) ?? []), status]);
    if (answers === KILL_AFTER) victim?.child.kill('SIGKILL');
  };
  const registers = Array.from({ length: REGISTERS }, (_, n) => n);
  await Promise.all(registers.map((n) => work(servers, n, hear)));
  expect(answers).toBeGreaterThan(KILL_AFTER);
  for (const [name, all] of statuses)
    expect(all.filter((status) => status === 'applied').length, name).toBeLessThanOrEqual(1);

  await cluster.crash();
  const database = await openPostgres(address);
  const kept = await database.read(SHOP, (reader) => reader.settled([...statuses.keys()]));
  expect(kept).toHaveLength(statuses.size);

  // What nobody acknowledged is sent again to those who are left, and then each is there once.
  const left = [one, two].flatMap((server) => (server === undefined ? [] : [server]));
  for (const _again of [1, 2])
    await Promise.all(registers.map((n) => work(left, n, () => undefined)));
  const books = await openBooks(database);
  const count = (REGISTERS / 2) * PUSHES * 3;
  expect(books.start.seq).toBe(count + SEEDED.length);
  expect(await books.balance()).toBe(1_000 + count * 20);
  expect(await books.ledger.verify(SHOP)).toEqual([]);
  await database.close();

  const ended = left.map((server) => server.kill('SIGTERM'));
  expect(await Promise.all(ended)).toEqual(left.map(() => [0, null]));
});
