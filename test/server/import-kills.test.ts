import { expect, it } from 'vitest';
import { importableSqlite, killImports } from './import-kills.ts';

const PATIENCE_MS = 240_000;

it(
  '[MS12] killed while a file is read and posted, then imported again: each row is there once',
  { timeout: PATIENCE_MS },
  async () => {
    const engine = await importableSqlite();
    const { figures, wrong } = await killImports(engine, {
      rows: 3_000,
      kills: 0,
      stops: [
        ['checking', 3],
        ['posting', 3],
        ['posting', 4],
      ],
    });
    await engine.end();
    expect(wrong).toEqual([]);
    expect(figures.killed).toEqual({ sending: 0, checking: 1, posting: 2 });
  },
);
