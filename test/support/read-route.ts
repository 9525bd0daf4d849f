/** A GET of the server's, asked without a socket in between. */
import type { ShopDomain } from '../../server/database/database.ts';
import type { PosRead } from '../../server/pos-reads.ts';

type AskedOf = Parameters<PosRead['answer']>[1];

/** The route's own answer to a GET; its path's parameters are found as Express finds them. */
export async function readRoute(
  reads: readonly PosRead[],
  shop: ShopDomain,
  pathAndQuery: string,
): Promise<unknown> {
  const url = new URL(pathAndQuery, 'http://swept');
  const parts = url.pathname.replace('/api/pos', '').split('/');
  for (const { path, answer } of reads) {
    const names = path.split('/');
    if (names.length !== parts.length) continue;
    if (!names.every((name, i) => name.startsWith(':') || name === parts[i])) continue;
    const params = Object.fromEntries(
      names.flatMap((name, i) => (name.startsWith(':') ? [[name.slice(1), parts[i] ?? '']] : [])),
    );
    const query = Object.fromEntries(url.searchParams);
    return answer(shop, { query, params } as unknown as AskedOf);
  }
  throw new Error(`there is nothing at ${pathAndQuery}`);
}
