/** What can go wrong with calls that stay on the device: the cart's and the storage's. */
import { signal, type ReadonlySignal } from '@preact/signals';

export type CartMischief =
  /** Rejects and changes nothing. */
  | 'throws'
  /** Never answers and changes nothing. */
  | 'hangs'
  /** Resolves and changes nothing. */
  | 'lies'
  /** Does it, and rejects all the same. */
  | 'late-throw'
  /** Neither does it nor answers until it is let go. */
  | 'late'
  /** Resolves at once, and does it when it is let go. */
  | 'late-effect';

export type StorageMischief = 'none' | 'fails' | 'hangs' | 'slow';

export const STORAGE_SLOW_MS = 800;

/** Cart calls that are kept back until somebody lets them go. */
export interface HeldCalls {
  readonly count: ReadonlySignal<number>;
  wait(): Promise<void>;
  letGo(): void;
  /** They died with the app that would have done them. */
  forget(): void;
}

export function createHeldCalls(): HeldCalls {
  const count = signal(0);
  let waiting: (() => void)[] = [];
  const put = (next: (() => void)[]): void => {
    waiting = next;
    count.value = next.length;
  };
  return {
    count,
    wait: () => new Promise((resolve) => put([...waiting, resolve])),
    letGo() {
      const all = waiting;
      put([]);
      for (const go of all) go();
    },
    forget: () => put([]),
  };
}

/**
 * Runs one cart call under the mischief that was set for it. What comes late comes even when the
 * context that asked is gone: it is POS that does it.
 */
export async function withCartMischief<T>(
  mischief: CartMischief | undefined,
  work: () => Promise<T>,
  held: HeldCalls,
): Promise<T | undefined> {
  if (mischief === 'late-effect') {
    // Nobody waits for it any more: a refusal now is told to nobody, as by POS.
    held
      .wait()
      .then(work)
      .catch(() => undefined);
    return undefined;
  }
  if (mischief === 'late') await held.wait();
  if (mischief === 'hangs') return never();
  if (mischief === 'lies') return undefined;
  if (mischief === 'throws') throw new Error('POS could not change the cart');
  const result = await work();
  if (mischief === 'late-throw') throw new Error('POS lost the connection to its cart');
  return result;
}

/** Runs one storage call under the mischief that holds now. */
export async function withStorageMischief<T>(
  mischief: StorageMischief,
  sleep: (ms: number) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  if (mischief === 'hangs') return never();
  if (mischief === 'fails') throw new Error('The device could not use its storage');
  if (mischief === 'slow') await sleep(STORAGE_SLOW_MS);
  return work();
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
