/** The global `navigation` of a full-screen target: a history of addresses inside the extension. */

export interface NavigationEntry {
  readonly key: string;
  readonly url: string | null;
  getState(): unknown;
}

type Listener = (event: { readonly from: NavigationEntry }) => void;

/** The platform's shape; its package does not export the type. */
export interface Navigation {
  navigate(url: string, options?: { readonly state?: unknown }): Promise<void>;
  readonly currentEntry: NavigationEntry;
  back(): void;
  addEventListener(type: 'currententrychange', listener: Listener): void;
  removeEventListener(type: 'currententrychange', listener: Listener): void;
}

/** Starts with one entry at "/"; `back` on the first entry stays there. */
export function createNavigation(): Navigation {
  const listeners = new Set<Listener>();
  let made = 0;
  const entry = (url: string, state: unknown): NavigationEntry => {
    made += 1;
    return { key: `entry-${made}`, url, getState: () => state };
  };
  let history: [NavigationEntry, ...NavigationEntry[]] = [entry('/', undefined)];
  const current = (): NavigationEntry => history[history.length - 1] ?? history[0];
  const move = (change: () => void): void => {
    const from = current();
    change();
    if (current() === from) return;
    for (const listener of [...listeners]) listener({ from });
  };
  return {
    async navigate(url, options) {
      move(() => history.push(entry(url, options?.state)));
    },
    get currentEntry() {
      return current();
    },
    back() {
      move(() => {
        const [first, ...rest] = history;
        history = [first, ...rest.slice(0, -1)];
      });
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
  };
}
