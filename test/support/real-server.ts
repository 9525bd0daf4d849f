/**
 * The real app on a real SQLite database, reached over loopback, for tests that move time
 * themselves.
 */
import { Agent, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { createApp } from '../../server/app.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger, type Ledger, type LedgerDeps } from '../../server/ledger.ts';
import { createServer } from 'node:http';
import type { HttpAnswer, HttpRequest, Random } from '../../shared/ports.ts';

const CLIENT_ID = 'test-client';
/** Long-lived and used again: what a token is worth is tested elsewhere, and signing takes time. */
const TOKEN_SECONDS = 24 * 3_600;
const SECRET = 'a secret that only this test knows';

export interface RealServer {
  readonly database: Database;
  readonly ledger: Ledger;
  serve(request: HttpRequest): Promise<HttpAnswer>;
  token(shop: ShopDomain, user: number): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts a server on an empty database in memory, or on the one given; its clock and randomness are
 * the test's.
 */
export async function startRealServer(
  by: {
    readonly clock: { now(): number };
    readonly random: Random;
    readonly database?: Database;
  } & Pick<LedgerDeps, 'backedUpTo'>,
): Promise<RealServer> {
  const { clock, random, backedUpTo } = by;
  const database = by.database ?? openSqlite(':memory:');
  const backups = backedUpTo === undefined ? {} : { backedUpTo };
  const ledger = createLedger({ database, clock, random, ...backups });
  const app = createApp({
    database,
    ledger,
    clientId: CLIENT_ID,
    secrets: [SECRET],
    clock: by.clock,
    log: () => undefined,
    shopHostPattern: /^[a-z0-9-]+\.myshopify\.io$/,
    limits: { register: { burst: 1e9, perSecond: 1e9 }, failures: { burst: 1e9, perSecond: 1e9 } },
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const key = new TextEncoder().encode(SECRET);
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();
  return {
    database,
    ledger,
    serve: (request) => send(agent, port, request),
    async token(shop, user) {
      const now = Math.floor(by.clock.now() / 1_000);
      const known = tokens.get(`${shop}/${user}`);
      if (known !== undefined && known.until > now) return known.token;
      const token = await new SignJWT({ dest: `https://${shop}`, sub: String(user) })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(`https://${shop}/admin`)
        .setAudience(CLIENT_ID)
        .setNotBefore(now - 5)
        .setIssuedAt(now)
        .setExpirationTime(now + TOKEN_SECONDS)
        .sign(key);
      tokens.set(`${shop}/${user}`, { token, until: now + TOKEN_SECONDS / 2 });
      return token;
    },
    async close() {
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

function send(agent: Agent, port: number, asked: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const body = asked.body === undefined ? undefined : Buffer.from(asked.body);
    const call = httpRequest(
      {
        agent,
        host: '127.0.0.1',
        port,
        method: asked.method,
        path: asked.path,
        headers: {
          Authorization: `Bearer ${asked.token}`,
          ...(body === undefined
            ? {}
            : { 'Content-Type': 'application/json', 'Content-Length': body.length }),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const retryAfter = response.headers['retry-after'];
          const text = Buffer.concat(parts).toString('utf8');
          resolve({ status: response.statusCode ?? 0, retryAfter, body: text });
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
