/** A fixed time for a piece of work whose asker does not wait any longer. */

/**
 * What `work` gives within `ms`, else `undefined`. The work is told by the signal that nobody waits
 * any more; what it still does then must be right if it is asked for again.
 */
export async function within<T>(
  by: { readonly ms: number; readonly sleep: (ms: number) => Promise<void> },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const end = new AbortController();
  const result = work(end.signal);
  // Nobody hears of what fails after its time.
  result.catch(() => undefined);
  const late = by.sleep(by.ms).then(() => {
    end.abort();
    return undefined;
  });
  return Promise.race([result, late]);
}
