/** The bench's own reckoning: what it counts, and how it judges. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readArguments } from '../../bench/arguments.ts';
import { barChart } from '../../bench/chart.ts';
import { arrivalOf } from '../../bench/drain/run.ts';
import { fileRecords } from '../../bench/file-records.ts';
import { missingPeers } from '../../bench/install.ts';
import { redemptions } from '../../bench/operations.ts';
import { countedStorage, replay } from '../../bench/register/counted-storage.ts';
import { markdownTable, shown, verdictOf } from '../../bench/report.ts';
import { median, quantile } from '../../bench/stats.ts';
import { operationSchema } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { createDeviceStorage } from '../../simulator/page/device-storage.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('[BN1] lost, doubled and late operations are counted once each', () => {
  const ids = (...numbers: number[]) => numbers.map((n) => `BENCH00001.${n}`);
  expect(arrivalOf(ids(1, 2, 3), 3)).toEqual({ lost: 0, doubled: 0, outOfOrder: 0 });
  expect(arrivalOf(ids(1, 3, 2, 3), 4)).toEqual({ lost: 1, doubled: 1, outOfOrder: 1 });
  expect(arrivalOf([], 2)).toEqual({ lost: 2, doubled: 0, outOfOrder: 0 });
});

it('[BN1] every redemption of a run is one that the protocol knows, in the order of its taps', () => {
  const made = redemptions({ count: 12, customers: 5 });
  for (const one of made) expect(v.safeParse(operationSchema, one).success).toBe(true);
  expect(new Set(made.map(({ id }) => id)).size).toBe(12);
  const times = made.map(({ deviceTime }) => deviceTime);
  expect([...times].sort((a, b) => a - b)).toEqual(times);
});

it('[BN2] a bound itself is met, and what was not measured is not judged', () => {
  const atLeast = (measured: number | undefined) =>
    verdictOf({ says: '', measured, bound: { atLeast: 2 } });
  expect([2, 1.9, undefined, Number.NaN].map(atLeast)).toEqual([
    'met',
    'not met',
    'not measured',
    'not measured',
  ]);
  expect(verdictOf({ says: '', measured: 3, bound: { atMost: 2 } })).toBe('not met');
});

it('[BN3] arguments are read, and what makes no sense is said in one sentence', () => {
  const read = (...words: string[]) => readArguments(words, ['drain', 'tap']);
  expect(read()).toEqual({ parts: ['drain', 'tap'], operations: undefined, isLong: false });
  expect(read('tap', '--operations', '5', '--long')).toEqual({
    parts: ['tap'],
    operations: 5,
    isLong: true,
  });
  expect(() => read('fly')).toThrow('"fly" is no part of the bench: drain, tap');
  expect(() => read('--operations', '0.5')).toThrow('a whole number');
});

it('[BN4] a peer is missing when it is not there, or there in another version', () => {
  const folder = newFolder();
  const write = (path: string, content: object) =>
    writeFileSync(join(folder, path), JSON.stringify(content));
  write('package.json', { devDependencies: { here: '1.0.0', old: '2.0.0', gone: '3.0.0' } });
  for (const name of ['here', 'old']) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    write(`node_modules/${name}/package.json`, { version: '1.0.0' });
  }
  expect(missingPeers(folder)).toEqual(['old', 'gone']);
});

it('[BN5] tables line up and numbers are readable', () => {
  expect([1_234_567, 99.96, 0.01234, undefined, 'x'].map(shown)).toEqual([
    '1,234,567',
    '100',
    '0.0123',
    '–',
    'x',
  ]);
  const table = {
    title: '',
    columns: ['a', 'n'],
    rows: [
      ['long', 1_000],
      ['b', undefined],
    ],
  };
  expect(markdownTable(table).split('\n')).toEqual([
    '| a    |     n |',
    '| ---- | ----: |',
    '| long | 1,000 |',
    '| b    |     – |',
  ]);
  const bars = [{ label: 'a < b', value: 1, own: true }];
  expect(barChart({ name: '', title: '', unit: '', bars })).toContain('a &lt; b');
  expect([median([3, 1, 2]), quantile([1, 2, 3, 4], 0.99)]).toEqual([2, 4]);
});

it('[BN6] storage in a file keeps what was set, and each call is counted and can be repeated', async () => {
  const path = join(newFolder(), 'device.sqlite');
  const clock = { now: () => 1_000 };
  const storage = countedStorage(createDeviceStorage({ store: fileRecords(path), clock }));
  await storage.set('a', 'four');
  await storage.set('b', 'x');
  expect(await storage.get('a')).toBe('four');
  expect(await storage.delete('b')).toBe(true);
  expect(await storage.entries()).toEqual([['a', 'four']]);
  const calls = storage.taken();
  expect(calls.map(({ verb, size }) => [verb, size])).toEqual([
    ['set', 4],
    ['set', 1],
    ['get', 4],
    ['delete', 0],
    ['entries', 4],
  ]);
  expect(storage.taken()).toEqual([]);
  const again = createDeviceStorage({ store: fileRecords(path), clock });
  await again.delete('a');
  await replay(again, calls);
  expect(await again.entries()).toEqual([['a', 'four']]);
});
