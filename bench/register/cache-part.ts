/**
 * The cache: what every customer of a shop takes up on a register, and how fast it is there, from
 * the real server over loopback.
 */
import { createRegister } from '../../extensions/register/register.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { seedShop } from '../../server/seeding.ts';
import type { Http } from '../../shared/ports.ts';
import { points } from '../../shared/amount.ts';
import { createDeviceStorage } from '../../simulator/page/device-storage.ts';
import { memoryRecords } from '../../test/support/memory-records.ts';
import { startRealServer } from '../../test/support/real-server.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { POLICY, PROGRAM, SESSION, SHOP_ID } from '../operations.ts';
import type { Part } from '../part.ts';
import type { Report } from '../report.ts';
import { clock, now, random } from '../world.ts';

const CUSTOMERS = 100_000;
const SHOP_DOMAIN = 'bench.myshopify.io' as ShopDomain;
const FIRST_ID = 6_800_000_000_000;
/** Between two customers of one shop lie those that Shopify numbered for others meanwhile. */
const ID_GAP_MAX = 1_000_000;
const DELTA_SHARE = 0.01;

interface Customer {
  readonly customer: number;
  readonly points: number;
  readonly credit: number;
}

/** Most have points, a fifth has store credit. */
function someCustomers(count: number): Customer[] {
  const draw = seededRandom(1);
  let customer = FIRST_ID;
  return Array.from({ length: count }, () => {
    customer += 1 + draw.below(ID_GAP_MAX);
    const credit = draw.chance(0.2) ? draw.below(5_000) : 0;
    return { customer, points: draw.below(3_000), credit };
  });
}

interface Traffic {
  requests: number;
  bytes: number;
}

const counted =
  (http: Http, traffic: Traffic): Http =>
  async (request) => {
    const answer = await http(request);
    traffic.requests += 1;
    traffic.bytes += Buffer.byteLength(answer.body) + Buffer.byteLength(request.body ?? '');
    return answer;
  };

interface Fetched extends Traffic {
  readonly ms: number;
}

interface Measured {
  readonly customers: number;
  readonly seedMs: number;
  readonly snapshot: Fetched;
  readonly delta: Fetched;
  readonly changed: number;
  readonly keys: number;
  readonly bytes: number;
  readonly firstBalanceMs: number;
  /** How often the screen could have shown how far it is. */
  readonly progress: number;
}

export const cachePart: Part = async ({ operations, say }) => {
  const customers = operations ?? CUSTOMERS;
  const measured: Measured[] = [];
  for (const count of [Math.ceil(customers / 10), customers]) {
    say(`${count} customers`);
    measured.push(await measure(count));
  }
  return reportOf(measured);
};

async function measure(count: number): Promise<Measured> {
  const server = await startRealServer({ clock, random });
  const all = someCustomers(count);
  const seedBegan = now();
  const shop = { shop: SHOP_DOMAIN, shopId: SHOP_ID, program: PROGRAM, policy: POLICY };
  await seedShop(server.ledger, { ...shop, customers: all });
  const seedMs = now() - seedBegan;
  const store = memoryRecords();
  const storage = createDeviceStorage({ store, clock });
  const traffic = { requests: 0, bytes: 0 };
  const open = () =>
    createRegister({
      role: 'screen',
      storage,
      clock,
      random,
      http: counted(server.serve, traffic),
      shopId: SHOP_ID,
      session: () => SESSION,
      token: () => server.token(SHOP_DOMAIN, SESSION.user),
      connectivity: { isConnected: () => false, subscribe: () => () => undefined },
      cart: undefined,
    });
  const register = open();
  let progress = 0;
  register.subscribe(() => (progress += register.state().sync.snapshot === undefined ? 0 : 1));
  const sync = async (): Promise<Fetched> => {
    Object.assign(traffic, { requests: 0, bytes: 0 });
    const began = now();
    const { trouble } = await register.syncNow();
    if (trouble !== undefined) throw new Error(trouble);
    return { ...traffic, ms: now() - began };
  };
  const snapshot = await sync();
  const inspected = await storage.inspect();
  const firstBalanceMs = await firstBalance(open, all.at(-1)?.customer ?? 0);
  const changed = Math.ceil(count * DELTA_SHARE);
  await server.ledger.post(SHOP_DOMAIN, {
    shopId: SHOP_ID,
    postings: all.slice(0, changed).map(({ customer }) => ({
      key: `bench:${customer}`,
      kind: 'adjustment',
      customer,
      lines: [{ unit: 'points', amount: points(5) }],
    })),
  });
  const delta = await sync();
  await server.close();
  const bytes = inspected.reduce((sum, row) => sum + row.bytes, 0);
  const kept = { keys: inspected.length, bytes };
  return { customers: count, seedMs, snapshot, delta, changed, ...kept, firstBalanceMs, progress };
}

/** From a context's start until it can say a balance. */
async function firstBalance(
  open: () => ReturnType<typeof createRegister>,
  customer: number,
): Promise<number> {
  const began = now();
  const register = open();
  await register.start();
  const { available } = register.customer(customer).points;
  const ms = now() - began;
  register.stop();
  if (available === undefined) throw new Error('the register knows no balance');
  return ms;
}

function reportOf(measured: readonly Measured[]): Report {
  const largest = measured.find(({ customers }) => customers >= CUSTOMERS);
  const perMegabyte = 1_000_000;
  return {
    tables: [
      {
        title: 'Every customer of a shop on one register',
        columns: ['', ...measured.map(({ customers }) => `${customers} customers`)],
        rows: [
          ['keys', ...measured.map(({ keys }) => keys)],
          ['MB in storage', ...measured.map(({ bytes }) => bytes / perMegabyte)],
          ['bytes per customer', ...measured.map(({ bytes, customers }) => bytes / customers)],
          ['first download, requests', ...measured.map(({ snapshot }) => snapshot.requests)],
          ['first download, MB', ...measured.map(({ snapshot }) => snapshot.bytes / perMegabyte)],
          ['first download and store, ms', ...measured.map(({ snapshot }) => snapshot.ms)],
          ['progress shown, times', ...measured.map(({ progress }) => progress)],
          ['a context’s first balance, ms', ...measured.map((one) => one.firstBalanceMs)],
          ['1 % changed: customers', ...measured.map(({ changed }) => changed)],
          ['1 % changed: bytes', ...measured.map(({ delta }) => delta.bytes)],
          ['1 % changed: ms', ...measured.map(({ delta }) => delta.ms)],
          ['filling the ledger, ms', ...measured.map(({ seedMs }) => seedMs)],
        ],
      },
    ],
    targets: [
      {
        says: 'MB in storage for 100,000 customers',
        measured: (largest?.bytes ?? Number.NaN) / perMegabyte,
        bound: { atMost: 1.5 },
      },
      { says: 'keys for 100,000 customers', measured: largest?.keys, bound: { atMost: 40 } },
    ],
    notes: [
      'Ids lie up to a million apart, as one shop’s do among all of Shopify’s; each customer has ' +
        'points, one in five has store credit.',
    ],
    charts: [],
  };
}
