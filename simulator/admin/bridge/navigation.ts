/**
 * Ways through and out of the app: links of the page and of the admin's navigation, addresses of
 * Shopify's admin, and where the page is, told to the frame.
 */
import { placeOf } from '../addresses.ts';
import { readFromFrame, tell, type FromApp, type NavLink } from '../messages.ts';

export interface NavigationDeps {
  readonly window: Window & typeof globalThis;
  /** Resolves when nothing that is unsaved keeps the merchant here. */
  readonly mayLeave: () => Promise<void>;
}

export interface Navigation {
  /** The whole window goes to an address, a place in the admin or any other. */
  leave(address: string): void;
}

const NAV = 's-app-nav';
const EVENT = 'shopify:navigate';
const LINKS = 'a[href], s-link[href], s-button[href], s-clickable[href], s-clickable-chip[href]';

export function createNavigation({ window, mayLeave }: NavigationDeps): Navigation {
  const { document, location, history } = window;
  const isFramed = window.parent !== window;
  const toFrame = (message: FromApp): void => {
    if (isFramed) tell(window.parent, message, location.origin);
  };
  const leave = (address: string): void => {
    const target = placeOf(address) ?? address;
    if (isFramed) toFrame({ kind: 'leave', address: target });
    else location.assign(target);
  };
  const hasListener = countListeners(document);
  const go = async (link: Element | undefined, href: string): Promise<void> => {
    await mayLeave();
    if (link === undefined || !hasListener()) location.assign(href);
    else link.dispatchEvent(new Event(EVENT, { bubbles: true, cancelable: true }));
  };

  const at = () => toFrame({ kind: 'at', path: `${location.pathname}${location.search}` });
  watchHistory(window, history, at);
  at();
  openPlaces(window, leave);
  document.addEventListener('click', (event) => {
    const link = linkOf(event);
    if (link !== undefined) follow(event, link, { location, leave, go });
  });
  window.addEventListener('message', ({ data, source }) => {
    const message = source === window.parent ? readFromFrame(data) : undefined;
    if (message !== undefined) void go(navLink(document, message.href), message.href);
  });
  defineNav((links) => toFrame({ kind: 'links', links: [...links] }), isFramed);
  return { leave };
}

/** Without a listener a link must load its page itself. */
function countListeners(document: Document): () => boolean {
  let count = 0;
  const add = document.addEventListener.bind(document);
  document.addEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ) => {
    if (type === EVENT) count += 1;
    add(type, listener, options);
  };
  return () => count > 0;
}

function watchHistory(window: Window, history: History, at: () => void): void {
  for (const name of ['pushState', 'replaceState'] as const) {
    const own = history[name].bind(history);
    history[name] = (data: unknown, unused: string, url?: string | URL | null) => {
      own(data, unused, url);
      at();
    };
  }
  window.addEventListener('popstate', at);
}

/** `open('shopify://admin/customers/1', '_top')` leads to the simulated admin's own page. */
function openPlaces(window: Window, leave: (address: string) => void): void {
  const open = window.open.bind(window);
  window.open = (address, target, features) => {
    const place = address === undefined ? undefined : placeOf(String(address));
    if (place === undefined) return open(address, target, features);
    if (target === '_blank' || target === undefined) return open(place, '_blank', features);
    leave(place);
    return null;
  };
}

/** The link that a plain click follows; a router that has dealt with it leaves nothing to do. */
function linkOf(event: MouseEvent): HTMLElement | undefined {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (!isPlain || event.defaultPrevented) return undefined;
  const links = event
    .composedPath()
    .filter((one): one is HTMLElement => one instanceof HTMLElement && one.matches(LINKS));
  // The component itself, when the path begins at the `<a>` inside of it.
  return links.find((link) => link.localName.startsWith('s-')) ?? links[0];
}

function follow(
  event: MouseEvent,
  link: HTMLElement,
  ways: {
    readonly location: Location;
    readonly leave: (address: string) => void;
    readonly go: (link: Element, href: string) => Promise<void>;
  },
): void {
  const href = link.getAttribute('href') ?? '';
  const target = link.getAttribute('target') ?? '';
  const place = placeOf(href);
  if (place !== undefined) {
    event.preventDefault();
    if (target === '_blank') window.open(place, '_blank');
    else ways.leave(place);
    return;
  }
  const isApart = target !== '' && target !== '_self' && target !== 'auto';
  const url = new URL(href, ways.location.href);
  const isPage = !href.startsWith('#') && !link.hasAttribute('download');
  const isInApp = url.origin === ways.location.origin && url.pathname.startsWith('/app');
  if (isApart || !isPage || !isInApp) return;
  event.preventDefault();
  void ways.go(link, href);
}

function navLink(document: Document, href: string): Element | undefined {
  const links = document.querySelectorAll(`${NAV} [href]`);
  return [...links].find((link) => link.getAttribute('href') === href);
}

/** The app's links for the admin's navigation; where there is no admin around, they show here. */
function defineNav(told: (links: readonly NavLink[]) => void, isFramed: boolean): void {
  customElements.define(
    NAV,
    class extends HTMLElement {
      connectedCallback(): void {
        this.style.cssText = isFramed
          ? 'display: none'
          : 'display: flex; flex-wrap: wrap; gap: 6px 16px; padding: 10px 24px';
        if (!isFramed) this.role = 'navigation';
        const tellLinks = (): void => told(linksOf(this));
        const changes = { subtree: true, childList: true, characterData: true, attributes: true };
        new MutationObserver(tellLinks).observe(this, changes);
        tellLinks();
      }
    },
  );
}

function linksOf(nav: HTMLElement): readonly NavLink[] {
  return [...nav.querySelectorAll('[href]')].map((link) => ({
    href: link.getAttribute('href') ?? '',
    text: link.textContent.trim(),
    isHome: link.getAttribute('rel') === 'home',
  }));
}
