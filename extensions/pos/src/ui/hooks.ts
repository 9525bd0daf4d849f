/** How a screen follows the world: the register, the cart, an answer, and the passing of time. */
import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Register } from '../../../register/register.ts';
import type { RegisterState } from '../../../register/status.ts';

/** Something that can be read now and tells when to read again. */
export interface Watched<T> {
  read(): T;
  subscribe(listener: () => void): () => void;
}

/** How often shown ages are counted anew. */
export const TICK_MS = 20_000;

/** Draws again whenever `source` says that it changed. */
export function useWatched<T>(source: Watched<T>): T {
  const redraw = useRedraw();
  useEffect(() => source.subscribe(redraw), [source, redraw]);
  return source.read();
}

/** Starts the register while the screen stands, stops it after, and draws its state. */
export function useRegister(register: Register): RegisterState {
  const redraw = useRedraw();
  useEffect(() => {
    const unsubscribe = register.subscribe(redraw);
    void register.start();
    return () => {
      unsubscribe();
      register.stop();
    };
  }, [register, redraw]);
  return register.state();
}

/**
 * What `load` gave last, `undefined` before; asked again whenever `key` changes. A failure changes
 * nothing.
 */
export function useLoaded<T>(load: () => Promise<T>, key: unknown): T | undefined {
  const [loaded, setLoaded] = useState<{ readonly value: T }>();
  useEffect(() => {
    let isWanted = true;
    const keep = (value: T): void => {
      if (isWanted) setLoaded({ value });
    };
    load().then(keep, () => undefined);
    return () => {
      isWanted = false;
    };
  }, [key]);
  return loaded?.value;
}

/** Draws again every now and then, so that "2 min" becomes "3 min". */
export function useTick(): void {
  const redraw = useRedraw();
  useEffect(() => {
    const timer = setInterval(redraw, TICK_MS);
    return () => clearInterval(timer);
  }, [redraw]);
}

/**
 * Lets one action run at a time. The guard is one object for as long as the screen stands, set
 * before anything is awaited: a second tap in the same instant finds it taken, however late the
 * screen draws its buttons as disabled.
 */
export function useOneAtATime(): {
  readonly isBusy: boolean;
  readonly run: (action: () => Promise<void>) => void;
} {
  const [guard] = useState({ isTaken: false });
  const [isBusy, setBusy] = useState(false);
  const run = (action: () => Promise<void>): void => {
    if (guard.isTaken) return;
    guard.isTaken = true;
    setBusy(true);
    const release = () => {
      guard.isTaken = false;
      setBusy(false);
    };
    // An action tells its own failures; whatever else it throws must not lock the screen.
    action().then(release, release);
  };
  return { isBusy, run };
}

function useRedraw(): () => void {
  const [, redraw] = useReducer((version: number) => version + 1, 0);
  return redraw as () => void;
}
