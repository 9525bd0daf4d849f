/** Backups while the server runs, the way back, and what registers make of it. */
import { appendFile, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackupCursor } from '../../server/backup-cursor.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { beginEpoch } from '../../server/epochs.ts';
import { seedShop } from '../../server/seeding.ts';
import {
  add,
  ALICE as REGULAR,
  createDevice,
  earnDraft,
  intentDraft,
  POLICY as DEVICE_POLICY,
  PROGRAM as DEVICE_PROGRAM,
  SESSION,
  SHOP_ID as DEVICE_SHOP_ID,
} from '../register/device.ts';
import { openLine, type Answer, type Line } from '../register/line.ts';
import { startRealServer, type RealServer } from '../support/real-server.ts';
import { openBooks, type Books } from './books.ts';
import { toolDesk, type ToolDesk } from './tool-desk.ts';
import { ALICE, earn, id, SHOP } from './world.ts';

let folder: string;
let file: string;
let backup: string;
let desk: ToolDesk;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-backup-'));
  file = join(folder, 'books.sqlite');
  backup = join(folder, 'backup.sqlite');
  desk = toolDesk(file);
});
afterEach(() => rm(folder, { recursive: true }));

const openRunning = () => openBooks(openSqlite(file));

async function loseTheDisk(): Promise<void> {
  for (const part of ['', '-wal', '-shm']) await rm(`${file}${part}`, { force: true });
}

async function restoredAlice(): Promise<number | undefined> {
  const database = openSqlite(file);
  const balances = await desk.ledgerOf(database).balances(SHOP, ALICE);
  await database.close();
  return balances.find(({ unit }) => unit === 'points')?.balance;
}

describe('a backup', () => {
  it('[OP16] is taken while the server runs, checked, and says how far it reaches', async () => {
    const books = await openRunning();
    await books.sync({ operations: [earn()] });
    expect(await desk.run('backup', [backup])).toBe(0);
    expect(desk.said[0]).toMatch(/^Backup of 2026-\S+, \d+ bytes, 1 shop: checked\.$/);
    await books.sync({ operations: [earn({ id: id('B', 2), body: { saleKey: 'later' } })] });
    expect(await books.balance()).toBe(1_040);
    const manifest: unknown = JSON.parse(await readFile(`${backup}.json`, 'utf8'));
    expect(manifest).toMatchObject({ shops: [{ shop: SHOP, epoch: 1_780_000_000, seq: 3 }] });
    expect(await desk.run('drill', [backup])).toBe(0);
    expect((await readdir(folder)).filter((name) => name.startsWith('backup'))).toEqual([
      'backup.sqlite',
      'backup.sqlite.json',
    ]);
    expect(await desk.run('backup', [backup])).toMatch(/exists already/);
    await books.database.close();
  });

  it('[OP16] of wrong books is no backup, and leaves nothing behind', async () => {
    const books = await openRunning();
    await books.database.tables((sql) => sql.run('UPDATE account SET seq = seq + 1'));
    expect(await desk.run('backup', [backup])).toMatch(/^The books are wrong: /);
    expect((await readdir(folder)).filter((name) => name.startsWith('backup'))).toEqual([]);
    await books.database.close();
  });

  it('[OP16] is not taken of a database of another version, or of none', async () => {
    expect(await desk.run('backup', [backup])).toMatch(/There is no database/);
    await writeFile(file, 'a text');
    expect(await desk.run('backup', [backup])).toMatch(/is no database of Tideover/);
    await rm(file);
    const books = await openRunning();
    await books.database.tables((sql) => sql.run('DELETE FROM migration WHERE version > 5'));
    expect(await desk.run('backup', [backup])).toMatch(/is of version 5; this command knows/);
    await books.database.close();
  });

  it('[OP17] counts for registers when it is confirmed, and only in its own epoch', async () => {
    const books = await openRunning();
    const cursor = createBackupCursor(books.database);
    const reached = async () => {
      await cursor.look();
      return cursor.forLedger.backedUpTo(SHOP);
    };
    expect(await desk.run('backup', [backup], { hold: true })).toBe(0);
    expect(await reached()).toBe(0);
    expect(await desk.run('confirm', [backup])).toBe(0);
    expect(await reached()).toBe(2);
    await books.sync({ operations: [earn()] });
    expect(await desk.run('backup', [join(folder, 'second.sqlite')])).toBe(0);
    expect(await reached()).toBe(3);
    // An older one that is confirmed late takes nothing back.
    expect(await desk.run('confirm', [backup])).toBe(0);
    expect(await reached()).toBe(3);
    await beginEpoch(books.database, 0);
    expect(await reached()).toBe(0);
    await books.database.close();
  });

  it('[OP17] that is not what its manifest says counts for nothing', async () => {
    const books = await openRunning();
    expect(await desk.run('backup', [backup], { hold: true })).toBe(0);
    await appendFile(backup, 'x');
    for (const command of ['confirm', 'drill', 'restore']) {
      expect(await desk.run(command, [backup])).toMatch(/not the file that its manifest describes/);
    }
    await books.database.close();
    const elsewhere = join(folder, 'elsewhere.sqlite');
    const other = await openBooks(openSqlite(elsewhere));
    await other.sync({ operations: [earn()] });
    await other.database.close();
    const further = join(folder, 'further.sqlite');
    expect(await toolDesk(elsewhere).run('backup', [further])).toBe(0);
    expect(await desk.run('confirm', [further])).toMatch(/is of another database/);
    await writeFile(`${backup}.json`, '{}');
    expect(await desk.run('confirm', [backup])).toMatch(/is no manifest/);
    await rm(`${backup}.json`);
    expect(await desk.run('confirm', [backup])).toMatch(/is not there/);
    expect(await desk.run('confirm', [join(folder, 'none')])).toMatch(/There is no file/);
  });
});

describe('putting it back', () => {
  async function backedUp(): Promise<Books> {
    const books = await openRunning();
    await desk.run('backup', [backup]);
    return books;
  }

  it('[OP18] never happens under a running server, nor over what the backup lacks', async () => {
    const books = await backedUp();
    expect(await desk.run('restore', [backup])).toMatch(/A server is running on/);
    await books.sync({ operations: [earn()] });
    await books.database.close();
    expect(await desk.run('restore', [backup])).toMatch(/holds what the backup does not/);
    expect(await restoredAlice()).toBe(1_020);
  });

  it.each([
    [
      'webhooks',
      `INSERT INTO inbox (shop, webhook_id, topic, triggered_at, received_at, state, tries, due_at,
        holder, payload) VALUES ('a', 'w', 'customers/redact', 1, 1, 'waiting', 0, 1, NULL, '{}')`,
    ],
    [
      'settings',
      `INSERT INTO setting (shop, version, settings, changed_at, changed_by)
        VALUES ('a', 1, '{}', 1, 'the owner')`,
    ],
    [
      'attempts at the cart',
      `INSERT INTO cart_attempt (shop, action, n, ref, begun_at) VALUES ('a', 'b', 1, 'r', 1)`,
    ],
    [
      'data requests',
      `INSERT INTO data_request (shop, request_id, customer_id, asked_at, document)
        VALUES ('a', '1', 2, 3, '{}')`,
    ],
    [
      'transfers of store credit',
      `INSERT INTO credit_transfer (shop, seq, line, epoch, customer_key, unit, amount, state,
        attempt, made_at, changed_at) VALUES ('a', 1, 0, 1, 'k', 'EUR', 5, 'waiting', 0, 1, 1)`,
    ],
    ['programs and policies', `UPDATE shop SET policy = '{"version":2}'`],
  ])('[OP18] never takes %s that the backup lacks', async (name, change) => {
    const books = await backedUp();
    await books.database.tables((sql) => sql.run(change));
    await books.database.close();
    expect(await desk.run('restore', [backup])).toContain(`does not (${name}: 1)`);
    expect(await readdir(folder)).toEqual(['backup.sqlite', 'backup.sqlite.json', 'books.sqlite']);
  });

  it('[OP18] takes the place of what is not newer, which is moved aside and kept', async () => {
    const books = await backedUp();
    await books.database.close();
    expect(await desk.run('restore', [backup])).toBe(0);
    const kept = `${file}.before-restore-${desk.now}`;
    expect(desk.said[0]).toBe(`What stood there is now ${kept}.`);
    await openSqlite(kept).close();
    expect(await restoredAlice()).toBe(1_000);
    // Damaged beyond reading: nothing there can be newer.
    await writeFile(file, 'not a database');
    desk.now += 60_000;
    expect(await desk.run('restore', [backup])).toBe(0);
    expect(await restoredAlice()).toBe(1_000);
  });

  it('[OP19] begins an epoch that no other restore of the same backup had', async () => {
    const books = await backedUp();
    await books.database.close();
    const epochs: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      await loseTheDisk();
      desk.now += 1_000;
      expect(await desk.run('restore', [backup])).toBe(0);
      const database = openSqlite(file);
      const row = await database.read(SHOP, (reader) => reader.shop());
      epochs.push(row?.epoch ?? 0);
      const cursor = createBackupCursor(database);
      await cursor.look();
      expect(await cursor.forLedger.backedUpTo(SHOP)).toBe(2);
      await database.close();
    }
    expect(epochs).toEqual([1_780_000_001, 1_780_000_002]);
  });

  it('[OP19] by other means is said with new-epoch, and counts up in any case', async () => {
    const books = await backedUp();
    await books.database.close();
    await copyFile(backup, file);
    expect(await desk.run('new-epoch')).toBe(0);
    desk.now -= 3_600_000;
    expect(await desk.run('new-epoch')).toBe(0);
    expect(await desk.run('shops')).toBe(0);
    expect(desk.said[0]).toMatch(/feed 1780000002\/2$/);
  });
});

describe('the drill', () => {
  const shop = 'pop-up.myshopify.io' as ShopDomain;

  /** A server on the file, as production runs it, and registers that talk to it over HTTP. */
  async function openShop(lines: readonly Line[], device: ReturnType<typeof createDevice>) {
    const database = openSqlite(file);
    const backups = createBackupCursor(database);
    await backups.look();
    const { time: clock, random } = device;
    const server = await startRealServer({ clock, random, database, ...backups.forLedger });
    const answer: Answer = async ({ request }) =>
      server.serve({ ...request, token: await server.token(shop, SESSION.user) });
    for (const line of lines) line.answer = answer;
    return { server, backups };
  }

  const pointsOf = async (server: RealServer) =>
    (await server.ledger.balances(shop, REGULAR)).find(({ unit }) => unit === 'points')?.balance;

  it('[OP20] what a lost disk took behind the backup is sent again, once', async () => {
    const device = createDevice(9);
    const lines = [1, 2, 3].map((seed) =>
      openLine(createDevice(seed), () => Promise.reject(new Error('no server yet'))),
    );
    let wanted = 10_000;
    let sales = 0;
    const sellOn = async (line: Line, times: number) => {
      for (let n = 0; n < times; n += 1) {
        await add(line.outbox, intentDraft({ customer: REGULAR, amount: 10 }));
        sales += 1;
        await add(line.outbox, earnDraft(`sale-${sales}`));
        wanted += 12 - 10;
      }
    };
    const syncAll = async () => {
      for (const line of lines) await line.sync.now();
    };
    const waiting = async () => {
      const views = await Promise.all(lines.map((line) => line.outbox.view()));
      return views.reduce((sum, view) => sum + view.pending.length, 0);
    };

    const stored = async (kind: string) => {
      const views = await Promise.all(lines.map((line) => line.outbox.view()));
      const all = views.flatMap((view) => [...view.operations.values()]);
      return all.filter((one) => one.kind === kind).length;
    };

    const before = await openShop(lines, device);
    await seedShop(before.server.ledger, {
      shop,
      shopId: DEVICE_SHOP_ID,
      program: DEVICE_PROGRAM,
      policy: DEVICE_POLICY,
      customers: [{ customer: REGULAR, points: wanted, credit: 0 }],
    });
    await syncAll();
    for (const line of lines) await sellOn(line, 8);
    await syncAll();
    expect(await desk.run('backup', [backup])).toBe(0);
    await before.backups.look();
    await syncAll();
    // What the backup covers has left the devices, except redemptions that no sale has closed.
    expect(await stored('earn')).toBe(0);
    for (const line of lines) await sellOn(line, 5);
    await syncAll();
    expect(await waiting()).toBe(0);
    expect(await stored('earn')).toBe(15);
    expect(await pointsOf(before.server)).toBe(wanted);
    for (const line of lines) await sellOn(line, 1);
    await before.server.close();

    await loseTheDisk();
    desk.now = device.time.now();
    expect(await desk.run('restore', [backup])).toBe(0);
    const after = await openShop(lines, device);
    expect(await pointsOf(after.server)).toBe(10_000 + 24 * 2);
    for (let round = 0; round < 3; round += 1) await syncAll();
    expect(await waiting()).toBe(0);
    expect(await pointsOf(after.server)).toBe(wanted);
    expect(await after.server.ledger.verify(shop)).toEqual([]);
    for (const line of lines) {
      const view = await line.outbox.view();
      expect(view.available(REGULAR, 'points')?.available).toBe(wanted);
      line.sync.stop();
    }
    await after.server.close();
  });

  it('[OP20] a shop that is newer than the backup loses nothing that registers still hold', async () => {
    await openSqlite(file).close();
    expect(await desk.run('backup', [backup])).toBe(0);
    const device = createDevice(9);
    const line = openLine(createDevice(1), () => Promise.reject(new Error('no server yet')));
    const seed = {
      shop,
      shopId: DEVICE_SHOP_ID,
      program: DEVICE_PROGRAM,
      policy: DEVICE_POLICY,
      customers: [{ customer: REGULAR, points: 500, credit: 0 }],
    };
    const before = await openShop([line], device);
    await seedShop(before.server.ledger, seed);
    for (const saleKey of ['a', 'b', 'c']) {
      await add(line.outbox, intentDraft({ customer: REGULAR, amount: 10 }));
      await add(line.outbox, earnDraft(saleKey));
    }
    await line.sync.now();
    expect((await line.outbox.view()).pending).toEqual([]);
    expect(await pointsOf(before.server)).toBe(506);
    await before.server.close();

    await loseTheDisk();
    await device.time.runFor(device.time.sleep(60_000));
    desk.now = device.time.now();
    expect(await desk.run('restore', [backup])).toBe(0);
    const after = await openShop([line], device);
    await seedShop(after.server.ledger, seed);
    for (let round = 0; round < 3; round += 1) await line.sync.now();
    expect((await line.outbox.view()).pending).toEqual([]);
    expect(await pointsOf(after.server)).toBe(506);
    line.sync.stop();
    await after.server.close();
  });
});
