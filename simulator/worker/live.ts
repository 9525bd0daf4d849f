/**
 * The platform's signals. Before the bundle loads no Signal class is known; the bundle hands over
 * its own one through `shopify.setSignals`, so that its components track what they read.
 */
import type { LiveChange, LiveName, LiveValues } from '../wire.ts';

export interface SignalLike<T> {
  value: T;
  subscribe(listener: (value: T) => void): () => void;
}

export type SignalClass = new <T>(value: T) => SignalLike<T>;

export interface Live {
  /** What `shopify.….current` gives: the bundle's own signal once it is known. */
  signal<K extends LiveName>(name: K): SignalLike<LiveValues[K]>;
  update(change: LiveChange): void;
  setSignals(signalClass: SignalClass): void;
}

export function createLive(start: LiveValues): Live {
  let values = start;
  let make: <T>(value: T) => SignalLike<T> = plainSignal;
  const signals = new Map<LiveName, SignalLike<never>>();

  function signal<K extends LiveName>(name: K): SignalLike<LiveValues[K]> {
    const known = signals.get(name) as SignalLike<LiveValues[K]> | undefined;
    if (known !== undefined) return known;
    const made = make(values[name]);
    signals.set(name, made as SignalLike<never>);
    return made;
  }

  return {
    signal,
    update({ name, value }) {
      values = { ...values, [name]: value };
      const present = signals.get(name) as SignalLike<unknown> | undefined;
      if (present !== undefined) present.value = value;
    },
    setSignals(signalClass) {
      make = (value) => new signalClass(value);
      signals.clear();
    },
  };
}

/** Enough of a signal for a bundle that never imports `@shopify/ui-extensions/preact`. */
function plainSignal<T>(start: T): SignalLike<T> {
  let now = start;
  const listeners = new Set<(value: T) => void>();
  return {
    get value() {
      return now;
    },
    set value(next) {
      now = next;
      for (const listener of [...listeners]) listener(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(now);
      return () => listeners.delete(listener);
    },
  };
}
