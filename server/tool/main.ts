/** The server's command line: `npm run tideover -- <command>`, with the server's own settings. */
import { randomInt } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { processConfig, processDatabaseConfig, sealingSecrets } from '../config.ts';
import type { DatabaseConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { createLedger } from '../ledger.ts';
import { openDatabase } from '../open-database.ts';
import { BackupRefusal } from './backup.ts';
import { readArguments } from './arguments.ts';
import { helpText, Refusal, type Desk } from './commands.ts';
import { refuseOtherTables } from './sqlite-file.ts';

const WRONG_USE = 2;
const clock = { now: () => Date.now() };
const random = { below: (bound: number) => randomInt(bound) };
const say = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

function deskFor(settings: DatabaseConfig): Desk {
  return {
    settings,
    clock,
    ledgerOf: (database) => createLedger({ database, clock, random }),
    async withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
      const database = await openExisting(settings);
      try {
        return await work(database);
      } finally {
        await database.close();
      }
    },
    openFile: (path) => () => createReadStream(path) as AsyncIterable<Buffer>,
    sealingSecrets() {
      const read = processConfig();
      if ('config' in read) return sealingSecrets(read.config);
      throw new Refusal(read.problems.join('\n'));
    },
    say,
    progress: (line) => void process.stderr.write(process.stderr.isTTY ? `\r${line}` : `${line}\n`),
  };
}

/** Never makes a database: a mistyped name would look like books with nothing in them. */
async function openExisting(settings: DatabaseConfig): Promise<Database> {
  const { databaseUrl, databaseFile } = settings;
  if (databaseUrl === undefined) {
    if (!existsSync(databaseFile)) throw new Refusal(`There is no database ${databaseFile}.`);
    const problem = refuseOtherTables(databaseFile);
    if (problem !== undefined) throw new Refusal(problem);
  }
  return openDatabase(settings);
}

async function main(args: readonly string[]): Promise<number> {
  const read = readArguments(args);
  if (typeof read === 'string') {
    complain(read);
    return WRONG_USE;
  }
  if (read === undefined) {
    say(helpText());
    return 0;
  }
  const settings = processDatabaseConfig();
  if ('problems' in settings) throw new Refusal(settings.problems.join('\n'));
  const { command, words, options } = read;
  return command.run(deskFor(settings.config), words, options);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Refusal || error instanceof BackupRefusal) {
    complain(error.message);
    process.exitCode = WRONG_USE;
  } else throw error;
}
