/**
 * A server process to be killed while it brings a file into the books: begins the import, sends,
 * checks and decides it as often as a merchant would, and says how far it has come on lines of its
 * own. It ends by itself once every row is in.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createImports } from '../../server/balances/imports.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger } from '../../server/ledger.ts';
import { createSettings } from '../../server/settings.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { partsFor, requestFor } from './import-world.ts';
import { SHOP } from './world.ts';

const [at = '', file = '', run = '0', pause = 'never', pauseAt = '1'] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);
let stage: 'sending' | 'checking' | 'posting' = 'sending';
let steps = 0;
/** Says that a step of a stage is made; where it is to be killed, nothing comes after it. */
async function step(name: typeof stage): Promise<void> {
  if (name !== stage) return;
  say(name);
  steps += 1;
  if (name !== pause || steps < Number(pauseAt)) return;
  say('paused');
  await new Promise(() => setInterval(() => undefined, 60_000));
}
function begin(name: typeof stage): void {
  stage = name;
  steps = 0;
}

/** Each process lives later than the one before it, by more than a lock's time. */
const clock = { now: () => 1_780_000_000_000 + Number(run) * 60_000 };

const database = at.startsWith('postgres://') ? await openPostgres(at) : openSqlite(at);
const ledger = createLedger({ database, clock, random: seededRandom(Number(run) + 1) });
const imports = createImports({
  ...{ database, clock, random: seededRandom(Number(run) + 500), log: () => undefined },
  settings: createSettings({ database, clock }),
  async sleep(ms) {
    await delay(ms);
    await step('checking');
  },
  ledger: {
    async settle(shop, decision) {
      // Of a group of rows the odd steps are before it is in the books, and the even ones behind.
      await step('posting');
      const settled = await ledger.settle(shop, decision);
      await step('posting');
      return settled;
    },
  },
});

const content = readFileSync(file);
const begun = await imports.begin(SHOP, requestFor(content), '42');
if (typeof begun === 'string') throw new Error(begun);
const { id } = begun;
if (begun.state === 'sending')
  for (const [n, part] of partsFor(content).entries()) {
    await imports.put(SHOP, { id, n, content: part });
    await step('sending');
  }
begin('checking');
const checked = await imports.check(SHOP, id);
if (typeof checked === 'string') throw new Error(checked);
begin('posting');
await imports.apply(SHOP, id, '42');
await imports.idle();
const end = await imports.of(SHOP, id);
say(JSON.stringify(end));
await database.close();
