/** Engines that send one request for each operation, each used as its own documents show. */
import type { Operation } from '../../../shared/protocol.ts';
import { post, until, type Drain, type EngineDeps } from '../engine.ts';

/** One POST for each redemption, from an array in memory: what a first app does. */
export async function tutorial({ origin }: EngineDeps): Promise<Drain> {
  let waiting: readonly Operation[] = [];
  return {
    async fill(operations) {
      waiting = operations;
    },
    async drain() {
      for (const one of waiting) await post(`${origin}/plain/one`, one);
    },
    // Nothing remembers what did not arrive.
    waiting: async () => 0,
  };
}

/** What many build by hand: a record for each operation, one request at a time, then deleted. */
export async function pQueue({ origin }: EngineDeps): Promise<Drain> {
  if (typeof indexedDB === 'undefined') await import('fake-indexeddb/auto');
  const { del, entries, set } = await import('idb-keyval');
  const { default: PQueue } = await import('p-queue');
  let made = 0;
  return {
    async fill(operations) {
      for (const one of operations) await set(String(made++).padStart(8, '0'), one);
    },
    async drain() {
      const queue = new PQueue({ concurrency: 1 });
      const waiting = await entries<string, Operation>();
      for (const [key, one] of waiting)
        void queue
          .add(async () => {
            await post(`${origin}/plain/one`, one);
            await del(key);
          })
          .catch(() => undefined);
      await queue.onIdle();
      if ((await entries()).length > 0) throw new Error('some could not be sent');
    },
    waiting: async () => (await entries()).length,
  };
}

interface OfflineState {
  readonly offline: { readonly outbox: readonly unknown[] };
}

/** Without `persist`, which needs a browser: what waits lies in the store's state. */
export async function reduxOffline({ origin }: EngineDeps): Promise<Drain> {
  const { legacy_createStore: createStore } = await import('redux');
  const { offline } = await import('@redux-offline/redux-offline');
  let online: (isOnline: boolean) => void = () => undefined;
  const config: object = {
    persist: null,
    detectNetwork: (tell: typeof online) => {
      online = tell;
      tell(false);
    },
    effect: (one: Operation) => post(`${origin}/plain/one`, one),
  };
  const store = createStore((state = {}) => state, undefined, offline(config));
  const waiting = () => (store.getState() as OfflineState).offline.outbox.length;
  return {
    async fill(operations) {
      for (const one of operations)
        store.dispatch({ type: 'REDEEM', meta: { offline: { effect: one } } });
    },
    async drain() {
      online(true);
      await until(() => waiting() === 0);
    },
    waiting: async () => waiting(),
  };
}

/** A service worker's queue; where there is none, with the little of one that it asks for. */
export async function workbox({ origin }: EngineDeps): Promise<Drain> {
  if (typeof indexedDB === 'undefined') await import('fake-indexeddb/auto');
  const worker = { registration: {}, addEventListener: () => undefined, location: { origin } };
  Object.assign(globalThis, { self: Object.assign(globalThis, worker) });
  const { Queue } = await import('workbox-background-sync');
  // One name is one queue in a context; what another context of the name stored, it finds.
  (Queue as unknown as { readonly _queueNames: Set<string> })._queueNames.clear();
  const queue = new Queue('redemptions', { onSync: () => undefined });
  return {
    async fill(operations) {
      for (const one of operations) {
        const headers = { 'Content-Type': 'application/json' };
        const body = JSON.stringify(one);
        const request = new Request(`${origin}/plain/one`, { method: 'POST', headers, body });
        await queue.pushRequest({ request });
      }
    },
    drain: () => queue.replayRequests(),
    waiting: () => queue.size(),
  };
}
