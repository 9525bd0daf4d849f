/** The production process while it runs and while it ends, as a balancer and an operator see it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as v from '../../shared/schema.ts';
import { describe, expect, it } from 'vitest';
import { syncResponseSchema } from '../../shared/protocol.ts';
import { earn, push, SECRET, signToken } from './world.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const TOKEN = 'the token of those who look at figures';

async function withProcess(
  part: Readonly<Record<string, string>>,
  work: (server: {
    /** The next line of the log that tells this event. */
    line(event: string): Promise<Record<string, unknown>>;
    signal(name: NodeJS.Signals): void;
    readonly ended: Promise<unknown[]>;
  }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tideover-operations-'));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      NODE_ENV: 'production',
      SHOPIFY_API_KEY: 'a-client-id',
      SHOPIFY_API_SECRET: SECRET,
      SHOPIFY_APP_URL: 'https://tideover.example.com',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_FILE: join(folder, 'a.sqlite'),
      ...part,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    await work({
      ended,
      signal: (name) => void child.kill(name),
      async line(event) {
        for (;;) {
          const { value, done } = await lines.next();
          if (done === true) throw new Error(`the process never said ${event}`);
          const line = JSON.parse(value) as Record<string, unknown>;
          if (line['event'] === event) return line;
        }
      },
    });
  } finally {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true });
  }
}

describe('the process', () => {
  it('[OP6, OP7, OP8, OP17] it drains, tells figures, and is cut when told twice', async () => {
    // Far longer than the test takes: the second signal ends it.
    const part = { DRAIN_MS: '99999', METRICS_PORT: '0', METRICS_TOKEN: TOKEN, BACKUPS: 'on' };
    await withProcess(part, async ({ line, signal, ended }) => {
      const figures = await line('metrics-listening');
      const listening = await line('listening');
      const url = `http://127.0.0.1:${String(listening['port'])}`;
      const sync = async () => {
        const now = Date.parse(String(listening['at']));
        const claims = { aud: 'a-client-id', exp: now / 1_000 + 3_600 };
        const response = await fetch(`${url}/api/pos/sync`, {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            Authorization: `Bearer ${signToken(now, claims)}`,
          },
          body: JSON.stringify(push({ operations: [earn()] })),
        });
        return v.parse(syncResponseSchema, await response.json());
      };
      const ready = async () => (await fetch(`${url}/readyz`)).status;
      expect(await ready()).toBe(200);
      const answer = await sync();
      expect(answer.results[0]?.status).toBe('applied');
      // No backup has covered it, so the register keeps it.
      expect([answer.cursor.seq, answer.durable]).toEqual([1, 0]);
      const metrics = await fetch(`http://127.0.0.1:${String(figures['port'])}/metrics`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      });
      const text = await metrics.text();
      expect(text).toContain('tideover_operations_total{kind="earn",status="applied"} 1');
      expect(text).toMatch(/^tideover_memory_bytes [1-9]/m);
      expect(text).toMatch(/^tideover_shops 1$/m);

      signal('SIGTERM');
      expect(await line('ending')).toMatchObject({ signal: 'SIGTERM' });
      expect(await ready()).toBe(503);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await sync()).results[0]?.status).toBe('duplicate');
      signal('SIGTERM');
      await line('cut');
      expect(await ended).toEqual([1, null]);
    });
  });
});
