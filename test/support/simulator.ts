/**
 * A simulator inside the test's own process, and the server's GET endpoints as a test reads them.
 */
import { join } from 'node:path';
import type { Log } from '../../server/log.ts';
import type { Extension } from '../../simulator/extension-build.ts';
import { startSimulator, type Simulator } from '../../simulator/start.ts';

export interface SimulatorWorld {
  readonly simulator: Simulator;
  /** Errors that the server logged: a test that ends well has none. */
  readonly errors: readonly string[];
  /** One of the server's GET endpoints, with a fresh token. */
  read(path: string): Promise<unknown>;
  token(): Promise<string>;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');

/**
 * Starts on a free port, in memory unless a folder is given, with the built extension or another.
 */
export async function startWorld(
  asked: {
    readonly dataFolder?: string;
    readonly extension?: Extension;
    /** The server's clock begins here instead of now, ms since 1970. */
    readonly startsAt?: number;
    /** Permissions that the merchant has given to the app. */
    readonly granted?: readonly string[];
  } = {},
): Promise<SimulatorWorld> {
  const errors: string[] = [];
  const log: Log = (level, event, fields) => {
    if (level === 'error') errors.push(`${event} ${JSON.stringify(fields)}`);
  };
  const ahead = asked.startsAt === undefined ? 0 : asked.startsAt - Date.now();
  const simulator = await startSimulator({
    root: ROOT,
    environment: process.env,
    port: 0,
    dataFolder: asked.dataFolder,
    now: () => Date.now() + ahead,
    granted: asked.granted ?? [],
    say: () => undefined,
    log,
    ...(asked.extension === undefined ? {} : { extension: asked.extension }),
  });
  const address = (path: string): string => new URL(path, simulator.url).href;
  const token = async (): Promise<string> => {
    const response = await fetch(address('/__sim/token'), { method: 'POST' });
    return ((await response.json()) as { token: string }).token;
  };
  return {
    simulator,
    errors,
    token,
    async read(path) {
      const authorization = `Bearer ${await token()}`;
      const response = await fetch(address(path), { headers: { authorization } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return (await response.json()) as unknown;
    },
    stop: () => simulator.stop(),
  };
}
