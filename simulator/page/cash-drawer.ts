/** The drawer under the register, and the cash session in which its money is counted. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type {
  CashTrackingSessionCompleteEvent,
  CashTrackingSessionStartEvent,
} from '@shopify/ui-extensions/point-of-sale';
import type { TextStore } from './settings.ts';

export interface CashDrawer {
  /** The open cash session; it lives on while the app is closed. */
  readonly session: ReadonlySignal<CashTrackingSessionStartEvent | undefined>;
  /** How often an extension opened the drawer since the page was loaded. */
  readonly openings: ReadonlySignal<number>;
  open(): void;
  /** Rejects a second session beside an open one. */
  start(): CashTrackingSessionStartEvent;
  /** Rejects when no session is open. */
  complete(): CashTrackingSessionCompleteEvent;
}

export interface CashDrawerDeps {
  readonly number: number;
  readonly store: TextStore;
  readonly now: () => number;
}

export function createCashDrawer({ number, store, now }: CashDrawerDeps): CashDrawer {
  const key = `tideover-register-${number}-cash`;
  const session = signal(readSession(store.getItem(key)));
  const openings = signal(0);
  const time = (): string => new Date(now()).toISOString();
  return {
    session,
    openings,
    open: () => void (openings.value += 1),
    start() {
      if (session.value !== undefined) throw new Error('A cash session is open already');
      const started = { id: now(), openingTime: time() };
      session.value = started;
      store.setItem(key, JSON.stringify(started));
      return started;
    },
    complete() {
      const open = session.value;
      if (open === undefined) throw new Error('No cash session is open');
      session.value = undefined;
      store.removeItem(key);
      return { ...open, closingTime: time() };
    },
  };
}

function readSession(text: string | null): CashTrackingSessionStartEvent | undefined {
  try {
    const saved = JSON.parse(text ?? 'null') as Partial<CashTrackingSessionStartEvent> | null;
    const { id, openingTime } = saved ?? {};
    return id === undefined || openingTime === undefined ? undefined : { id, openingTime };
  } catch {
    return undefined;
  }
}
