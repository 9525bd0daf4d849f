/**
 * How a screen follows the world: the register, the cart, an answer, and the passing of time.
 * Preact and React have the same hooks, so both generations of the extension use these with their
 * own.
 */
import type { Register } from '../register/register.ts';
import type { RegisterState } from '../register/status.ts';

/** Something that can be read now and tells when to read again. */
export interface Watched<T> {
  read(): T;
  subscribe(listener: () => void): () => void;
}

type UseEffect = (effect: () => (() => void) | undefined, inputs: readonly unknown[]) => void;
type UseReducer = (
  step: (version: number) => number,
  first: number,
) => readonly [number, (action: never) => void];
type UseState = <S>(first: S) => [S, (next: S) => void];

/** How often shown ages are counted anew. */
export const TICK_MS = 20_000;

/** The hooks of our screens, over those of the library that draws them. */
export function createHooks(useEffect: UseEffect, useReducer: UseReducer, useState: UseState) {
  const useRedraw = () => useReducer((version) => version + 1, 0)[1] as () => void;

  /** Draws again whenever `source` says that it changed. */
  function useWatched<T>(source: Watched<T>): T {
    const redraw = useRedraw();
    useEffect(() => source.subscribe(redraw), [source, redraw]);
    return source.read();
  }

  /**
   * Starts the register while the screen stands, stops it after, and draws its state; also every
   * now and then, so that "2 min" becomes "3 min".
   */
  function useRegister(register: Register): RegisterState {
    const redraw = useRedraw();
    useEffect(() => {
      const timer = setInterval(redraw, TICK_MS);
      register.subscribe(redraw);
      void register.start();
      return () => {
        clearInterval(timer);
        // This ends the subscription as well.
        register.stop();
      };
    }, [register, redraw]);
    return register.state();
  }

  /**
   * What `load` gave last, `undefined` before; asked again whenever `key` changes. A failure
   * changes nothing.
   */
  function useLoaded<T>(load: () => Promise<T>, key: unknown): T | undefined {
    const [loaded, setLoaded] = useState<{ readonly value: T } | undefined>(undefined);
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

  /**
   * Lets one action run at a time. The guard is one object for as long as the screen stands, set
   * before anything is awaited: a second tap in the same instant finds it taken, however late the
   * screen draws its buttons as disabled.
   */
  function useOneAtATime(): {
    readonly isBusy: boolean;
    readonly run: (action: () => Promise<unknown>) => void;
  } {
    const [guard] = useState({ isTaken: false });
    const [isBusy, setBusy] = useState(false);
    const run = (action: () => Promise<unknown>): void => {
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

  return [useWatched, useRegister, useLoaded, useOneAtATime] as const;
}
