/** The server: how fast the books are kept on both engines, and what of that is theirs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger, type Ledger } from '../../server/ledger.ts';
import { seedShop } from '../../server/seeding.ts';
import { proxyTo } from '../../test/support/postgres-proxy.ts';
import { startCluster } from '../../test/support/postgres.ts';
import { customerAt, POLICY, PROGRAM, SHOP, SHOP_ID } from '../operations.ts';
import type { Part, PartDeps } from '../part.ts';
import { clock, random } from '../world.ts';
import { bareDoor, ledgerDoor } from './http-load.ts';
import { load, type Load, type LoadBy, type Push } from './load.ts';
import { recorded, writeAgain } from './recorded.ts';
import { serverReport, type Measured } from './server-report.ts';

const CUSTOMERS = 1_000;
const OPERATIONS = 4_000;
const SINGLES = 600;
const SHAPES: readonly Pick<LoadBy, 'clients' | 'batch'>[] = [
  { clients: 1, batch: 1 },
  { clients: 1, batch: 10 },
  { clients: 1, batch: 100 },
  { clients: 1, batch: 500 },
  { clients: 4, batch: 100 },
  { clients: 16, batch: 1 },
  { clients: 16, batch: 100 },
  { clients: 64, batch: 1 },
];

export const serverPart: Part = async (deps) => {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-server-'));
  const cluster = await startCluster({ isDurable: true });
  const open: Readonly<Record<string, () => Promise<Database>>> = {
    'SQLite (FULL)': async () => openSqlite(join(folder, `${random.below(1e9)}.sqlite`)),
    'PostgreSQL (fsync)': async () => openPostgres(await cluster.create()),
  };
  try {
    const rows: Measured[] = [];
    for (const [engine, openOne] of Object.entries(open))
      for (const shape of SHAPES) {
        deps.say(`${engine}: ${shape.clients} registers, ${shape.batch} operations a push`);
        rows.push(await besideRaw(engine, openOne, { ...shape, ...sizes(shape.batch, deps) }));
      }
    deps.say('over HTTP');
    rows.push(...(await overHttp(open, deps)));
    deps.say('flights');
    const flights = await flightsOf(await cluster.create());
    return serverReport(rows, flights);
  } finally {
    await cluster.end();
    rmSync(folder, { recursive: true, force: true });
  }
};

function sizes(
  batch: number,
  { operations, isLong }: PartDeps,
): Pick<LoadBy, 'operations' | 'customers'> {
  const most = batch < 100 ? SINGLES : OPERATIONS;
  return { operations: (operations ?? most) * (isLong ? 5 : 1), customers: CUSTOMERS };
}

async function ledgerOn(database: Database): Promise<Ledger> {
  const ledger = createLedger({ database, clock, random });
  const shop = { shop: SHOP as ShopDomain, shopId: SHOP_ID, program: PROGRAM, policy: POLICY };
  const customers = Array.from({ length: CUSTOMERS }, (_, i) => ({
    customer: customerAt(i),
    points: 10_000_000,
    credit: 0,
  }));
  await seedShop(ledger, { ...shop, customers });
  return ledger;
}

const direct =
  (ledger: Ledger): Push =>
  async (request) => {
    const done = await ledger.sync({ shop: SHOP as ShopDomain, user: '5', request });
    if ('refused' in done) throw new Error(done.refused);
    return done.answer;
  };

/** The ledger's own speed, then the same rows alone into a database of the same beginning. */
async function besideRaw(
  engine: string,
  open: () => Promise<Database>,
  by: LoadBy,
): Promise<Measured> {
  const { database, taken } = recorded(await open());
  const ledger = await ledgerOn(database);
  await load(direct(ledger), { ...by, operations: by.batch * by.clients });
  const beginning = taken();
  const measured = await load(direct(ledger), by);
  const written = taken();
  await database.close();
  const other = await open();
  await writeAgain(other, beginning);
  const rawMs = await writeAgain(other, written);
  await other.close();
  const rawPerSecond = (measured.pushes * by.batch) / (rawMs / 1_000);
  return { ...by, ...measured, engine, door: 'ledger', rawPerSecond, commits: written.length };
}

async function overHttp(
  open: Readonly<Record<string, () => Promise<Database>>>,
  deps: PartDeps,
): Promise<Measured[]> {
  const rows: Measured[] = [];
  const shapes = SHAPES.filter(
    ({ clients, batch }) => batch === 100 || (clients > 1 && batch === 1),
  );
  for (const [engine, openOne] of Object.entries(open)) {
    const database = await openOne();
    const door = await ledgerDoor(await ledgerOn(database));
    for (const shape of shapes)
      rows.push(await warm(engine, 'HTTP', door.push, { ...shape, ...sizes(shape.batch, deps) }));
    await door.close();
    await database.close();
  }
  const bare = await bareDoor();
  for (const shape of shapes)
    rows.push(
      await warm('none', 'bare Express', bare.push, { ...shape, ...sizes(shape.batch, deps) }),
    );
  await bare.close();
  return rows;
}

async function warm(
  engine: string,
  door: Measured['door'],
  push: Push,
  by: LoadBy,
): Promise<Measured> {
  await load(push, { ...by, operations: Math.ceil(by.operations / 4) });
  const measured: Load = await load(push, by);
  return { ...by, ...measured, engine, door, rawPerSecond: undefined, commits: undefined };
}

/** How often a push to PostgreSQL waits for an answer before it goes on. */
async function flightsOf(address: string): Promise<number> {
  const proxy = await proxyTo(address);
  const database = await openPostgres(proxy.address);
  const ledger = await ledgerOn(database);
  const one = { clients: 1, batch: 100, operations: 500, customers: CUSTOMERS };
  await load(direct(ledger), one);
  proxy.flights();
  const { pushes } = await load(direct(ledger), one);
  const flights = proxy.flights() / pushes;
  await database.close();
  await proxy.close();
  return flights;
}
