/**
 * Where a browser's world (jsdom) and the real server share one process, two things must be told
 * apart. A register has no Node: p-queue would look for it and ask for Node's own EventTarget,
 * which jsdom has replaced. And the server's signatures need bytes of Node's own kind.
 */
import { TextDecoder, TextEncoder } from 'node:util';

if (typeof document !== 'undefined') {
  Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true });
  const { constructor: Uint8Array } = Object.getPrototypeOf(Buffer.prototype) as object;
  Object.assign(globalThis, { TextDecoder, TextEncoder, Uint8Array });
}
