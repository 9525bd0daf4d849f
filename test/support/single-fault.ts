/**
 * Exactly one fault, at exactly one call. Every call that a register makes of its world (storage,
 * cart, server) is a numbered point; a run without a fault lists them, and a run with one meets the
 * same points up to the fault, because everything else is virtual.
 */
import type { VirtualTime } from './virtual-time.ts';

/** What a call is to the one who makes it: faults differ. */
export type CallClass = 'read' | 'write' | 'cart' | 'request';

const OF_READ = ['throws-before', 'hangs-before', 'kill-before', 'kill-app-before'] as const;
const OF_EFFECT = [
  ...OF_READ,
  'throws-after',
  'throws-late',
  'hangs-after',
  'kill-after',
  'kill-late',
  'kill-app-after',
] as const;
const OF_CART = [...OF_EFFECT, 'lies', 'late'] as const;
/** `rolled-back`: the server dies when all is decided and written, but not committed. */
const OF_REQUEST = [
  ...OF_EFFECT,
  'doubled',
  'rolled-back',
  'answers-401',
  'answers-429',
  'answers-500',
  'answers-portal',
] as const;

export type FaultKind = (typeof OF_CART)[number] | (typeof OF_REQUEST)[number];

/** Every kind of fault that a call of a class can meet. */
export const FAULT_KINDS: Readonly<Record<CallClass, readonly FaultKind[]>> = {
  read: OF_READ,
  write: OF_EFFECT,
  cart: OF_CART,
  request: OF_REQUEST,
};

/** How long after the call a late effect comes. */
export const LATE_MS = { read: 0, write: 20_000, cart: 30_000, request: 20_000 } as const;

/** Longer than any call takes that is not hindered. */
const CALL_MS_MAX = 10_000;

/** One call, as the list of points names it. */
export interface Point {
  readonly callClass: CallClass;
  /** Who makes the call; contexts are numbered as they start. */
  readonly context: number;
  /** For people: "screen set o", "background request". */
  readonly name: string;
}

export interface Fault {
  /** Number of the point, from 0. */
  readonly at: number;
  readonly kind: FaultKind;
}

/** A context's end as the fault brings it about. */
export interface Victim {
  isDead(): boolean;
  kill(): void;
  killApp(): void;
}

/** A point with the time at which it was met, virtual ms. */
export interface PointMet extends Point {
  readonly at: number;
}

export interface Call<T> extends Point {
  readonly victim: Victim;
  /** Time until the effect, and from there to the answer. */
  readonly effectMs: number;
  readonly answerMs: number;
  effect(): Promise<T>;
  /** What a call that lies, or is answered by something else, comes back with. */
  instead(kind: FaultKind): T;
}

export interface Injector {
  readonly points: readonly PointMet[];
  /** Faults that were really injected, in order. */
  readonly hit: readonly Fault[];
  /** When the last late effect has come, virtual ms. */
  lateUntil: number;
  /** Points count, and faults happen, only while this is true. */
  isArmed: boolean;
  /** Makes the call, with the fault that is due at it. */
  call<T>(call: Call<T>): Promise<T>;
}

export class InjectedFault extends Error {}

const never = (): Promise<never> => new Promise(() => undefined);

/**
 * Injects `faults` at their points. `noticed` is called at the moment of each, before its effect.
 */
export function createInjector(
  faults: readonly Fault[],
  time: VirtualTime,
  noticed: (fault: Fault, point: Point) => Promise<void>,
): Injector {
  const points: PointMet[] = [];
  const hit: Fault[] = [];
  const due = new Map(faults.map((fault) => [fault.at, fault]));

  const answer = async <T>(call: Call<T>, value: T): Promise<T> => {
    if (call.answerMs > 0) await time.sleep(call.answerMs);
    return call.victim.isDead() ? never() : value;
  };

  const plain = async <T>(call: Call<T>): Promise<T> => {
    if (call.victim.isDead()) return never();
    return answer(call, await call.effect());
  };

  const injector: Injector = {
    points,
    hit,
    lateUntil: 0,
    isArmed: false,
    async call(call) {
      if (call.victim.isDead()) return never();
      const { isArmed } = injector;
      const fault = isArmed ? due.get(points.length) : undefined;
      const { callClass, context, name } = call;
      if (isArmed) points.push({ callClass, context, name, at: time.now() });
      await time.sleep(call.effectMs);
      if (fault === undefined) return plain(call);
      await noticed(fault, call);
      if (call.victim.isDead()) return never();
      hit.push(fault);
      return faulted(call, fault.kind);
    },
  };
  return injector;

  async function faulted<T>(call: Call<T>, kind: FaultKind): Promise<T> {
    const [how = '', when = ''] = /^(kill-app|[a-z]+)-?(.*)$/.exec(kind)?.slice(1) ?? [];
    if (when === 'after') await call.effect();
    if (when === 'late' || kind === 'late') later(call);
    switch (how) {
      case 'throws':
        await answer(call, undefined);
        throw new InjectedFault(`${call.name} ${kind}`);
      case 'hangs':
        return never();
      case 'kill':
        call.victim.kill();
        return never();
      case 'kill-app':
        call.victim.killApp();
        return never();
      case 'doubled':
        later(call);
        return plain(call);
      case 'rolled':
        call.instead(kind);
        return plain(call);
      default:
        return answer(call, call.instead(kind));
    }
  }

  function later<T>(call: Call<T>): void {
    const ms = LATE_MS[call.callClass];
    injector.lateUntil = Math.max(injector.lateUntil, time.now() + ms + CALL_MS_MAX);
    time.after(ms, () => void call.effect().catch(ignore));
  }
}

const ignore = (): void => undefined;
