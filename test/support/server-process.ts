/** The production server as a process of its own, to be pushed to over HTTP and to be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { syncResponseSchema, type SyncResponse } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { push, SECRET, signToken } from '../server/world.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const HOUR_S = 3_600;

export interface ServerProcess {
  readonly child: ChildProcess;
  /** One push; `undefined` when nothing was acknowledged. */
  send(part: Parameters<typeof push>[0]): Promise<SyncResponse | undefined>;
  /** Resolves when the process is gone, with its exit code and signal. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<readonly unknown[]>;
}

const lineSchema = v.looseObject({ event: v.string() });
const listeningSchema = v.looseObject({ at: v.string(), port: v.number() });

/** Resolves when it listens; `on` says which database it works on. */
export async function startServerProcess(
  on: { readonly DATABASE_URL: string } | { readonly DATABASE_FILE: string },
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      NODE_ENV: 'production',
      SHOPIFY_API_KEY: 'client-of-the-tests',
      SHOPIFY_API_SECRET: SECRET,
      SHOPIFY_APP_URL: 'https://tideover.example.com',
      HOST: '127.0.0.1',
      PORT: '0',
      ...on,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const { port, at } = await listening(child);
  const now = Date.parse(at);
  const token = signToken(now, { exp: now / 1_000 + HOUR_S });
  return {
    child,
    send: (part) => send(`http://127.0.0.1:${port}`, token, part),
    kill(signal) {
      child.kill(signal);
      return closed;
    },
  };
}

/** Reads on to the end, so that the process never waits for somebody to read what it says. */
function listening(child: ChildProcess) {
  const { stdout } = child;
  if (stdout === null) throw new Error('the server has no output');
  return new Promise<v.InferOutput<typeof listeningSchema>>((resolve, reject) => {
    child.once('close', () => reject(new Error('the server ended')));
    createInterface({ input: stdout }).on('line', (line) => {
      const said: unknown = JSON.parse(line);
      if (v.parse(lineSchema, said).event === 'listening') resolve(v.parse(listeningSchema, said));
    });
  });
}

async function send(url: string, token: string, part: Parameters<typeof push>[0]) {
  try {
    const response = await fetch(`${url}/api/pos/sync`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(push(part)),
    });
    if (response.status !== 200) return undefined;
    return v.parse(syncResponseSchema, await response.json());
  } catch {
    return undefined;
  }
}
