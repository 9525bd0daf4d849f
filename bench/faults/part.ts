/** The faults: every engine under every script, and what became of its operations. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limited } from '../../shared/ports.ts';
import * as v from '../../shared/schema.ts';
import { startChild } from '../children.ts';
import { ENGINES } from '../drain/engines.ts';
import { arrivalOf } from '../drain/run.ts';
import type { Part } from '../part.ts';
import { clock } from '../world.ts';
import type { FaultBy } from './child.ts';
import { SCRIPTS, type Script } from './scripts.ts';

const OPERATIONS = 10;
const PATIENCE_MS = 12_000;
const PATIENCE_LONG_MS = 90_000;
const START_MS = 60_000;

const saidSchema = v.object({
  taken: v.array(v.string()),
  waiting: v.nullable(v.number()),
  isHurried: v.boolean(),
});

/** Ours stands for all our rows: storage makes no difference to these scripts but one, a death. */
const NAMES = Object.keys(ENGINES).filter(
  (name) => !name.startsWith('tideover') || name === 'tideover-file-plain',
);
/** Engines whose storage here ends with the context that made it. */
const MEMORY_ALONE = new Set(['tutorial', 'redux-offline', 'rxdb', 'replicache', 'watermelondb']);
const NEEDS_STORAGE = new Set<Script['device']>([
  'second-context',
  'clock-back',
  'dies-while-sending',
  'dies-at-once',
]);

export const faultsPart: Part = async ({ isLong, say }) => {
  const patienceMs = isLong ? PATIENCE_LONG_MS : PATIENCE_MS;
  const cells = new Map<string, string>();
  for (const [key, script] of Object.entries(SCRIPTS)) {
    say(`${key}: ${script.says}`);
    // They mostly wait, so they may wait side by side.
    await Promise.all(
      NAMES.map(async (engine) => {
        const isPossible = !(MEMORY_ALONE.has(engine) && NEEDS_STORAGE.has(script.device));
        const by = { engine, script: key, operations: OPERATIONS, patienceMs };
        cells.set(`${key} ${engine}`, isPossible ? await outcomeOf(by, script) : '–');
      }),
    );
  }
  const own = [...cells].filter(([key]) => key.includes('tideover')).map(([, cell]) => cell);
  return {
    tables: [
      {
        title: 'What became of ten redemptions',
        columns: ['', 'provoked', ...NAMES.map((name) => ENGINES[name]?.title ?? name)],
        rows: Object.entries(SCRIPTS).map(([key, { says }]) => [
          key,
          says,
          ...NAMES.map((name) => cells.get(`${key} ${name}`)),
        ]),
      },
    ],
    targets: [
      {
        says: 'scripts in which Tideover lost, doubled or held up an operation',
        measured: own.filter((cell) => !cell.startsWith('kept')).length,
        bound: { atMost: 0 },
      },
    ],
    notes: [
      `“Kept”: all arrived, once, within ${patienceMs / 1_000} s. “Stuck”: they still wait then. ` +
        '“Lost”: neither arrived nor waiting.',
      'Where an engine leaves it to the app to send again, it is asked once a second.',
      'Engines of which only a memory storage runs in Node can’t be tried where a process ends.',
    ],
    charts: [],
  };
};

async function outcomeOf(by: Omit<FaultBy, 'folder'>, script: Script): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-fault-'));
  const child = startChild(new URL('./child.ts', import.meta.url), { ...by, folder });
  try {
    const deadlineMs = by.patienceMs + START_MS;
    const { taken, waiting, isHurried } = v.parse(
      saidSchema,
      await limited(clock, deadlineMs, child.next()),
    );
    // A bad operation counts as dealt with when it holds up none of the others.
    const hasBad = script.reply(Number.MAX_SAFE_INTEGER, [1]) !== 'take';
    const { lost: missing, doubled, outOfOrder } = arrivalOf(taken, by.operations);
    const away = hasBad ? missing - 1 : missing;
    return wordOf({
      away,
      doubled,
      waiting,
      isHurried,
      disorder: script.device === 'clock-back' ? outOfOrder : 0,
    });
  } catch (error) {
    return `failed: ${String(error).slice(0, 60)}`;
  } finally {
    await child.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function wordOf(by: {
  readonly away: number;
  readonly doubled: number;
  readonly waiting: number | null;
  readonly isHurried: boolean;
  readonly disorder: number;
}): string {
  const { away, doubled, waiting, isHurried, disorder } = by;
  if (away > 0) {
    if (waiting === null) return `${away} lost or stuck`;
    const stuck = Math.min(away, waiting);
    const parts = [stuck > 0 ? `${stuck} stuck` : '', away > stuck ? `${away - stuck} lost` : ''];
    return parts.filter((part) => part !== '').join(', ');
  }
  if (doubled > 0) return `${doubled} sent twice`;
  if (disorder > 0) return `${disorder} out of order`;
  return isHurried ? 'kept, too early' : 'kept';
}
