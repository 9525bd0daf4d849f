/** One engine under one script, in a process of its own: says what arrived and what still waits. */
import { tell } from '../children.ts';
import type { Drain, EngineDeps } from '../drain/engine.ts';
import { engineNamed } from '../drain/engines.ts';
import { allowLooseImports } from '../drain/loose-imports.ts';
import { redemptions } from '../operations.ts';
import { clock, now } from '../world.ts';
import { startFaultServer } from './fault-server.ts';
import { SCRIPTS } from './scripts.ts';

export interface FaultBy {
  readonly engine: string;
  readonly script: string;
  readonly folder: string;
  readonly operations: number;
  /** How long the engine may take to bring everything home. */
  readonly patienceMs: number;
}

const HOUR_MS = 3_600_000;
const LOOK_MS = 50;
const ASK_AGAIN_MS = 1_000;
const AWAY_MS = 2_500;
const DEATH_MS = 400;

const asked = JSON.parse(process.argv[2] ?? '{}') as FaultBy;
const script = SCRIPTS[asked.script];
if (script === undefined) throw new Error(`no script is called ${asked.script}`);
process.on('unhandledRejection', () => undefined);
allowLooseImports();

const server = await startFaultServer(script, now);
const shelf = new Map<string, unknown>();
const deps: EngineDeps = { ...asked, origin: server.origin, token: 'none', shelf };
const open = (): Promise<Drain> => engineNamed(asked.engine).create(deps);
const operations = redemptions({ count: asked.operations, customers: 10 });
const all = operations.length;

/** As an app does that is told so: sends, and where that failed, sends again a second later. */
function keepSending(engine: Drain): void {
  void (async () => {
    for (;;) {
      const isDone = await engine.drain().then(
        () => true,
        () => false,
      );
      if (isDone) return;
      await clock.sleep(ASK_AGAIN_MS);
    }
  })();
}

async function run(): Promise<Drain> {
  const first = await open();
  const half = Math.ceil(all / 2);
  switch (script?.device) {
    case 'second-context': {
      const second = await open();
      await second.fill(operations);
      return open();
    }
    case 'clock-back': {
      await first.fill(operations.slice(0, half));
      const real = Date.now.bind(Date);
      Date.now = () => real() - HOUR_MS;
      await first.fill(operations.slice(half));
      return open();
    }
    case 'dies-at-once':
      await first.fill(operations);
      return open();
    case 'dies-while-sending':
      await first.fill(operations);
      void first.drain().catch(() => undefined);
      await clock.sleep(DEATH_MS);
      return open();
    case 'undecodable':
      await first.fill(operations);
      if (first.damage === undefined) throw new Error('its entries can’t be damaged here');
      await first.damage();
      return open();
    case 'server-away':
      await first.fill(operations);
      await server.close();
      setTimeout(() => void server.open(), AWAY_MS);
      return first;
    default:
      await first.fill(operations);
      return first;
  }
}

const engine = await run();
keepSending(engine);
const began = now();
const arrived = (): number => new Set(server.taken).size;
while (arrived() < all && now() - began < asked.patienceMs) await clock.sleep(LOOK_MS);
const waiting = await engine.waiting?.().catch(() => undefined);
tell({ taken: server.taken, waiting: waiting ?? null, isHurried: server.isHurried() });
process.exit(0);
