/** The ledger behind its door, and Express with nothing behind it, both over loopback. */
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { json, type Express } from 'express';
import { SignJWT } from 'jose';
import { createApp } from '../../server/app.ts';
import type { Ledger } from '../../server/ledger.ts';
import { SHOP } from '../operations.ts';
import { clock } from '../world.ts';
import type { Push } from './load.ts';

const CLIENT_ID = 'bench';
const SECRET = 'a secret that only the bench knows';
const UNLIMITED = { burst: 1e9, perSecond: 1e9 };
const HOUR_S = 3_600;

export interface Door {
  readonly push: Push;
  close(): Promise<void>;
}

export function ledgerDoor(ledger: Ledger): Promise<Door> {
  const app = createApp({
    database: ledger.database,
    ledger,
    clientId: CLIENT_ID,
    secrets: [SECRET],
    clock,
    log: () => undefined,
    shopHostPattern: /^bench\.myshopify\.com$/,
    limits: { register: UNLIMITED, failures: UNLIMITED },
  });
  return doorOf(app);
}

/** Reads the JSON and answers; nothing is stored. */
export function bareDoor(): Promise<Door> {
  const app = express();
  app.post('/api/pos/sync', json({ limit: '1mb' }), (_request, response) => {
    response.json({ cursor: { epoch: 1, seq: 1 } });
  });
  return doorOf(app);
}

async function doorOf(app: Express): Promise<Door> {
  const server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const token = await newToken();
  return {
    async push(request) {
      const text = await send({ agent, port, token, body: JSON.stringify(request) });
      return JSON.parse(text) as Awaited<ReturnType<Push>>;
    },
    async close() {
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(by: {
  readonly agent: Agent;
  readonly port: number;
  readonly token: string;
  readonly body: string;
}): Promise<string> {
  const { agent, port, token, body } = by;
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    };
    const to = { agent, host: '127.0.0.1', port, method: 'POST', path: '/api/pos/sync', headers };
    const call = httpRequest(to, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(parts).toString('utf8'));
        else reject(new Error(`HTTP ${response.statusCode ?? 0}`));
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

function newToken(): Promise<string> {
  const seconds = Math.floor(clock.now() / 1_000);
  return new SignJWT({ dest: `https://${SHOP}`, sub: '5' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(`https://${SHOP}/admin`)
    .setAudience(CLIENT_ID)
    .setNotBefore(seconds - 5)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + HOUR_S)
    .sign(new TextEncoder().encode(SECRET));
}
