import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../server/ledger/group-commit.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { Database } from '../../server/database/database.ts';
import { openBooks } from './books.ts';
import { earn, id, registerOf, SHOP } from './world.ts';

describe('group commit', () => {
  it('[LG13] jobs that wait together run together, in their order, within the weight', async () => {
    const groups: number[][] = [];
    const group = createGroupCommit<number, string>(
      async (jobs) => {
        groups.push([...jobs]);
        return jobs.map((job) => `did ${job}`);
      },
      { weightMax: 10, weight: (job) => job },
    );
    const results = await Promise.all([3, 4, 3, 20, 1, 9, 1].map((job) => group.add(job)));
    expect(results).toEqual([3, 4, 3, 20, 1, 9, 1].map((job) => `did ${job}`));
    expect(groups).toEqual([[3, 4, 3], [20], [1, 9], [1]]);
  });

  it('[LG13] when a group fails, each job is tried alone and only the bad one fails', async () => {
    const groups: string[][] = [];
    const group = createGroupCommit<string, string>(
      async (jobs) => {
        groups.push([...jobs]);
        if (jobs.includes('bad')) throw new Error('bad one');
        return jobs.map((job) => job.toUpperCase());
      },
      { weightMax: 10, weight: () => 1 },
    );
    const results = await Promise.allSettled(['a', 'bad', 'c'].map((job) => group.add(job)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
    expect(await group.add('later')).toBe('LATER');
  });

  it('[LG13] pushes at once share a database transaction; each has its answer', async () => {
    const real = openSqlite(':memory:');
    let transactions = 0;
    const database: Database = {
      ...real,
      transact: (shop, work) => {
        transactions += 1;
        return real.transact(shop, work);
      },
    };
    const books = await openBooks(database);
    transactions = 0;
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        books.sync({
          register: registerOf(`till-${n}`),
          operations: [earn({ id: id(`T${n}`, 1), body: { saleKey: `t${n}` } })],
        }),
      ),
    );
    expect(transactions).toBeLessThanOrEqual(2);
    answers.forEach(({ results }, n) => expect(results[0]?.id).toBe(id(`T${n}`, 1)));
    expect(await books.balance()).toBe(1_000 + 30 * 20);
    expect(await books.ledger.verify(SHOP)).toEqual([]);
    await database.close();
  });

  it('[LG13] a failed database transaction leaves nothing behind', async () => {
    const real = openSqlite(':memory:');
    let failures = 0;
    const database: Database = {
      ...real,
      transact: (shop, work) =>
        real.transact(shop, async (tx) => {
          const result = await work(tx);
          if (failures > 0) {
            failures -= 1;
            throw new Error('the disk is full');
          }
          return result;
        }),
    };
    const books = await openBooks(database);
    const both = () =>
      Promise.allSettled(
        ['a', 'b'].map((name) =>
          books.sync({
            register: registerOf(name),
            operations: [earn({ id: id(name, 1), body: { saleKey: name } })],
          }),
        ),
      );
    failures = 2;
    const first = await both();
    expect(first.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await books.balance()).toBe(1_020);
    const second = await both();
    expect(second.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await books.balance()).toBe(1_040);
    expect(await books.ledger.verify(SHOP)).toEqual([]);
    await database.close();
  });
});
