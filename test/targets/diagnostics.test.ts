import { afterEach, describe, expect, it, vi } from 'vitest';
import { runProbe, tidyProbe, type ProbeDeps } from '../../extensions/pos/src/probe.ts';
import type { Clock, DeviceStorage } from '../../shared/ports.ts';
import { createDeviceStorage } from '../../simulator/page/device-storage.ts';
import { memoryRecords } from '../support/memory-records.ts';
import {
  ALICE,
  PATIENCE,
  SHOP_ID,
  element,
  openCounter,
  sees,
  shown,
  tap,
  type Counter,
} from './counter.ts';
import { NOON } from './states.ts';

/** Each look at it is a millisecond later; what waits for it waits until the test says so. */
function steppingClock() {
  let now = NOON;
  let giveUp = (): void => undefined;
  const waited = new Promise<void>((resolve) => (giveUp = resolve));
  const clock: Clock = { now: () => (now += 1), sleep: () => waited };
  return { clock, giveUp: () => giveUp() };
}

function device(changes: Partial<ProbeDeps> = {}) {
  const { clock, giveUp } = steppingClock();
  const storage: DeviceStorage = createDeviceStorage({ store: memoryRecords(), clock });
  const deps: ProbeDeps = {
    storage,
    clock,
    facts: () => ['app 1.2.3'],
    token: () => Promise.resolve('a.b.c'),
    isQuiet: () => true,
    ...changes,
  };
  return { deps, storage, giveUp };
}

const RECORD = `o.${SHOP_ID}.ABCDEFGHJK.1`;

describe('what a device is measured for', () => {
  it('[TC14] sizes, limits, sets at one time and the token, with the codes of refusals', async () => {
    const { deps, storage } = device();
    await storage.set(RECORD, 'kept');
    const lines = await runProbe(deps);
    const findings = lines?.map((line) => line.replace(/\d+ ms ?/, '').trimEnd());
    expect(findings).toEqual([
      'app 1.2.3',
      '1 keys, 1 writers',
      ...['set 0.1 MB: done', 'get: 100000', 'entries: 1'],
      ...['set 0.5 MB: done', 'get: 500000', 'entries: 2'],
      ...['set 0.99 MB: done', 'get: 990000', 'entries: 3'],
      ...['set 0.98 MB: done', 'get: 980000', 'entries: 4'],
      ...['set 0.97 MB: done', 'get: 970000', 'entries: 5'],
      ...['set 1.1 MB: RecordSize', 'get: 9', 'entries: 5'],
      '20 sets among entries: 20',
      'set until full: RecordsCount',
      'keys of its own: 99',
      'token: string',
    ]);
  });

  it('[TC15] it leaves what it found, and takes away what a run left that was cut off', async () => {
    const { deps, storage } = device();
    await storage.set(RECORD, 'kept');
    await storage.set('probe.17', 17);
    await tidyProbe(storage);
    expect(await storage.entries()).toEqual([[RECORD, 'kept']]);
    await storage.set('probe.17', 17);
    await runProbe(deps);
    expect(await storage.entries()).toEqual([[RECORD, 'kept']]);
  });

  it('[TC15] while there is work, or keys are scarce, it writes nothing at all', async () => {
    const busy = device({ isQuiet: () => false });
    expect(await runProbe(busy.deps)).toBeUndefined();
    const full = device();
    for (let i = 0; i < 41; i += 1) await full.storage.set(`other-${i}`, i);
    const set = vi.fn(full.storage.set);
    expect(await runProbe({ ...full.deps, storage: { ...full.storage, set } })).toBeUndefined();
    expect(set).not.toHaveBeenCalled();
    expect(await full.storage.entries()).toHaveLength(41);
  });

  it('[TC15] a call that never answers and one that fails are findings, not the end', async () => {
    const { deps, storage, giveUp } = device();
    const hanging: DeviceStorage = {
      ...storage,
      set: (key, value) => {
        if (key !== 'probe.0.1') return storage.set(key, value);
        giveUp();
        return new Promise(() => undefined);
      },
    };
    const lines = await runProbe({ ...deps, storage: hanging });
    expect(lines?.[2]).toMatch(/^set 0\.1 MB: \d+ ms Error: no answer within 20000 ms$/);

    const other = device();
    const failing: DeviceStorage = {
      ...other.storage,
      set: () => Promise.reject(new Error('disk I/O error')),
    };
    const found = await runProbe({ ...other.deps, storage: failing });
    expect(found?.[2]).toMatch(/ms Error: disk I\/O error$/);
    expect(found?.at(-1)).toMatch(/^token: /);
  });
});

describe('where it is hidden', () => {
  let counter: Counter;
  afterEach(() => counter.close());

  const findings = () => document.getElementById('findings');

  it('[TC16] behind five taps on the version, and its result is there to be copied', async () => {
    counter = await openCounter();
    await counter.storage.set('probe.17', 17);
    await counter.open('pos.home.modal.render');
    await sees(/Tideover \d+\.\d+\.\d+/);
    for (let taps = 1; taps <= 5; taps += 1) {
      expect(document.getElementById('probe')).toBeNull();
      tap('version');
    }
    await vi.waitFor(() => expect(document.getElementById('probe')).not.toBeNull(), PATIENCE);
    await sees('Nothing is waiting');
    tap('probe');
    await vi.waitFor(() => expect(findings()).not.toBeNull(), PATIENCE);
    const text = element('findings').getAttribute('value') ?? '';
    expect(text).toMatch(/^app \d+\.\d+\.\d+\nPOS 11\.0\.0\nAPI /);
    expect(text).toMatch(/set until full: \d+ ms RecordsCount/);
    const keys = (await counter.storage.entries()).map(([key]) => key);
    expect(keys.filter((key) => key.startsWith('probe.'))).toEqual([]);
  });

  it('[TC16] with goods on the cart it says what to do first, and measures nothing', async () => {
    counter = await openCounter();
    await counter.fillCart(ALICE);
    await counter.open('pos.home.modal.render');
    await sees('1,000 points');
    for (let taps = 1; taps <= 5; taps += 1) tap('version');
    await vi.waitFor(() => expect(document.getElementById('probe')).not.toBeNull(), PATIENCE);
    tap('probe');
    await vi.waitFor(() => expect(findings()).not.toBeNull(), PATIENCE);
    expect(element('findings').getAttribute('value')).toMatch(/^Not now: sync first/);
    expect(shown()).toContain('1,000 points');
  });
});
