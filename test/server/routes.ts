/** The routes of an Express app, read from the app itself. */
import type { createApp } from '../../server/app.ts';

type App = ReturnType<typeof createApp>;
type Layer = App['router']['stack'][number];

export interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every method and path; a router's own place is found by asking its layer. */
export function routesOf(app: App): readonly Route[] {
  return app.router.stack.flatMap((layer) => inLayer(layer, ''));
}

const PLACES = [
  '/api/pos',
  '/api/admin',
  '/api',
  '/webhooks',
  '/pos-extension-api',
  '/app',
  '/auth',
];

function inLayer(layer: Layer, place: string): readonly Route[] {
  const { route } = layer;
  if (route !== undefined) {
    const methods = route.stack.map(({ method }) => method.toUpperCase());
    return [...new Set(methods)].map((method) => ({ method, path: `${place}${route.path}` }));
  }
  const inner = (layer.handle as { stack?: readonly Layer[] }).stack;
  if (inner === undefined) return [];
  // Express keeps a mounted router's place as a matcher, which its types do not name.
  const { match } = layer as Layer & { match: (path: string) => boolean };
  // A router at the root matches everything.
  const own = match.call(layer, '/nowhere') ? '' : PLACES.find((path) => match.call(layer, path));
  if (own === undefined) throw new Error('a router at a place that this walk does not know');
  return inner.flatMap((one) => inLayer(one, `${place}${own}`));
}
