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
/** A busy machine takes long to start ten processes. */
const START_MS = 240_000;
const AT_ONCE = 3;

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
/** Engines whose entries are text, so that one can be damaged. */
const HAS_TEXT = new Set(['tideover-file-plain', 'tanstack']);
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
    // They mostly wait, so some may wait side by side.
    const open = [...NAMES];
    const worker = async (): Promise<void> => {
      for (let engine = open.shift(); engine !== undefined; engine = open.shift()) {
        const by = { engine, script: key, operations: OPERATIONS, patienceMs };
        const isPossible = canRun(engine, script);
        cells.set(`${key} ${engine}`, isPossible ? await outcomeOf(by, script) : '–');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
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
        says: 'scripts in which Tideover lost or held up an operation',
        measured: own.filter((cell) => !cell.startsWith('kept')).length,
        bound: { atMost: 0 },
      },
    ],
    notes: [
      `“Kept”: all arrived within ${patienceMs / 1_000} s. “Stuck”: they still wait then. ` +
        '“Lost”: neither arrived nor waiting.',
      'What Tideover sends twice is booked once: the ledger takes an operation’s id once, for ' +
        'ever, and needs no order.',
      'Where an engine leaves it to the app to send again, it is asked once a second.',
      'Engines of which only a memory storage runs in Node can’t be tried where a process ends.',
    ],
    charts: [],
  };
};

function canRun(engine: string, { device }: Script): boolean {
  if (device === 'undecodable') return HAS_TEXT.has(engine);
  return !(MEMORY_ALONE.has(engine) && NEEDS_STORAGE.has(device));
}

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
  const remarks = [
    doubled > 0 ? `, ${doubled} sent twice` : '',
    disorder > 0 ? `, ${disorder} out of order` : '',
    isHurried ? ', asked too early' : '',
  ];
  return `kept${remarks.join('')}`;
}
