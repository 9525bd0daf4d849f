import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { openBooks } from './books.ts';
import { earn, id, SHOP } from './world.ts';

const CHILD = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
const PATIENCE_MS = 120_000;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-crash-'));
  file = join(folder, 'ledger.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

/**
 * Runs the child until `isTime` of its lines, kills it with no warning, and returns what it said.
 */
async function killWhen(
  args: readonly string[],
  isTime: (lines: readonly string[]) => boolean,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    // What it said before the kill reached it counts too, so the lines are read to their end.
    lines.push(line);
    if (isTime(lines)) child.kill('SIGKILL');
  }
  const [code, signal] = (await ended) as [number | null, string | null];
  expect({ code, signal, errors }).toMatchObject({ code: null, signal: 'SIGKILL' });
  return lines;
}

const acknowledged = (lines: readonly string[]) => lines.filter((line) => line.startsWith('K'));
const sale = (name: string, run: number) => {
  const [writer = '', n = ''] = name.split('.');
  return earn({ id: id(writer, Number(n)), body: { saleKey: `${run}/${writer[2]}/${n}` } });
};

describe('a server that is killed', () => {
  it(
    '[LG12] kill -9 under load, again and again: what was acknowledged is there, once',
    { timeout: PATIENCE_MS },
    async () => {
      let balance = 1_000;
      for (const run of [1, 2, 3]) {
        const lines = await killWhen([String(run)], (all) => acknowledged(all).length >= 60 * run);
        const database = openSqlite(file);
        const books = await openBooks(database, { seed: run });
        expect(await books.ledger.verify(SHOP)).toEqual([]);
        const known = acknowledged(lines);
        const again = await books.sync({ operations: known.map((name) => sale(name, run)) });
        expect(new Set(again.results.map(({ status }) => status))).toEqual(new Set(['duplicate']));
        // What was sent and never acknowledged may be there or not: the next push of it settles
        // that.
        const sent = lines.filter((line) => line.startsWith('sent')).length;
        const all = [0, 1].flatMap((context) =>
          Array.from({ length: sent }, (_, n) => sale(`K${run}${context}.${n + 1}`, run)),
        );
        for (let part = 0; part < all.length; part += 400) {
          await books.sync({ operations: all.slice(part, part + 400) });
        }
        balance += 20 * all.length;
        expect(await books.balance()).toBe(balance);
        expect(await books.ledger.verify(SHOP)).toEqual([]);
        await database.close();
      }
    },
  );

  it.each([
    ['before its commit', 'before-commit', 'applied'],
    ['after its commit, before the answer', 'after-commit', 'duplicate'],
  ])(
    '[LG12] killed %s, the push sent again takes effect once',
    { timeout: PATIENCE_MS },
    async (_title, pause, status) => {
      const lines = await killWhen(['4', pause, '9'], (all) => all.includes('paused'));
      expect(acknowledged(lines).length).toBeGreaterThan(0);
      const sent = lines.filter((line) => line.startsWith('sent')).length;
      const database = openSqlite(file);
      const books = await openBooks(database, { seed: 4 });
      expect(await books.ledger.verify(SHOP)).toEqual([]);
      const last = await books.sync({
        operations: [sale(`K40.${sent}`, 4), sale(`K41.${sent}`, 4)],
      });
      expect(last.results.map((result) => result.status)).toEqual([status, status]);
      expect(await books.balance()).toBe(1_000 + sent * 2 * 20);
      expect(await books.ledger.verify(SHOP)).toEqual([]);
      await database.close();
    },
  );
});
