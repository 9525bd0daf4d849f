/** The command line on a database of a test, with what it says kept. */
import { createReadStream } from 'node:fs';
import { createLedger } from '../../server/ledger.ts';
import { openDatabase } from '../../server/open-database.ts';
import { COMMANDS, type Desk, type Options } from '../../server/tool/commands.ts';
import { seededRandom } from '../support/seeded-random.ts';

export interface ToolDesk extends Desk {
  readonly said: string[];
  readonly shown: string[];
  now: number;
  /** Runs a command; its exit code, or the sentence with which it refused. */
  run(name: string, words?: readonly string[], options?: Options): Promise<number | string>;
}

/** On a file, or at a `postgres://` address. */
export function toolDesk(database: string): ToolDesk {
  const said: string[] = [];
  const shown: string[] = [];
  const random = seededRandom(5);
  const clock = { now: () => desk.now };
  const isUrl = database.startsWith('postgres://');
  const settings = isUrl
    ? { databaseUrl: database, databaseFile: 'none' }
    : { databaseUrl: undefined, databaseFile: database };
  const desk: ToolDesk = {
    said,
    shown,
    now: 1_780_000_000_000,
    settings,
    clock,
    ledgerOf: (opened) => createLedger({ database: opened, clock, random }),
    async withDatabase(work) {
      const opened = await openDatabase(settings);
      return work(opened).finally(() => opened.close());
    },
    openFile: (path) => () => createReadStream(path, { highWaterMark: 1_000 }),
    sealingSecrets: () => ['the newest key of this test, long enough', 'the key before it, too'],
    say: (line) => void said.push(line),
    progress: (line) => void shown.push(line),
    async run(name, words = [], options = {}) {
      const command = COMMANDS.find((one) => one.name === name);
      if (command === undefined) throw new Error(`no command ${name}`);
      said.length = 0;
      shown.length = 0;
      return command
        .run(desk, words, options)
        .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    },
  };
  return desk;
}
