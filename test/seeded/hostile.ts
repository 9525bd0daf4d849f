/**
 * What stands between one context and its world, as it is on a bad day: storage, cart and network
 * that fail before or after their effect, late or never, and a context that dies or sleeps at any
 * of its calls.
 */
import type { DeviceStorage, Http, HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import type { CartChange, PosCart } from '../../extensions/register/cart.ts';
import type { Device, Life, World } from '../support/world.ts';
import type { CallDraws, FaultKind } from './faults.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long after its call a late effect of storage, or of the cart, comes at most. */
const LATE_MS = 30_000;
/** How late a second copy of a request, or one that nobody waits for any more, may arrive. */
const LATE_REQUEST_MS = 60_000;

export class HostileFault extends Error {}

const never = (): Promise<never> => new Promise(() => undefined);
const ignore = (): void => undefined;

interface Place {
  readonly world: World;
  readonly device: Device;
  readonly context: Life;
}

/** One call, and the chance of each fault at it. */
interface Call extends Place {
  readonly name: string;
  readonly draws: CallDraws;
}

function begin({ world, device, context }: Place, name: string): Call {
  return { world, device, context, name, draws: context.nextCall() };
}

function hits(call: Call, kind: FaultKind): boolean {
  const { world, context, name, draws } = call;
  if (world.isCalm || !draws.hits(kind, world.profile.faults[kind])) return false;
  world.noticed(context, kind, name);
  return true;
}

/** Whether the context ends, or falls asleep, before this call. */
function isEnd(call: Call): boolean {
  const { world, device, context, draws } = call;
  if (hits(call, 'dies-before')) world.kill(context);
  else if (hits(call, 'app-dies')) world.killApp(device);
  if (hits(call, 'pauses')) world.pause(context, draws.below(10 * MINUTE_MS));
  if (hits(call, 'pauses-hours')) world.pause(context, HOUR_MS + draws.below(2 * HOUR_MS));
  return context.isDead;
}

/** The answer reaches only a living context, and one that is not asleep. */
async function answer<T>(call: Call, value: T, ms = 0): Promise<T> {
  const { world, context } = call;
  if (hits(call, 'dies-after')) world.kill(context);
  if (context.isDead) return never();
  if (ms > 0) await world.time.sleep(ms);
  await world.awake(context);
  return value;
}

/** What is under way when the power goes never comes. */
function later(call: Call, ms: number, effect: () => Promise<unknown>): void {
  const { device, world } = call;
  const { powerCuts } = device;
  world.time.after(ms, () => {
    if (device.powerCuts === powerCuts) void effect().catch(ignore);
  });
}

async function fail(call: Call, how: string): Promise<never> {
  await answer(call, undefined);
  throw new HostileFault(`${call.name} failed ${how}`);
}

/** The device's storage as one context sees it. */
export function hostileStorage(place: Place): DeviceStorage {
  const { world, device, context } = place;
  const { memory } = device;

  const pass = (call: Call): Promise<void> | undefined => {
    const most = world.isCalm ? 0 : world.profile.latency.storage;
    return most === 0 ? undefined : world.time.sleep(call.draws.below(most + 1));
  };

  const read = async <T>(name: string, look: (call: Call) => Promise<T>): Promise<T> => {
    if (context.isDead) return never();
    const call = begin(place, name);
    if (isEnd(call)) return never();
    await pass(call);
    if (hits(call, 'storage-hangs')) return never();
    if (hits(call, 'storage-before')) return fail(call, 'while it was read');
    return answer(call, await look(call));
  };

  const write = async <T>(name: string, effect: () => Promise<T>): Promise<T> => {
    if (context.isDead) return never();
    const call = begin(place, name);
    if (isEnd(call)) return never();
    await pass(call);
    if (hits(call, 'storage-before')) return fail(call, 'before its effect');
    if (hits(call, 'storage-late')) {
      later(call, call.draws.below(LATE_MS), effect);
      return fail(call, 'and takes effect later');
    }
    if (hits(call, 'storage-hangs')) {
      if (call.draws.below(2) === 0) await effect();
      return never();
    }
    // A context that died meanwhile had its call under way: it may happen, or not.
    if (context.isDead && call.draws.below(2) === 0) return never();
    const done = await effect();
    world.stored(context, name);
    if (hits(call, 'storage-after')) return fail(call, 'after its effect');
    return answer(call, done);
  };

  return {
    get: (key) => read(`get ${key.slice(0, 1)}`, () => memory.get(key)),
    entries: () =>
      read('entries', async (call) => {
        const before = await memory.entries();
        if (!hits(call, 'storage-torn')) return before;
        // One half of the keys as they were, the other as they are a while later.
        await world.time.sleep(call.draws.below(world.profile.latency.storage + 50));
        const after = await memory.entries();
        return [...before.filter(isFirstHalf), ...after.filter((one) => !isFirstHalf(one))];
      }),
    set: (key, value) => {
      const isSale = typeof value === 'string' && value.includes('"kind":"commit"');
      const name = `set ${key.slice(0, 1)}`;
      return write(name, async () => {
        await memory.set(key, value);
        if (isSale) device.hasUnsentSale = true;
      });
    },
    delete: (key) => write(`delete ${key.slice(0, 1)}`, () => memory.delete(key)),
  };
}

const isFirstHalf = ([key]: readonly [string, unknown]): boolean =>
  (key.charCodeAt(key.length - 1) & 1) === 0;

/** The cart as a target sees it; every change takes the time that POS takes. */
export function hostileCart(place: Place, port: PosCart): PosCart {
  const { world, context } = place;
  const { change } = port;

  const slow = async (name: string, effect: () => Promise<unknown>): Promise<unknown> => {
    if (context.isDead) return never();
    const call = begin(place, name);
    if (isEnd(call)) return never();
    await world.time.sleep(call.draws.below(world.profile.latency.cart));
    if (context.isDead && call.draws.below(2) === 0) return never();
    if (hits(call, 'cart-before')) return fail(call, 'before its effect');
    if (hits(call, 'cart-late')) {
      later(call, call.draws.below(LATE_MS), effect);
      return call.draws.below(2) === 0 ? answer(call, undefined) : fail(call, 'and comes later');
    }
    if (hits(call, 'cart-hangs')) {
      if (call.draws.below(2) === 0) await effect();
      return never();
    }
    await effect();
    if (name === 'applyDiscount') context.isInCart = true;
    if (hits(call, 'cart-after')) return fail(call, 'after its effect');
    return answer(call, undefined);
  };

  const verbs = (of: CartChange): CartChange => ({
    applyDiscount: (...by) => slow('applyDiscount', () => of.applyDiscount(...by)),
    removeDiscount: (ref) => slow('removeDiscount', () => of.removeDiscount(ref)),
    addProperties: (added) => slow('addProperties', () => of.addProperties(added)),
    removeProperties: (keys) => slow('removeProperties', () => of.removeProperties(keys)),
    setCustomer: (customer) => slow('setCustomer', () => of.setCustomer(customer)),
  });
  return {
    state: () => port.state(),
    subscribe: (listener) => port.subscribe(() => world.hear(context, listener)),
    change: context.role === 'background' || change === undefined ? undefined : verbs(change),
  };
}

const html = (text: string): string => `<html>${text}</html>`;
const ours = (code: string): string => JSON.stringify({ error: { code, message: '' } });

/** What stands between: a captive portal, a proxy, a throttle, a server that forgot its secret. */
const WRONG_ANSWERS: readonly (readonly [FaultKind, HttpAnswer])[] = [
  ['captive-portal', { status: 200, retryAfter: undefined, body: html('Please accept.') }],
  ['answer-401', { status: 401, retryAfter: undefined, body: ours('token-expired') }],
  ['answer-403', { status: 403, retryAfter: undefined, body: html('Blocked.') }],
  ['answer-429', { status: 429, retryAfter: '7', body: ours('too-many-requests') }],
  ['answer-500', { status: 500, retryAfter: undefined, body: ours('internal') }],
  ['answer-503', { status: 503, retryAfter: '3', body: 'upstream' }],
];

/** The way to the server: slow, lossy, doubling, and sometimes somebody else's. */
export function hostileHttp(place: Place): Http {
  const { world, device, context } = place;

  /** The server's work is real: virtual time stands still meanwhile. */
  const arrive = (request: HttpRequest, ms: number, before = ignore): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      world.time.after(ms, async () => {
        before();
        await world.server.serve(request).then(resolve, reject);
      });
    });

  return async (request) => {
    if (context.isDead) return never();
    const call = begin(place, request.method);
    if (isEnd(call)) return never();
    const { draws } = call;
    const most = world.isCalm ? 20 : world.profile.latency.network;
    await world.time.sleep(draws.below(most + 1));
    if (context.isDead) return never();
    if (!device.isConnected || hits(call, 'request-lost')) return gone(call);
    if (hits(call, 'request-late')) {
      void arrive(request, draws.below(LATE_REQUEST_MS)).catch(ignore);
      return gone(call);
    }
    for (const [kind, wrong] of WRONG_ANSWERS) if (hits(call, kind)) return answer(call, wrong);
    if (hits(call, 'request-doubled'))
      void arrive(request, draws.below(LATE_REQUEST_MS)).catch(ignore);
    if (hits(call, 'server-before-commit')) {
      await arrive(request, 0, () => world.server.dieBeforeCommit()).catch(ignore);
      world.server.restart();
      return gone(call);
    }
    const got = await arrive(request, draws.below(most + 1));
    if (hits(call, 'server-after-commit')) {
      world.server.restart();
      return gone(call);
    }
    if (!device.isConnected || hits(call, 'answer-lost')) return gone(call);
    if (request.method === 'POST' && got.status === 200) device.hasUnsentSale = false;
    return answer(call, got, draws.below(most + 1));
  };
}

/** A lost message shows as an error at once, or as silence until the caller's own deadline. */
async function gone(call: Call): Promise<never> {
  if (call.draws.below(2) === 0) return never();
  await answer(call, undefined);
  throw new HostileFault('the network is gone');
}
