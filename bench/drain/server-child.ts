/**
 * The server of a drain, in a process of its own: Tideover's real doors and ledger, and beside them
 * the plain endpoint, on one SQLite file. It says its port, and at `/report` what arrived.
 */
import { DatabaseSync } from 'node:sqlite';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { SignJWT } from 'jose';
import { createApp } from '../../server/app.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger } from '../../server/ledger.ts';
import { seedShop } from '../../server/seeding.ts';
import { tell } from '../children.ts';
import { customerAt, POLICY, PROGRAM, SHOP, SHOP_ID } from '../operations.ts';
import { clock, random } from '../world.ts';
import { createPlainEndpoint } from './plain-endpoint.ts';

export interface ServerBy {
  readonly file: string;
  /** How long each request waits before it is looked at. */
  readonly delayMs: number;
  readonly customers: number;
  /** A folder of built pages to serve, for engines in a browser. */
  readonly pages?: string;
}

const CLIENT_ID = 'bench';
const SECRET = 'a secret that only the bench knows';
const UNLIMITED = { burst: 1e9, perSecond: 1e9 };

const { file, delayMs, customers, pages } = JSON.parse(process.argv[2] ?? '{}') as ServerBy;
const shop = SHOP as ShopDomain;
const counts = { requests: 0, bytesIn: 0, bytesOut: 0 };

const count: RequestHandler = (request, response, next) => {
  counts.requests += 1;
  counts.bytesIn += Number(request.get('content-length') ?? 0);
  response.once('finish', () => {
    counts.bytesOut += Number(response.getHeader('content-length') ?? 0);
  });
  if (delayMs === 0) next();
  else setTimeout(() => next(), delayMs);
};

const database = openSqlite(file);
const ledger = createLedger({ database, clock, random });
await seedShop(ledger, {
  shop,
  shopId: SHOP_ID,
  program: PROGRAM,
  policy: POLICY,
  customers: Array.from({ length: customers }, (_, i) => ({
    customer: customerAt(i),
    points: 10_000_000,
    credit: 0,
  })),
});
const plain = createPlainEndpoint(file, clock.now);
const app = express();
app.disable('x-powered-by');
app.get('/report', async (_request, response) => {
  response.json({ ...counts, plain: plain.arrived(), settled: settled(), faults: await faults() });
});
app.post('/begin', (_request, response) => {
  Object.assign(counts, { requests: 0, bytesIn: 0, bytesOut: 0 });
  response.json({});
});
if (pages !== undefined) app.use('/pages', express.static(pages));
app.use('/plain', count, plain.router);
app.use(
  '/',
  count,
  createApp({
    database,
    ledger,
    clientId: CLIENT_ID,
    secrets: [SECRET],
    clock,
    log: () => undefined,
    shopHostPattern: /^bench\.myshopify\.com$/,
    limits: { register: UNLIMITED, failures: UNLIMITED },
  }),
);

/** Every operation of the register that the ledger holds, in the order in which it settled them. */
function settled(): readonly string[] {
  const reading = new DatabaseSync(file, { readOnly: true });
  const rows = reading.prepare("SELECT op_id FROM operation WHERE kind = 'intent' ORDER BY seq");
  const ids = rows.all().map(({ op_id: id }) => String(id));
  reading.close();
  return ids;
}

/** What the books say against themselves, and value that was taken twice. */
async function faults(): Promise<number> {
  const found = await ledger.verify(shop);
  const held = new DatabaseSync(file, { readOnly: true });
  const [row] = held.prepare('SELECT -SUM(customer) AS gone FROM entry WHERE customer < 0').all();
  held.close();
  const gone = Number(row?.['gone'] ?? 0);
  return found.length + Math.abs(gone - settled().length * 60) / 60;
}

async function token(): Promise<string> {
  const seconds = Math.floor(clock.now() / 1_000);
  return new SignJWT({ dest: `https://${SHOP}`, sub: '5' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(`https://${SHOP}/admin`)
    .setAudience(CLIENT_ID)
    .setNotBefore(seconds - 5)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 3_600)
    .sign(new TextEncoder().encode(SECRET));
}

const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  void token().then((made) => tell({ origin: `http://127.0.0.1:${port}`, token: made }));
});
