/** Which version of a decision a register holds. */

/**
 * The newest version that was decided at or before a register's last call, which brought it.
 * Versions of which nobody knows when they were decided are older than any call. `undefined` when
 * there is none. A register that only asks for news is written down once a minute, so that it may
 * hold a newer one.
 */
export function versionHeld(
  versions: readonly { readonly version: number; readonly at: number | null }[],
  lastSeenAt: number,
): number | undefined {
  const held = versions.filter(({ at }) => at === null || at <= lastSeenAt);
  return held.length === 0 ? undefined : Math.max(...held.map(({ version }) => version));
}
