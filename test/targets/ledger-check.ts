/** What the ledger says in the end, for tests that tap and then look behind the counter. */
import { expect, vi } from 'vitest';
import { EUR, PATIENCE, SHOP, type Counter } from './counter.ts';

/** Waits until the ledger has these balances, in points and cents. */
export async function ledgerHas(
  { server }: Counter,
  customer: number,
  expected: { readonly points: number; readonly credit: number },
): Promise<void> {
  await vi.waitFor(async () => {
    const balances = await server.ledger.balances(SHOP, customer);
    const of = (unit: string) => balances.find((one) => one.unit === unit)?.balance ?? 0;
    expect({ points: of('points'), credit: of(EUR) }).toEqual(expected);
  }, PATIENCE);
}

/** The register synced once, in a context of the same device that is gone now. */
export async function syncedBefore(counter: Counter, clockOffsetMs = 0): Promise<void> {
  const register = counter.context({ clockOffsetMs });
  await register.start();
  await vi.waitFor(async () => {
    await register.syncNow();
    expect(register.state().lastSyncAt).toBeDefined();
  }, PATIENCE);
  register.stop();
}
