import { expect, it } from 'vitest';
import { killableSqlite, killAgainAndAgain } from './kills.ts';

it('[LG12] the production server, killed under load: what it acknowledged is there', async () => {
  const engine = await killableSqlite();
  const { figures, wrong } = await killAgainAndAgain(engine, 2);
  await engine.end();
  expect(wrong).toEqual([]);
  expect(figures).toMatchObject({ kills: 2, lost: 0, twice: 0 });
  expect(figures.acknowledged).toBeGreaterThan(0);
});
