/** The server's command line: `npm run tideover -- <command>`, with the server's own settings. */
import { randomInt } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { processConfig, processDatabaseConfig, sealingSecrets } from '../config.ts';
import type { DatabaseConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { createLedger } from '../ledger.ts';
import { openDatabase } from '../open-database.ts';
import { BackupRefusal } from './backup.ts';
import { COMMANDS, helpText, Refusal, type Command, type Desk } from './commands.ts';
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

interface Call {
  readonly command: Command;
  readonly words: readonly string[];
  readonly options: Parameters<Command['run']>[2];
}

/** What was asked for; nothing when it is help; a sentence when it can't be understood. */
function readArguments(args: readonly string[]): Call | string | undefined {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        shop: { type: 'string' },
        check: { type: 'boolean' },
        hold: { type: 'boolean' },
        retry: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : 'These options are not known.';
  }
  const [name, ...words] = parsed.positionals;
  const { help, ...options } = parsed.values;
  if (name === undefined || name === 'help' || help === true) return undefined;
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) return `There is no command "${name}": see "help".`;
  if (words.length >= command.least && words.length <= command.most) {
    return { command, words, options };
  }
  return `Use: ${command.name} ${command.takes}`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Refusal || error instanceof BackupRefusal) {
    complain(error.message);
    process.exitCode = WRONG_USE;
  } else throw error;
}
