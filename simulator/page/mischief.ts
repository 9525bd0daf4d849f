/** What can go wrong with calls that stay on the device: the cart's and the storage's. */
export type CartMischief =
  /** Rejects and changes nothing. */
  | 'throws'
  /** Never answers and changes nothing. */
  | 'hangs'
  /** Resolves and changes nothing. */
  | 'lies'
  /** Does it, and rejects all the same. */
  | 'late-throw';

export type StorageMischief = 'none' | 'fails' | 'hangs' | 'slow';

export const STORAGE_SLOW_MS = 800;

/** Runs one cart call under the mischief that was set for it. */
export async function withCartMischief<T>(
  mischief: CartMischief | undefined,
  work: () => Promise<T>,
): Promise<T | undefined> {
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
