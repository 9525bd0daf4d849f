/** What many measurements come to. */

/** The value below which `share` (0 to 1) of them lie; `NaN` of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return sorted[place] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
