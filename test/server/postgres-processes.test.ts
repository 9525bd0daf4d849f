import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { syncResponseSchema, type SyncResponse } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { startCluster, type Cluster } from '../support/postgres.ts';
import { openBooks, SEEDED } from './books.ts';
import { earn, id, push, registerOf, SECRET, SHOP, signToken } from './world.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const REGISTERS = 16;
const PUSHES = 4;
const KILL_AFTER = 15;
const HOUR_S = 3_600;

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

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
}

async function start(): Promise<Server> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      NODE_ENV: 'production',
      SHOPIFY_API_KEY: 'client-of-the-tests',
      SHOPIFY_API_SECRET: SECRET,
      SHOPIFY_APP_URL: 'https://tideover.example.com',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: address,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const { port, at } = await listening(child);
  const now = Date.parse(at);
  const token = signToken(now, { exp: now / 1_000 + HOUR_S });
  return { child, token, url: `http://127.0.0.1:${port}` };
}

const lineSchema = v.looseObject({ event: v.string() });
const listeningSchema = v.looseObject({ at: v.string(), port: v.number() });

/** Reads on to the end, so that the process never waits for somebody to read what it says. */
function listening(child: ChildProcess) {
  const { stdout } = child;
  if (stdout === null) throw new Error('the server has no output');
  return new Promise<v.InferOutput<typeof listeningSchema>>((resolve, reject) => {
    child.once('close', () => reject(new Error('the server ended')));
    createInterface({ input: stdout }).on('line', (line) => {
      const said: unknown = JSON.parse(line);
      if (v.parse(lineSchema, said).event === 'listening') resolve(v.parse(listeningSchema, said));
    });
  });
}

/** `undefined` when nothing was acknowledged. */
async function send(server: Server, part: Parameters<typeof push>[0]) {
  try {
    const response = await fetch(`${server.url}/api/pos/sync`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${server.token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(push(part)),
    });
    if (response.status !== 200) return undefined;
    return v.parse(syncResponseSchema, await response.json());
  } catch {
    return undefined;
  }
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
async function work(servers: readonly Server[], n: number, heard: (answer: SyncResponse) => void) {
  const pair = Math.floor(n / 2);
  for (let part = 0; part < PUSHES; part += 1) {
    const server = servers[(n + part) % servers.length];
    const operations = operationsOf(pair, part);
    const answer =
      server && (await send(server, { register: registerOf(`till-${n}`), operations }));
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

  const ended = left.map(({ child }) => once(child, 'close'));
  for (const { child } of left) child.kill('SIGTERM');
  expect(await Promise.all(ended)).toEqual(left.map(() => [0, null]));
});
