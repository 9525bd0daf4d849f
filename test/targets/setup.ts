/**
 * Where a browser's world (jsdom) and the real server share one process, two things must be told
 * apart. A register has no Node: p-queue would look for it and ask for Node's own EventTarget,
 * which jsdom has replaced. And the server's signatures need bytes of Node's own kind.
 */
import { TextDecoder, TextEncoder } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, vi } from 'vitest';

/** Preact runs the effects of a drawing 35 ms later at the latest. */
const EFFECTS_RUN_MS = 50;

// What the last test has drawn must not come to run when the browser's world is gone.
afterAll(async () => {
  vi.useRealTimers();
  await delay(EFFECTS_RUN_MS);
});

if (typeof document !== 'undefined') {
  Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true });
  const { constructor: Uint8Array } = Object.getPrototypeOf(Buffer.prototype) as object;
  Object.assign(globalThis, { TextDecoder, TextEncoder, Uint8Array });
}
