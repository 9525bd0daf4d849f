/**
 * A server process to be killed: pushes earnings to a ledger in a file and says each acknowledged
 * one on a line of its own. `pause` says where to stop for the kill: before the commit, or after it
 * and before the answer.
 */
import { openSqlite } from '../../server/database/sqlite.ts';
import type { Database } from '../../server/database/database.ts';
import { openBooks } from './books.ts';
import { earn, id, registerOf } from './world.ts';

const [file = '', run = '0', pause = 'never', pauseAt = '0'] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const forEver = () => new Promise<never>(() => setInterval(() => undefined, 60_000));

const real = openSqlite(file);
let commits = 0;
const database: Database = {
  ...real,
  transact: async (shop, work) => {
    const isHere = () => pause !== 'never' && commits >= Number(pauseAt);
    const result = await real.transact(shop, async (tx) => {
      const inside = await work(tx);
      if (pause === 'before-commit' && isHere()) {
        say('paused');
        await forEver();
      }
      return inside;
    });
    if (pause === 'after-commit' && isHere()) {
      say('paused');
      await forEver();
    }
    commits += 1;
    return result;
  },
};

const books = await openBooks(database, { seed: Number(run) + 100 });
const device = registerOf('till-1');
for (let n = 1; ; n += 1) {
  const both = [0, 1].map((context) => {
    const one = earn({
      id: id(`K${run}${context}`, n),
      body: { saleKey: `${run}/${context}/${n}` },
    });
    return books.sync({ register: device, operations: [one] }).then(() => say(one.id));
  });
  say(`sent ${n}`);
  await Promise.all(both);
}
