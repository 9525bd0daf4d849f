// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { problems, problemText } from '../../extensions/screens/problems.ts';
import { tileStatus } from '../../extensions/screens/tile-status.ts';
import { createWords } from '../../extensions/screens/words.ts';
import type { RegisterState } from '../../extensions/register/status.ts';
import { HOUR_MS, MINUTE_MS, NOON, quietState, waitingItem } from './states.ts';
import { createTranslator } from './translator.ts';

const words = createWords(createTranslator('en-US'), { locale: () => 'en-US', now: () => NOON });
const { sync, storage } = quietState();

const ALONE: readonly (readonly [string, Partial<RegisterState>, RegExp])[] = [
  ['disconnected', { connected: false }, /^Offline\. Redeeming works/],
  [
    'unreachable',
    { sync: { ...sync, trouble: 'unreachable' } },
    /^No answer from the server\. On guest Wi-Fi, sign in/,
  ],
  ['no-permission', { sync: { ...sync, trouble: 'no-permission' } }, /Ask a manager/],
  ['throttled', { sync: { ...sync, trouble: 'throttled' } }, /goes on by itself/],
  ['outdated', { sync: { ...sync, trouble: 'outdated' } }, /too old to sync/],
  ['refused', { sync: { ...sync, trouble: 'refused', code: 'shop-unknown' } }, /\(shop-unknown\)/],
  ['storage-nearly-full', { storage: { ...storage, health: 'nearly-full' } }, /sync soon/],
  ['storage-full', { storage: { ...storage, health: 'full' } }, /memory is full/],
  ['storage-failing', { storage: { ...storage, health: 'failing' } }, /can’t save/],
  ['damaged', { damaged: 2 }, /2 saved entries are damaged/],
  ['other-shop', { otherShops: 1 }, /1 entry of another shop/],
  [
    'cash',
    { cash: { waiting: 2, unknown: 1, at: NOON } },
    /closed while 3 entries were not settled/,
  ],
  ['clock-ran-back', { ageMs: undefined }, /clock was set back/],
  ['never-synced', { ageMs: undefined, lastSyncAt: undefined }, /never synced/],
  ['aging', { ageMs: 25 * HOUR_MS }, /limits are halved/],
  ['too-old', { ageMs: 80 * HOUR_MS }, /too old to redeem offline/],
];

describe('problems', () => {
  it('[TG1] a quiet register has no problem', () => {
    expect(problems(quietState())).toEqual([]);
  });

  it('[TG1] before storage was read, only that it can’t be read is a problem', () => {
    const starting = { ready: false, connected: false, lastSyncAt: undefined };
    expect(problems(quietState(starting))).toEqual([]);
    const broken = quietState({ ...starting, storage: { ...storage, health: 'failing' } });
    expect(problems(broken).map(({ kind }) => kind)).toEqual(['storage-failing']);
    expect(tileStatus(broken, words, NOON).subheading).toBe('Needs attention – tap to see');
  });

  it.each(ALONE)('[TG1] %s is told in words that say what to do', (kind, changes, text) => {
    const state = quietState(changes);
    const found = problems(state);
    expect(found.map((problem) => problem.kind)).toEqual([kind]);
    expect(found.map((problem) => problemText(words, problem, state)).join()).toMatch(text);
  });

  it('[TG2] of several problems the one that stops work comes first', () => {
    const state = quietState({
      connected: false,
      damaged: 1,
      ageMs: 25 * HOUR_MS,
      storage: { ...storage, health: 'full' },
    });
    expect(problems(state).map(({ kind }) => kind)).toEqual([
      'storage-full',
      'disconnected',
      'damaged',
      'aging',
    ]);
  });
});

describe('the tile', () => {
  const say = (changes: Partial<RegisterState>) => tileStatus(quietState(changes), words, NOON);
  const two = [waitingItem(1, NOON - 12 * MINUTE_MS), waitingItem(2, NOON - MINUTE_MS)];

  it('[TG3] says in one line how the register is', () => {
    expect(say({}).subheading).toBe('All synced');
    expect(say({ ready: false }).subheading).toBe('Starting…');
    expect(say({ connected: false }).subheading).toBe('Offline – works, syncs later');
    expect(say({ waiting: two }).subheading).toBe('2 waiting, oldest 12 min');
    expect(say({ waiting: two, connected: false }).subheading).toBe(
      'Offline – 2 waiting, oldest 12 min',
    );
    expect(say({ waiting: two, sync: { ...sync, trouble: 'unreachable' } }).subheading).toBe(
      'Offline – 2 waiting, oldest 12 min',
    );
    expect(say({ waiting: two, damaged: 1 }).subheading).toBe('Needs attention – tap to see');
  });

  it('[TG3] a clock that was set back makes no negative age', () => {
    const ahead = [waitingItem(1, NOON + HOUR_MS)];
    expect(say({ waiting: ahead }).subheading).toBe('1 waiting, oldest under a minute');
  });

  it('[TG4] counts what waits and what needs a person, and nothing else', () => {
    expect(say({}).itemCount).toBe(0);
    expect(say({ connected: false }).itemCount).toBe(0);
    expect(say({ waiting: two }).itemCount).toBe(2);
    expect(say({ waiting: two, damaged: 3 })).toMatchObject({ itemCount: 3, tone: 'accent' });
    expect(say({ otherShops: 4 }).itemCount).toBe(5);
  });
});
