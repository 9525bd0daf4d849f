/** Seeds that once found a fault. Each stays, as long as the world gives it the same meaning. */
import { describe, expect, it } from 'vitest';
import { runSchedule } from '../support/schedule.ts';

describe('a seed that once failed', () => {
  it('[IV8] 423: a new start beside a second context that had just sent', async () => {
    expect((await runSchedule(423)).violations).toEqual([]);
  });
});
