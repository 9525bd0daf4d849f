/**
 * What importing `@shopify/ui-extensions/preact` does, with half of the package behind it: the
 * screens subscribe to the platform's live values and draw again, so Preact need not track what
 * they read. In the one bundle of all targets that saves more than a kilobyte.
 */
import { Signal } from '@preact/signals-core';

/** Missing in Shopify's types, and on a host that has its own class. */
interface SignalHost {
  readonly setSignals?: (signal: typeof Signal) => void;
}

/** Gives the platform the class that its live values are made of, where it asks for one. */
export function handOverSignals(host: object): void {
  (host as SignalHost).setSignals?.(Signal);
}
