/**
 * The line between one context and a server of the test's making, with everything sent written
 * down.
 */
import * as v from '../../shared/schema.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import type { CustomerId, SyncRequest, SyncResponse } from '../../shared/protocol.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import type { Outbox } from '../../extensions/register/outbox.ts';
import { createSync, type Sync, type SyncState } from '../../extensions/register/sync.ts';
import { SESSION, answerWith, outboxOn, type TestDevice } from './device.ts';

export interface Sent {
  readonly at: number;
  readonly request: HttpRequest;
  /** The body of a push, checked by the wire's own schema. */
  readonly push: SyncRequest | undefined;
}

export type Answer = (sent: Sent) => HttpAnswer | Promise<HttpAnswer>;

export interface Line {
  readonly sync: Sync;
  readonly outbox: Outbox;
  readonly sent: Sent[];
  readonly states: SyncState[];
  /** How many requests were in flight at once, at most. */
  inFlightMax: number;
  tokens: number;
  token: string | undefined;
  /** How long POS takes for a session token. */
  tokenMs: number;
  isConnected: boolean;
  watched: CustomerId[];
  answer: Answer;
}

export function openLine(device: TestDevice, answer: Answer, outbox = outboxOn(device)): Line {
  const { clock, random, time } = device;
  let inFlight = 0;
  const line: Line = {
    outbox,
    sent: [],
    states: [],
    inFlightMax: 0,
    tokens: 0,
    token: 'token',
    tokenMs: 0,
    isConnected: true,
    watched: [],
    answer,
    sync: createSync({
      outbox,
      clock,
      random,
      session: () => SESSION,
      async token() {
        line.tokens += 1;
        if (line.tokenMs > 0) await time.sleep(line.tokenMs);
        return line.token === undefined ? undefined : `${line.token}-${line.tokens}`;
      },
      isConnected: () => line.isConnected,
      watched: () => line.watched,
      changed: () => void line.states.push(line.sync.state()),
      async http(request) {
        const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
        const push = body === undefined ? undefined : v.parse(syncRequestSchema, body);
        const one = { at: time.now(), request, push };
        line.sent.push(one);
        inFlight += 1;
        line.inFlightMax = Math.max(line.inFlightMax, inFlight);
        try {
          return await line.answer(one);
        } finally {
          inFlight -= 1;
        }
      },
    }),
  };
  return line;
}

export const ok = (body: unknown): HttpAnswer => ({
  status: 200,
  retryAfter: undefined,
  body: JSON.stringify(body),
});

export const refused = (status: number, code: string, retryAfter?: string): HttpAnswer => ({
  status,
  retryAfter,
  body: JSON.stringify({ error: { code, message: 'no' } }),
});

/** What a server that settles everything says to a push. */
export function settleAll({ push }: Sent, change: Partial<SyncResponse> = {}): HttpAnswer {
  const seq = (push?.cursor?.seq ?? 10) + 1;
  return ok(
    answerWith({
      cursor: { epoch: 1, seq },
      durable: seq,
      results: (push?.operations ?? []).map((raw) => ({
        id: (raw as { id: string }).id,
        seq,
        status: 'applied' as const,
        reason: null,
        flags: [],
      })),
      ...change,
    }),
  );
}

/** An empty shop's snapshot, for pushes without a cursor. */
export const EMPTY_SNAPSHOT = ok({
  protocol: 1,
  serverTime: 0,
  cursor: { epoch: 1, seq: 10 },
  customers: [],
  units: {},
  leases: [],
  next: null,
  total: 0,
});

/** Settles pushes and has an empty snapshot. */
export const goodServer: Answer = (sent) =>
  sent.push === undefined ? EMPTY_SNAPSHOT : settleAll(sent);
