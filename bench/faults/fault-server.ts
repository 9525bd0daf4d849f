/** A server that follows a script, and keeps what it took. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { json, type Request, type Response } from 'express';
import { plainAnswer } from '../drain/plain-endpoint.ts';
import { numberOf } from '../operations.ts';
import type { Script } from './scripts.ts';

export interface FaultServer {
  readonly origin: string;
  /** Ids of what was taken, in order. */
  readonly taken: readonly string[];
  /** Whether a request came before the time that `Retry-After` named. */
  readonly isHurried: () => boolean;
  open(): Promise<void>;
  close(): Promise<void>;
}

interface Sent {
  readonly id: string;
}

interface Damaged {
  readonly key: string;
  readonly raw: string;
}

export async function startFaultServer(script: Script, now: () => number): Promise<FaultServer> {
  const taken: string[] = [];
  let requests = 0;
  let notBefore = 0;
  let isHurried = false;

  /** True when the operations were taken and an answer may be given. */
  const follow = (operations: readonly Sent[], response: Response): boolean => {
    requests += 1;
    if (now() < notBefore) isHurried = true;
    const reply = script.reply(
      requests,
      operations.map(({ id }) => numberOf(id)),
    );
    if (reply === 'never') return false;
    if (reply !== 'take') {
      const { status, text, retryAfter } = reply;
      if (retryAfter !== undefined) {
        notBefore = now() + Number(retryAfter) * 1_000;
        response.set('Retry-After', retryAfter);
      }
      response.status(status).send(text);
      return false;
    }
    taken.push(...operations.map(({ id }) => id));
    return true;
  };

  const app = express();
  app.use(json({ limit: '8mb' }));
  app.post('/plain/one', (request: Request, response: Response) => {
    if (follow([request.body as Sent], response)) response.json({ ok: true });
  });
  app.post('/plain/many', (request: Request, response: Response) => {
    const { operations } = request.body as { operations: Sent[] };
    if (follow(operations, response)) response.json({ ok: true });
  });
  app.post('/plain/api/pos/sync', (request: Request, response: Response) => {
    const { operations, damaged } = request.body as { operations: Sent[]; damaged: Damaged[] };
    keepDamaged(damaged, taken);
    const bad = bads(script, operations);
    const good = operations.filter((one) => !bad.includes(one));
    if (operations.length > 0 && !follow(good, response)) return;
    const damagedKept = damaged.map(({ key }) => key);
    response.json({ ...answerOf([...good, ...bad], bad, taken.length), damagedKept });
  });
  app.get('/plain/api/pos/snapshot', (_request: Request, response: Response) => {
    const cursor = { epoch: 1, seq: Math.max(1, taken.length) };
    const page = { customers: [], units: {}, leases: [], total: 0, next: null };
    response.json({ protocol: 1, cursor, serverTime: now(), ...page });
  });

  let server: Server = createServer(app);
  await listenOn(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    taken,
    isHurried: () => isHurried,
    async open() {
      server = createServer(app);
      await listenOn(server, port);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The text of a damaged record is kept for a person, as the real server does. */
function keepDamaged(damaged: readonly Damaged[], taken: string[]): void {
  for (const { raw } of damaged) {
    const id = /"id":"([^"]+)"/.exec(raw)?.[1];
    if (id !== undefined && !taken.includes(id)) taken.push(id);
  }
}

/** Ours answers for each operation: what a plain endpoint refuses whole, it puts aside. */
function bads(script: Script, operations: readonly Sent[]): readonly Sent[] {
  return operations.filter(({ id }) => {
    const reply = script.reply(Number.MAX_SAFE_INTEGER, [numberOf(id)]);
    return typeof reply === 'object' && reply.status === 400;
  });
}

function answerOf(operations: readonly Sent[], bad: readonly Sent[], last: number): object {
  const seq = Math.max(1, last + bad.length);
  const answer = plainAnswer(operations, Math.max(seq, operations.length), 0) as {
    readonly results: readonly (Sent & { readonly status: string })[];
  };
  const results = answer.results.map((one) =>
    bad.some(({ id }) => id === one.id)
      ? { ...one, status: 'quarantined', reason: 'invalid' }
      : one,
  );
  return { ...answer, results, settled: results };
}

const listenOn = (server: Server, port: number) =>
  new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
