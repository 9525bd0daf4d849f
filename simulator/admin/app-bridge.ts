/**
 * Stands in for Shopify's App Bridge in the simulated admin: the parts of its global `shopify`
 * that this app uses, with session tokens of the simulator.
 */
import * as v from '../../shared/schema.ts';
import { createFetch } from './bridge/fetching.ts';
import { createNavigation } from './bridge/navigation.ts';
import { createNotices } from './bridge/notices.ts';
import { createSaveBars } from './bridge/save-bars.ts';

const tokenSchema = v.object({ token: v.string() });
const ownFetch = window.fetch.bind(window);
const address = new URL(window.location.href);

/** A fresh one each time: what was signed a minute ago counts no more. */
async function idToken(): Promise<string> {
  const answer = await ownFetch('/__sim/token', { method: 'POST' });
  return v.parse(tokenSchema, await answer.json()).token;
}

const KEPT = 'tideover-admin-';

/** Given with the first address; kept for those that follow. */
function given(name: string): string {
  const value = address.searchParams.get(name) ?? '';
  if (value !== '') window.sessionStorage.setItem(KEPT + name, value);
  return value || (window.sessionStorage.getItem(KEPT + name) ?? '');
}

function apiKey(): string {
  const meta = document.querySelector('meta[name="shopify-api-key"]');
  const script = document.querySelector('script[data-api-key]');
  return meta?.getAttribute('content') ?? script?.getAttribute('data-api-key') ?? '';
}

const notices = createNotices(document);
const saveBar = createSaveBars(document, notices);
const navigation = createNavigation({
  window,
  mayLeave: () => saveBar.leaveConfirmation(),
});
window.fetch = createFetch({
  fetch: ownFetch,
  origin: address.origin,
  token: idToken,
  leave: navigation.leave,
});

interface Overlay extends HTMLElement {
  showOverlay?(): void;
  hideOverlay?(): void;
  toggleOverlay?(): void;
}
const overlay = (id: string): Overlay | null => document.getElementById(id);

const shopify = {
  config: {
    apiKey: apiKey(),
    shop: given('shop'),
    host: given('host'),
    locale: given('locale') || navigator.language,
  },
  origin: address.origin,
  ready: Promise.resolve(),
  environment: { mobile: false, embedded: true, pos: false, intent: false },
  idToken,
  user: () => Promise.resolve({ accountAccess: 'full' }),
  loading: (isLoading = true) => notices.loading(isLoading),
  toast: { show: notices.toast, hide: notices.hideToast },
  saveBar,
  modal: {
    show: async (id: string) => overlay(id)?.showOverlay?.(),
    hide: async (id: string) => overlay(id)?.hideOverlay?.(),
    toggle: async (id: string) => overlay(id)?.toggleOverlay?.(),
  },
};
Object.assign(window, { shopify });

/** A page of Shopify's library that only wants a fresh token before it goes back. */
const reload = address.searchParams.get('shopify-reload');
if (reload !== null) {
  const target = new URL(reload, address.origin);
  void idToken().then((token) => {
    target.searchParams.set('id_token', token);
    window.location.replace(target.href);
  });
}
