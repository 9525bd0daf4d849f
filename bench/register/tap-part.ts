/** The tap: how long a cashier waits until a redemption is promised, and what that costs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRecord, operationKey } from '../../extensions/register/records.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import { createDeviceStorage, type RecordStore } from '../../simulator/page/device-storage.ts';
import { memoryRecords } from '../../test/support/memory-records.ts';
import { fileRecords } from '../file-records.ts';
import { redemptions, SHOP_ID } from '../operations.ts';
import type { Part } from '../part.ts';
import type { Report } from '../report.ts';
import { median, quantile } from '../stats.ts';
import { clock, now } from '../world.ts';
import { countedStorage, replay } from './counted-storage.ts';
import { stock, type Stock } from './stocked.ts';
import { tapOften } from './tap.ts';

const WAITING = [0, 100, 3_000];
/** Below the first number nothing could be redeemed: the register must know who taps. */
const CUSTOMERS = [100, 10_000, 100_000];
const TAPS = 40;
const WARM_UP = 30;

interface Row extends Stock {
  readonly storage: string;
  readonly promised: readonly number[];
  readonly done: number;
  readonly calls: number;
  readonly bytes: number;
  /** The same calls on the same storage, without a register. */
  readonly replayed: number;
  readonly rawMs: number;
  /** `undefined` where the one value would be larger than storage allows. */
  readonly blobMs: number | undefined;
}

const KINDS: Readonly<Record<string, (folder: string) => RecordStore>> = {
  memory: () => memoryRecords(),
  'SQLite file (FULL)': (folder) => fileRecords(join(folder, 'device.sqlite')),
};

export const tapPart: Part = async ({ operations, say }) => {
  const taps = Math.min(operations ?? TAPS, TAPS);
  const rows: Row[] = [];
  for (const [storage, open] of Object.entries(KINDS))
    for (const waiting of WAITING)
      for (const customers of CUSTOMERS) {
        say(`${storage}, ${waiting} waiting, ${customers} customers`);
        rows.push(await measure({ storage, waiting, customers, open, taps }));
      }
  return reportOf(rows);
};

async function measure(
  by: Stock & {
    readonly storage: string;
    readonly open: (folder: string) => RecordStore;
    readonly taps: number;
  },
): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-tap-'));
  try {
    const device = createDeviceStorage({ store: by.open(folder), clock });
    const { storage, waiting, customers } = by;
    await stock(device, { waiting, customers });
    const all = await tapOften(countedStorage(device), by.taps + WARM_UP);
    const taps = all.slice(WARM_UP);
    const calls = taps.at(-1)?.calls ?? [];
    const replayed = await timed(by.taps, () => replay(device, calls));
    return {
      storage,
      waiting,
      customers,
      promised: taps.map(({ promisedMs }) => promisedMs),
      done: median(taps.map(({ doneMs }) => doneMs)),
      calls: calls.length,
      bytes: calls.reduce((sum, { size }) => sum + size, 0),
      replayed,
      rawMs: await rawMs(device, by.taps),
      blobMs: await blobMs(by),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The median time of `work`. */
async function timed(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const began = now();
    await work();
    took.push(now() - began);
  }
  return median(took);
}

/** One record of an operation written and read back, on the same storage as it stands. */
async function rawMs(storage: DeviceStorage, times: number): Promise<number> {
  const [one] = redemptions({ count: 1, customers: 1, writer: 'RAW0000001' });
  if (one === undefined) return Number.NaN;
  const key = operationKey(SHOP_ID, one.id);
  const value = encodeRecord(one);
  await storage.delete(key);
  return timed(times, async () => {
    await storage.set(key, value);
    await storage.get(key);
    await storage.delete(key);
  });
}

/** What many apps do: everything in one value, read, added to and written again. */
async function blobMs(by: Parameters<typeof measure>[0]): Promise<number | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-blob-'));
  try {
    const storage = createDeviceStorage({ store: by.open(folder), clock });
    const balances = Object.fromEntries(
      Array.from({ length: by.customers }, (_, i) => [
        String(9_000_000_000_001 + i * 7),
        1_000_000,
      ]),
    );
    const [one] = redemptions({ count: 1, customers: 1 });
    await storage.set('all', {
      balances,
      waiting: redemptions({ count: by.waiting, customers: 1_000 }),
    });
    return await timed(by.taps, async () => {
      const all = (await storage.get('all')) as { waiting: unknown[] };
      await storage.set('all', { ...all, waiting: [...all.waiting, one] });
      await storage.get('all');
    });
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reportOf(rows: readonly Row[]): Report {
  const held = rows.filter(({ waiting, customers }) => waiting === 100 && customers === 10_000);
  const ratios = held.map((row) => median(row.promised) / row.replayed);
  const columns = [
    'storage',
    'waiting',
    'customers',
    'promised ms',
    'p99 ms',
    'done ms',
    'storage calls',
    'characters moved',
    'the same calls alone ms',
    'set + get ms',
    'one JSON value ms',
  ];
  return {
    tables: [
      {
        title: 'From the tap to the promise, cut off',
        columns,
        rows: rows.map((row) => [
          row.storage,
          row.waiting,
          row.customers,
          median(row.promised),
          quantile(row.promised, 0.99),
          row.done,
          row.calls,
          row.bytes,
          row.replayed,
          row.rawMs,
          row.blobMs ?? 'too large',
        ]),
      },
    ],
    targets: [
      {
        says: 'tap to promise with 10,000 customers and 100 waiting: times its storage calls alone',
        measured: Math.max(...ratios),
        bound: { atMost: 3 },
      },
    ],
    notes: [
      'The median of the taps; “promised” ends when the discount may go on the cart, “done” when ' +
        'the screen says so.',
      '“One JSON value” keeps everything in one entry; above 1 MB storage refuses it, and what ' +
        'waits could not be written down.',
    ],
    charts: [
      {
        name: 'tap',
        title: 'From the tap to the promise, storage in memory',
        unit: 'milliseconds',
        bars: rows
          .filter(({ storage }) => storage === 'memory')
          .map((row) => ({
            label: `${row.waiting} waiting, ${row.customers} customers`,
            value: median(row.promised),
            own: true,
          })),
      },
    ],
  };
}
