/** The composition root of the merchant's page: what a browser and App Bridge give, handed on. */
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { createAsking } from './asking.ts';
import { bridgeOf } from './bridge.ts';
import { createCopies } from './copies.ts';
import type { PageDeps } from './deps.ts';
import { Surroundings } from './surroundings.tsx';
import { ROUTES } from './routes.tsx';
import { languageOf } from './language.ts';

const bridge = bridgeOf(window);
const language = languageOf(bridge.locale() ?? navigator.language);
document.documentElement.lang = language;

const deps: PageDeps = {
  // App Bridge puts a fresh session token on whatever is asked of this server.
  asking: createAsking({ fetch: (path, init) => window.fetch(path, init) }),
  copies: createCopies(bridge.shop()),
  bridge,
  language,
  now: () => Date.now(),
  newId: () => crypto.randomUUID(),
  sha256: async (bytes) =>
    [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(''),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

const router = createBrowserRouter(ROUTES, { basename: '/app' });
bridge.onNavigate((path) => void router.navigate(path));

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place to draw in');
createRoot(root).render(
  <Surroundings deps={deps}>
    <RouterProvider router={router} />
  </Surroundings>,
);
