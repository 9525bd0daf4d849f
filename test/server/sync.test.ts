import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FEED_PER_SYNC_MAX, OPERATION_BYTES_MAX } from '../../shared/protocol.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  EPOCH,
  EUR,
  id,
  intent,
  note,
  openWorld,
  PROGRAM,
  push,
  ref,
  registerOf,
  SHOP,
  SHOP_ID,
  voided,
  type World,
} from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ids = (settled: readonly { id: string }[]) => settled.map((one) => one.id);

describe('a push and its answer', () => {
  it('[SV1] a push is settled; the answer has its results and the balance', async () => {
    const { cursor } = await world.sync();
    const answer = await world.sync({ cursor, operations: [intent(), commit(), earn()] });
    expect(answer.reset).toBe(false);
    expect(answer.results.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    expect(answer.settled).toEqual(answer.results);
    expect(answer.balances).toContainEqual({ customer: ALICE, unit: 'points', balance: 520 });
    expect(answer.cursor.seq).toBe(cursor.seq + 3);
    expect(answer.durable).toBe(answer.cursor.seq);
    expect(answer.program).toEqual({ ...PROGRAM, version: answer.program.version });
    expect(await world.ledger.verify(SHOP)).toEqual([]);
  });

  it('[SV6] what is wrong with an operation stays with that operation', async () => {
    const good = earn();
    const operations = [
      { ...intent(), hold: 'all of it' },
      { ...voided(), shopId: 5 },
      'rubbish',
      { ...commit(), v: 7 },
      { ...note(), blob: 'x'.repeat(3_000) },
      good,
    ];
    const answer = await world.sync({ operations });
    expect(answer.results.map(({ id: name, status, reason }) => [name, status, reason])).toEqual([
      [intent().id, 'quarantined', 'invalid'],
      [voided().id, 'quarantined', 'foreign-shop'],
      ['#2', 'quarantined', 'invalid'],
      [commit().id, 'quarantined', 'unknown-kind'],
      [note().id, 'quarantined', 'too-large'],
      [good.id, 'applied', null],
    ]);
    expect(answer.balances).toContainEqual({ customer: ALICE, unit: 'points', balance: 1_020 });
    const again = await world.sync({ operations });
    expect(again.results.map(({ status }) => status)).toEqual(Array(6).fill('duplicate'));
    expect(again.cursor).toEqual(answer.cursor);
    const story = await world.get<{ asked: string }>(`/api/pos/operations/${note().id}`);
    expect(Buffer.byteLength(story.asked)).toBe(OPERATION_BYTES_MAX);
    expect(story.asked.startsWith('{"v":1,')).toBe(true);
  });

  it('[SV7] the first push binds the shop’s id; another one is refused', async () => {
    const { cursor } = await world.sync();
    for (const operations of [[earn()], []]) {
      const response = await world.post(push({ shopId: SHOP_ID + 1, operations }));
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(await response.json()).toMatchObject({ error: { code: 'wrong-shop' } });
    }
    expect((await world.sync()).cursor).toEqual(cursor);
  });

  it('[SV7] a shop nobody has seeded starts with no reward and the usual limits', async () => {
    const shop = 'brand-new.myshopify.com';
    const claims = { iss: `https://${shop}/admin`, dest: `https://${shop}` };
    const response = await world.fetch('/api/pos/sync', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${world.token(claims)}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(push({ shopId: 55, operations: [{ ...earn(), shopId: 55 }] })),
    });
    expect(await response.json()).toMatchObject({
      results: [{ status: 'applied', seq: 1 }],
      cursor: { epoch: EPOCH, seq: 1 },
      program: { rewards: [], storeCredit: false },
      policy: { redeemOffline: true },
    });
    expect(await world.ledger.verify(shop as ShopDomain)).toEqual([]);
  });

  it('[SV16] damaged records are kept once, cut to 2 KB, always acknowledged', async () => {
    const damaged = [
      { key: 'o.7001.X.1', raw: '1|bad|{"half' },
      { key: 'o.7001.X.2', raw: `${'z'.repeat(2_000)}\u0000\ud800` },
    ];
    await world.sync();
    const answer = await world.sync({ damaged });
    expect(answer.damagedKept).toEqual(damaged.map(({ key }) => key));
    expect((await world.sync({ damaged })).damagedKept).toEqual(answer.damagedKept);
    const log = await world.get<{ syncs: { damaged: number }[] }>('/api/pos/sync-log');
    expect(log.syncs.map((sync) => sync.damaged)).toEqual([2]);
  });

  it('[SV22] customers asked for are told at the head of the feed, changed or not', async () => {
    const { cursor } = await world.sync();
    const answer = await world.sync({ cursor, customers: [BOB, 999] });
    expect(answer.balances).toEqual([
      { customer: BOB, unit: 'points', balance: 300 },
      { customer: BOB, unit: EUR, balance: 0 },
      { customer: 999, unit: 'points', balance: 0 },
      { customer: 999, unit: EUR, balance: 0 },
    ]);
    const pushed = await world.sync({ operations: [voided()] });
    expect(pushed.balances).toContainEqual({ customer: ALICE, unit: EUR, balance: 5_000 });
  });
});

describe('the answer settles by feed', () => {
  it('[SV17] an answer names all of the register’s operations behind its cursor', async () => {
    const { cursor } = await world.sync();
    await world.sync({ cursor, operations: [intent()] });
    await world.sync({ register: registerOf('till-2'), operations: [earn()] });
    // The answer was lost, another context of the same register pushes something else.
    const answer = await world.sync({ cursor, operations: [commit()] });
    expect(ids(answer.results)).toEqual([commit().id]);
    expect(ids(answer.settled)).toEqual([intent().id, commit().id]);
    const quiet = await world.sync({ cursor });
    expect(quiet.settled).toEqual(answer.settled);
    expect(quiet.balances).toContainEqual({ customer: ALICE, unit: 'points', balance: 520 });
  });

  it('[SV17] what was pushed is named even when it was settled long before', async () => {
    const first = await world.sync({ operations: [intent()] });
    const { cursor } = await world.sync({ operations: [earn()] });
    const answer = await world.sync({ cursor, operations: [intent()] });
    expect(answer.results).toEqual([{ ...first.results[0], status: 'duplicate' }]);
    expect(answer.settled).toEqual(first.results);
  });

  it('[SV17] an operation without a readable id is named in its own request only', async () => {
    const { cursor } = await world.sync();
    const own = await world.sync({ cursor, operations: [note(), 'rubbish'] });
    expect(ids(own.settled)).toEqual([note().id, '#1']);
    const later = await world.sync({ cursor, operations: ['other rubbish'] });
    expect(ids(later.settled)).toEqual([note().id, '#0']);
    expect(later.settled[1]?.seq).toBe(own.cursor.seq + 1);
  });

  it.each([
    ['no cursor', null],
    ['a cursor of another epoch', { epoch: 2, seq: 1 }],
    ['a cursor ahead of the feed', { epoch: EPOCH, seq: 9_999 }],
  ])('[SV18] %s starts the register anew', async (_title, cursor) => {
    await world.sync({ operations: [intent()] });
    const answer = await world.sync({ cursor, operations: [earn()] });
    expect(answer.reset).toBe(true);
    expect(answer.more).toBe(false);
    // Its balances include what another context of the device sent and has not heard of.
    expect(ids(answer.settled)).toEqual([intent().id, earn().id]);
    expect(answer.cursor.seq).toBe(answer.results[0]?.seq);
  });

  it('[SV18] a cursor just ahead of the feed is no use, even if the push catches up', async () => {
    const { cursor } = await world.sync();
    const ahead = { ...cursor, seq: cursor.seq + 1 };
    expect((await world.sync({ cursor: ahead })).reset).toBe(true);
    const answer = await world.sync({ cursor: ahead, operations: [earn()] });
    expect(answer.cursor).toEqual(ahead);
    expect(answer.reset).toBe(true);
    expect((await world.sync({ cursor: ahead })).reset).toBe(false);
  });

  it('[SV18] an epoch that ended no longer counts', async () => {
    const { cursor } = await world.sync({ operations: [intent()] });
    expect((await world.sync({ cursor })).reset).toBe(false);
    await world.database.startEpoch();
    const answer = await world.sync({ cursor });
    expect(answer.reset).toBe(true);
    expect(answer.cursor).toEqual({ epoch: cursor.epoch + 1, seq: cursor.seq });
  });

  it('[SV18] a register too far behind starts anew instead of reading it all', async () => {
    const near = await openWorld({ ledger: { positionsBehindMax: 3 } });
    const { cursor } = await near.sync();
    const some = [1, 2, 3].map((n) => note({ id: id('N', n) }));
    expect((await near.sync({ cursor, operations: some })).reset).toBe(false);
    await near.sync({ cursor, operations: [note({ id: id('N', 4) })] });
    expect((await near.sync({ cursor })).reset).toBe(true);
    await near.close();
  });

  it('[SV19] a long feed comes in pieces, and each piece has the balances at its end', async () => {
    const { cursor } = await world.sync();
    const total = FEED_PER_SYNC_MAX + 600;
    for (let done = 0; done < total; done += 400) {
      const operations = Array.from({ length: Math.min(400, total - done) }, (_, n) =>
        earn({ id: id('E', done + n + 1), body: { saleKey: `s${done + n}` } }),
      );
      await world.sync({ operations });
    }
    const first = await world.sync({ cursor, customers: [BOB] });
    expect(first.more).toBe(true);
    expect(first.cursor.seq).toBe(cursor.seq + FEED_PER_SYNC_MAX);
    expect(first.settled).toHaveLength(FEED_PER_SYNC_MAX);
    const balance = 1_000 + 20 * FEED_PER_SYNC_MAX;
    expect(first.balances).toEqual([{ customer: ALICE, unit: 'points', balance }]);
    const second = await world.sync({ cursor: first.cursor, customers: [BOB] });
    expect(second.more).toBe(false);
    expect(second.settled).toHaveLength(600);
    expect(second.balances).toContainEqual({
      customer: ALICE,
      unit: 'points',
      balance: balance + 600 * 20,
    });
    expect(second.balances).toContainEqual({ customer: BOB, unit: 'points', balance: 300 });
  });

  it('[SV19] while the feed goes on, a push is named by the piece that reaches it', async () => {
    const { cursor } = await world.sync();
    const many = Array.from({ length: 450 }, (_, n) => note({ id: id('N', n + 1) }));
    for (let n = 0; n < 5; n += 1) {
      await world.sync({
        operations: many.map((one) => ({ ...one, id: id(`N${n}`, Number(one.id.slice(11))) })),
      });
    }
    const answer = await world.sync({ cursor, operations: [earn()] });
    expect(answer.more).toBe(true);
    expect(answer.results[0]?.status).toBe('applied');
    expect(answer.results[0]?.seq).toBeGreaterThan(answer.cursor.seq);
    expect(ids(answer.settled)).not.toContain(earn().id);
    const next = await world.sync({ cursor: answer.cursor });
    expect(ids(next.settled)).toContain(earn().id);
  });

  it('[SV20] what a backup covers is told instead of what is committed', async () => {
    const backed = await openWorld({ ledger: { backedUpTo: async () => 1 } });
    const answer = await backed.sync({ operations: [earn()] });
    expect(answer.cursor.seq).toBe(3);
    expect(answer.durable).toBe(1);
    await backed.close();
  });
});

describe('the snapshot', () => {
  interface Page {
    cursor: { epoch: number; seq: number };
    customers: number[];
    units: Record<string, number[]>;
    next: number | null;
    total: number;
  }

  it('[SV21] every page shows the first page’s moment, whatever changes meanwhile', async () => {
    const first = await world.get<Page>('/api/pos/snapshot');
    expect(first).toMatchObject({
      customers: [ALICE, BOB - ALICE],
      units: { points: [1_000, 300], EUR: [5_000, 0] },
      next: null,
      total: 2,
    });
    const credit = { customer: ALICE, unit: EUR, amount: 700 };
    await world.sync({
      operations: [
        intent(),
        intent({ id: id('B', 1), ref: ref('R2'), hold: credit }),
        commit(),
        earn({ body: { customer: 5 } }),
      ],
    });
    const { epoch, seq } = first.cursor;
    const later = await world.get<Page>(`/api/pos/snapshot?epoch=${epoch}&seq=${seq}`);
    expect({ ...later, total: 2 }).toEqual(first);
    const now = await world.get<Page>('/api/pos/snapshot');
    expect(now.customers).toEqual([5, ALICE - 5, BOB - ALICE]);
    expect(now.units).toEqual({ points: [20, 500, 300], EUR: [0, 4_300, 0] });
  });

  it('[SV21] pages follow each other without a gap or a repeat', async () => {
    const customers = Array.from({ length: 5_200 }, (_, n) => ({
      key: `opening:${n + 1_000}`,
      kind: 'opening' as const,
      customer: n + 1_000,
      lines: [{ unit: 'points' as const, amount: n }],
    }));
    await world.ledger.post(SHOP, { shopId: SHOP_ID, postings: customers });
    const seen = new Map<number, number>();
    let page = await world.get<Page>('/api/pos/snapshot');
    const { epoch, seq } = page.cursor;
    const pages = [page];
    while (page.next !== null) {
      await world.sync({
        operations: [
          earn({
            id: id('E', pages.length),
            body: { customer: 6_199, saleKey: `p${pages.length}` },
          }),
        ],
      });
      page = await world.get<Page>(
        `/api/pos/snapshot?after=${page.next}&epoch=${epoch}&seq=${seq}`,
      );
      pages.push(page);
    }
    for (const { customers: deltas, units } of pages) {
      let customer = 0;
      deltas.forEach((delta, place) => {
        customer += delta;
        expect(seen.has(customer)).toBe(false);
        seen.set(customer, units['points']?.[place] ?? Number.NaN);
      });
    }
    expect(pages.map(({ customers: deltas }) => deltas.length)).toEqual([5_000, 202]);
    expect(seen.get(6_199)).toBe(5_199);
    expect(seen.get(ALICE)).toBe(1_000);
    expect(seen.size).toBe(5_202);
  });
});
