/** A run that was interrupted, and one that is told to be of something else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRun } from './progress.ts';
import { CHUNK, NOTHING, type Summary } from './runs.ts';

const options = { schedules: 3 * CHUNK, seed: 5 };
const by = { now: () => 0, isStopped: () => false };
const part = (seed: number): Summary => ({
  ...NOTHING,
  schedules: CHUNK,
  reach: { 'storage-torn': seed },
  violations: [{ seed, text: 'IV1 lost' }],
  hash: seed,
});

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'simulate-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('[SD11] goes on where it was, with what it had found', () => {
  const file = join(folder, 'run.json');
  const first = openRun(file, options, by);
  first.done(0, part(1));
  first.done(2, part(3));
  const again = openRun(file, options, by);
  expect([0, 1, 2].map((chunk) => again.isDone(chunk))).toEqual([true, false, true]);
  again.done(1, part(2));
  const whole = openRun(undefined, options, by);
  for (const chunk of [0, 1, 2]) whole.done(chunk, part(chunk + 1));
  expect(again.summary()).toEqual(whole.summary());
});

it('[SD11] refuses the progress of another run, and one that can’t be read', () => {
  const file = join(folder, 'run.json');
  openRun(file, options, by).save();
  expect(() => openRun(file, { ...options, profile: 'calm' }, by)).toThrow('another run');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20));
  expect(() => openRun(file, options, by)).toThrow();
});
