/**
 * What an extension context may ask of its register, by name. A name that is not here is refused.
 */
import { withCartMischief, withStorageMischief } from './mischief.ts';
import { PRODUCT_SEARCH } from './product-search.ts';
import type { Device } from './register.ts';
import type { SimulatorServer } from './simulator-server.ts';
import type { NetworkRequest } from '../wire.ts';

type Args = readonly unknown[];
type Call = (...args: Args) => unknown;

export interface HostDeps {
  readonly register: Device;
  readonly server: SimulatorServer;
  readonly sleep: (ms: number) => Promise<void>;
  readonly contextId: string;
  readonly presentModal: () => void;
  readonly closeModal: () => void;
}

/** The calls of one context. */
export function createHostCalls(deps: HostDeps): (name: string, args: Args) => Promise<unknown> {
  const { register, server } = deps;
  const calls: Readonly<Record<string, Call>> = {
    ...storageCalls(deps),
    ...cartCalls(register),
    ...prefixed('productSearch', PRODUCT_SEARCH),
    'session.getSessionToken': () => sessionToken(register, server),
    'network.fetch': async (request) => {
      const authorised = await withAuthorization(request as NetworkRequest, register, server);
      return register.network.fetch(authorised, deps.contextId);
    },
    'network.abort': (id) => register.network.abort(deps.contextId, Number(id)),
    'toast.show': (text) => {
      const id = (register.toast.value?.id ?? 0) + 1;
      register.toast.value = { text: String(text), id };
    },
    'action.presentModal': deps.presentModal,
    'window.close': deps.closeModal,
    'cashDrawer.open': register.drawer.open,
    'scanner.show': () => showScanner(register),
    'scanner.hide': () => void (register.isScanning.value = false),
  };
  return async (name, args) => {
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (call === undefined) throw new Error(`POS has no ${name}`);
    return call(...args);
  };
}

function showScanner({ settings, isScanning }: Device): void {
  if (!settings.value.hasCamera) throw new Error('This device has no camera');
  isScanning.value = true;
}

function storageCalls({ register, sleep }: HostDeps): Record<string, Call> {
  const { storage, storageMischief } = register;
  const under =
    (work: Call): Call =>
    (...args) =>
      withStorageMischief(storageMischief.value, sleep, async () => work(...args));
  return {
    'storage.get': under((key) => storage.get(key as string)),
    'storage.set': under((key, value) => storage.set(key as string, value)),
    'storage.delete': under((key) => storage.delete(key as string)),
    'storage.clear': under(() => storage.clear()),
    'storage.entries': under(() => storage.entries()),
  };
}

function cartCalls(register: Device): Record<string, Call> {
  const { cart, cartMischief, heldCalls } = register;
  return prefixed(
    'cart',
    Object.fromEntries(
      Object.entries(cart.mutators).map(([name, mutate]) => {
        const call: Call = (...args) => {
          const mischief = cartMischief.value;
          cartMischief.value = undefined;
          return withCartMischief(mischief, async () => (mutate as Call)(...args), heldCalls);
        };
        return [name, call];
      }),
    ),
  );
}

/** Shopify mints it, so it needs the network; a user without permission gets none. */
async function sessionToken(
  register: Device,
  server: SimulatorServer,
): Promise<string | undefined> {
  const { airplane, hasPermission, user } = register.settings.value;
  if (airplane) throw new TypeError('Network request failed');
  return hasPermission ? server.mintToken(user) : undefined;
}

/** POS adds the token by itself to requests for the app's own address. */
async function withAuthorization(
  request: NetworkRequest,
  register: Device,
  server: SimulatorServer,
): Promise<NetworkRequest> {
  const isForApp = new URL(request.url).origin === new URL(register.installation.appUrl).origin;
  const isSet = request.headers.some(([name]) => name === 'authorization');
  const { airplane, hasPermission } = register.settings.value;
  if (!isForApp || isSet || airplane || !hasPermission) return request;
  const token = await sessionToken(register, server);
  return { ...request, headers: [...request.headers, ['authorization', `Bearer ${token}`]] };
}

function prefixed(prefix: string, calls: Readonly<Record<string, Call>>): Record<string, Call> {
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [`${prefix}.${name}`, call]),
  );
}
