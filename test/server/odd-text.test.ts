/** Texts of registers that hold what no text of PostgreSQL can. */
import { describe, expect, it } from 'vitest';
import { openPostgres } from '../../server/database/postgres.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { newPostgres } from '../support/postgres.ts';
import { id, intent, note, openWorld, SHOP } from './world.ts';

/** The first that asks for a PostgreSQL waits for its start; far above what that takes. */
const PATIENCE_MS = 600_000;

describe('a NUL', () => {
  it.each([
    ['SQLite', async () => openSqlite(':memory:')],
    ['PostgreSQL', async () => openPostgres(await newPostgres())],
  ])(
    '[SV6] in what a register says stops neither its push nor the operations beside it, on %s',
    { timeout: PATIENCE_MS },
    async (_engine, open) => {
      const database = await open();
      const world = await openWorld({ database });
      const odd = note({ id: id('A', 7), body: { topic: 'handler-error', text: 'a\u0000b' } });
      const { results } = await world.sync({
        register: {
          device: 'till\u00001',
          name: 'Till\u0000 1',
          location: 1,
          user: 1,
          staff: 1,
          build: '1\u0000',
        },
        operations: [
          odd,
          { ...intent({ id: id('A', 8) }), device: 'a\u0000' },
          note(),
          { kind: 'a\u0000' },
        ],
        damaged: [{ key: 'k\u0000', raw: '\u0000' }],
      });
      expect(results.map(({ status }) => status)).toEqual([
        'quarantined',
        'quarantined',
        'applied',
        'quarantined',
      ]);
      const registers = await database.tables((sql) =>
        sql.all('SELECT device, name FROM register WHERE shop = ?', SHOP),
      );
      expect(registers).toEqual([{ device: 'till\uFFFD1', name: 'Till\uFFFD 1' }]);
      await world.close();
    },
  );
});
