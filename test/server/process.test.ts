import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as v from '../../shared/schema.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncResponseSchema } from '../../shared/protocol.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { ALICE, earn, id, push, SECRET, signToken, type Push } from './world.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const PATIENCE_MS = 120_000;
const GOOD = {
  NODE_ENV: 'production',
  SHOPIFY_API_KEY: 'a-client-id',
  SHOPIFY_API_SECRET: SECRET,
  SHOPIFY_APP_URL: 'https://tideover.example.com',
};

describe('the process', () => {
  let folder: string;
  let started: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tideover-process-'));
  });
  afterEach(async () => {
    started?.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  function start(part: Record<string, string> = {}) {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...GOOD,
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_FILE: join(folder, 'a.sqlite'),
        ...part,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started = child;
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      ended: once(child, 'close') as Promise<[number | null, string | null]>,
      stop: () => child.kill('SIGTERM'),
      async next(): Promise<Record<string, unknown>> {
        const { value, done } = await lines.next();
        if (done === true) throw new Error('the process said nothing more');
        return JSON.parse(value) as Record<string, unknown>;
      },
    };
  }

  it(
    '[SV13] it listens, answers, and ends in order when told to',
    { timeout: PATIENCE_MS },
    async () => {
      const server = start();
      const listening = await server.next();
      expect(listening).toMatchObject({ level: 'info', event: 'listening' });
      const url = `http://127.0.0.1:${String(listening['port'])}`;
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      const now = Date.parse(listening['at'] as string);
      const claims = { aud: GOOD.SHOPIFY_API_KEY, exp: now / 1_000 + 3_600 };
      const response = await fetch(`${url}/api/pos/sync`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${signToken(now, claims)}`,
        },
        body: JSON.stringify(push()),
      });
      expect(response.status).toBe(200);
      server.stop();
      expect(await server.next()).toMatchObject({ event: 'ending', signal: 'SIGTERM' });
      expect(await server.next()).toMatchObject({ event: 'ended' });
      expect(await server.ended).toEqual([0, null]);
    },
  );

  it(
    '[SV23] after a restore a register starts anew and sends again what it still holds',
    { timeout: PATIENCE_MS },
    async () => {
      const file = join(folder, 'a.sqlite');
      const backup = join(folder, 'backup.sqlite');
      const pushTo = async (part: Partial<Push>, settings: Record<string, string> = {}) => {
        const server = start(settings);
        const first = await server.next();
        const listening = first['event'] === 'listening' ? first : await server.next();
        const now = Date.parse(listening['at'] as string);
        const claims = { aud: GOOD.SHOPIFY_API_KEY, exp: now / 1_000 + 3_600 };
        const url = `http://127.0.0.1:${String(listening['port'])}/api/pos/sync`;
        const headers = {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${signToken(now, claims)}`,
        };
        const response = await fetch(url, {
          method: 'POST',
          headers,
          body: JSON.stringify(push(part)),
        });
        const answer = v.parse(syncResponseSchema, await response.json());
        server.stop();
        expect(await server.ended).toEqual([0, null]);
        return { first, answer };
      };
      const { answer: early } = await pushTo({ operations: [earn()] });
      await copyFile(file, backup);
      const late = earn({ id: id('L', 1), body: { saleKey: 'late' } });
      const { answer: before } = await pushTo({ cursor: early.cursor, operations: [late] });
      expect(before.cursor).toEqual({ epoch: early.cursor.epoch, seq: 2 });

      for (const part of ['-wal', '-shm']) await rm(`${file}${part}`, { force: true });
      await copyFile(backup, file);
      const { cursor } = before;
      const restored = await pushTo({ cursor }, { RESTORED_FROM_BACKUP: '1' });
      expect(restored.first).toMatchObject({ level: 'info', event: 'epoch-started' });
      expect(restored.answer).toMatchObject({ reset: true, cursor: { seq: 1 } });
      const { epoch } = restored.answer.cursor;
      expect(epoch).toBeGreaterThan(before.cursor.epoch);
      const again = await pushTo({ cursor: restored.answer.cursor, operations: [earn(), late] });
      expect(again.answer.results.map(({ status }) => status)).toEqual(['duplicate', 'applied']);
      expect(again.first).toMatchObject({ event: 'listening' });
      expect(again.answer.cursor).toEqual({ epoch, seq: 2 });
      expect(again.answer.balances).toContainEqual({
        customer: ALICE,
        unit: 'points',
        balance: 40,
      });
    },
  );

  it(
    '[SV12] it does not start with bad settings, and names each',
    { timeout: PATIENCE_MS },
    async () => {
      const server = start({ SHOPIFY_API_SECRET: 'short', SIM_SEED: '1' });
      const told = [await server.next(), await server.next()];
      expect(told).toMatchObject([
        {
          level: 'error',
          event: 'cannot-start',
          problem: expect.stringContaining('shorter') as string,
        },
        {
          level: 'error',
          event: 'cannot-start',
          problem: expect.stringContaining('SIM_SEED') as string,
        },
      ]);
      expect(await server.ended).toEqual([1, null]);
    },
  );

  it(
    '[SV12] it does not touch a database that the simulator has filled',
    { timeout: PATIENCE_MS },
    async () => {
      const database = openSqlite(join(folder, 'a.sqlite'));
      await database.setStamp('simulator');
      await database.close();
      const server = start();
      expect(await server.next()).toMatchObject({
        event: 'cannot-start',
        problem: 'The database belongs to "simulator", not to production.',
      });
      expect(await server.ended).toEqual([1, null]);
      const again = openSqlite(join(folder, 'a.sqlite'));
      expect(await again.stamp()).toBe('simulator');
      await again.close();
    },
  );
});
