/** Whether the books are right, in sentences for people. */
import type { Database, ShopDomain } from '../database/database.ts';
import type { Ledger } from '../ledger.ts';
import { OVERDUE_MS } from '../sync-log.ts';

const WRITERS_TOLD = 50;

/**
 * Recomputes the books of every shop, or of one, and looks for operations that registers counted
 * and that have not arrived for a day. Answers a sentence for each thing that is wrong.
 */
export async function checkBooks(
  ledger: Pick<Ledger, 'verify' | 'database'>,
  asked: { readonly now: number; readonly shop?: ShopDomain | undefined },
): Promise<{ readonly shops: number; readonly sentences: readonly string[] }> {
  const known = await ledger.database.shops();
  const { shop: only } = asked;
  if (only !== undefined && !known.includes(only)) {
    return { shops: 0, sentences: [`${only}: the ledger has never heard of this shop.`] };
  }
  const shops = only === undefined ? known : [only];
  const sentences: string[] = [];
  for (const shop of shops) {
    const found = [
      ...(await ledger.verify(shop)),
      ...(await gaps(ledger.database, shop, asked.now)),
    ];
    sentences.push(...found.map((sentence) => `${shop}: ${sentence}`));
  }
  return { shops: shops.length, sentences };
}

async function gaps(database: Database, shop: ShopDomain, now: number): Promise<readonly string[]> {
  const found = await database.read(shop, (reader) =>
    reader.missing(now - OVERDUE_MS, WRITERS_TOLD),
  );
  return found.map(({ device, missing }) => {
    const numbers = missing.map(([first, last]) => (first === last ? first : `${first}–${last}`));
    const from = device === undefined ? 'a register' : `register ${device}`;
    return `operations of ${from} have been missing for a day or longer: ${numbers.join(', ')}`;
  });
}
