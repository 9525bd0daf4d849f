/**
 * One extension context: a worker with a document of its own, the platform's global `shopify`, and
 * the extension's built bundle. Killing it takes everything that is not in storage.
 */
import '@remote-dom/core/polyfill';
import { toWireError, type ContextConfig, type FromWorker, type ToWorker } from '../wire.ts';
import { connectDocument, withoutEcho } from './elements.ts';
import { createNavigation } from './navigation.ts';
import { createPort, type Port } from './port.ts';
import { createFetch, hideBrowserStorage, installClock, type RegisterClock } from './scope.ts';
import { createShopify, type ShopifyContext } from './shopify.ts';

/** The parts of the worker's scope that the page's types don't know. */
interface WorkerScope {
  Date: DateConstructor;
  postMessage(message: FromWorker): void;
  importScripts(url: string): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  addEventListener(
    type: 'unhandledrejection',
    listener: (event: PromiseRejectionEvent) => void,
  ): void;
}

const scope = globalThis as unknown as WorkerScope;
const send = scope.postMessage.bind(globalThis);
const load = scope.importScripts.bind(globalThis);
const port = createPort(send);

let running: { context: ShopifyContext; clock: RegisterClock } | undefined;

function report(error: unknown): void {
  const isError = error instanceof Error;
  const { name, message } = toWireError(error);
  const stack = isError ? error.stack : undefined;
  port.post({ type: 'problem', message: `${name}: ${message}`, stack });
}

scope.addEventListener('error', (event) => {
  event.preventDefault();
  report(event.error ?? event.message);
});
scope.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  report(event.reason);
});
scope.addEventListener('message', ({ data }) => {
  if (port.receive(data)) return;
  if (data.type === 'start') {
    start(data.config).then(
      () => port.post({ type: 'started' }),
      (error: unknown) => report(error),
    );
    return;
  }
  if (running === undefined) return;
  if (data.type === 'live') running.context.live.update(data.change);
  if (data.type === 'clock') running.clock.set(data.offsetMs);
  if (data.type === 'session') running.context.setSession(data.session);
  if (data.type === 'pos-event') running.context.dispatch(data.name, data.event, report);
});
port.post({ type: 'ready' });

async function start(config: ContextConfig): Promise<void> {
  const context = createShopify(config, port);
  const clock = installClock(scope, config.clockOffsetMs);
  running = { context, clock };
  hideBrowserStorage(globalThis);
  speakThrough(globalThis.console, port);
  const members = {
    shopify: context.shopify,
    fetch: createFetch(port, config.appUrl),
    navigation: createNavigation(),
    close: () => void port.call('window.close'),
  };
  for (const owner of [globalThis, window])
    for (const [name, value] of Object.entries(members))
      Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  connectDocument(
    config.target,
    withoutEcho({
      mutate: (records) => port.mutate(records),
      call: (id, method, ...args) => port.call('element.call', id, method, ...args),
    }),
  );
  load(config.bundleUrl);
  const run = context.extensionFor(config.target);
  if (run === undefined) throw new Error(`The bundle has nothing for ${config.target}`);
  await run();
}

/**
 * What the extension writes to its console is shown with the register, as a remote inspector would.
 */
function speakThrough(output: Console, to: Port): void {
  for (const level of ['error', 'warn', 'info', 'log'] as const) {
    const original = output[level].bind(output);
    output[level] = (...args: unknown[]) => {
      original(...args);
      to.post({ type: 'said', level, text: args.map(String).join(' ') });
    };
  }
}
