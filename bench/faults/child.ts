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
const deps: EngineDeps = { ...asked, origin: server.origin, token: 'none', shelf, isCutOff: true };
const alive: Drain[] = [];
const open = async (): Promise<Drain> => {
  const engine = await engineNamed(asked.engine).create(deps);
  alive.push(engine);
  return engine;
};
/** Every context ends, and another one begins. */
const restart = (): Promise<Drain> => {
  for (const engine of alive.splice(0)) engine.die?.();
  return open();
};
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

/** The device's clock an hour back, for whoever reads it in whatever way. */
function setClockBack(): void {
  const Real = Date;
  globalThis.Date = new Proxy(Real, {
    construct: (target, values: unknown[]) =>
      Reflect.construct(target, values.length === 0 ? [Real.now() - HOUR_MS] : values) as object,
    get: (target, name): unknown =>
      name === 'now' ? () => Real.now() - HOUR_MS : Reflect.get(target, name),
  });
}

async function run(): Promise<Drain> {
  const first = await open();
  const half = Math.ceil(all / 2);
  switch (script?.device) {
    case 'second-context': {
      const second = await open();
      await second.fill(operations);
      return restart();
    }
    case 'clock-back': {
      await first.fill(operations.slice(0, half));
      setClockBack();
      await first.fill(
        operations.slice(half).map((one) => ({ ...one, deviceTime: one.deviceTime - HOUR_MS })),
      );
      return restart();
    }
    case 'dies-at-once':
      await first.fill(operations);
      return restart();
    case 'dies-while-sending':
      await first.fill(operations);
      void first.drain().catch(() => undefined);
      await clock.sleep(DEATH_MS);
      return restart();
    case 'undecodable':
      await first.fill(operations);
      if (first.damage === undefined) throw new Error('its entries can’t be damaged here');
      await first.damage();
      return restart();
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
