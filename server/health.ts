/**
 * What a balancer asks. Living means answering at all; ready means that a request sent here now is
 * served: the database answers in time, and the process has not been told to end.
 */
import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import type { Database } from './database/database.ts';
import { HttpError } from './http-error.ts';

/** A database that takes longer to say a word is of no use to a register that waits. */
export const READY_WITHIN_MS = 3_000;

/** Shared between the process, which ends, and its door, which says so. */
export interface Readiness {
  isDraining: boolean;
}

export interface HealthDeps {
  readonly database: Pick<Database, 'ping'>;
  readonly readiness?: Readiness | undefined;
  readonly readyWithinMs?: number | undefined;
}

export const answerAlive: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
};

export function answerReady(deps: HealthDeps): RequestHandler {
  const { database, readiness, readyWithinMs = READY_WITHIN_MS } = deps;
  return async (_request, response) => {
    response.set('Cache-Control', 'no-store');
    if (readiness?.isDraining === true) {
      throw new HttpError(503, 'not-ready', 'The server is about to end.', 1);
    }
    if (!(await answersInTime(database, readyWithinMs))) {
      throw new HttpError(503, 'not-ready', 'The database does not answer.', 1);
    }
    response.json({ status: 'ok' });
  };
}

async function answersInTime(database: Pick<Database, 'ping'>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const answered = database.ping().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is answered while tables are still being brought up to date: alive, and not ready. */
export const answerStarting: RequestListener = (request, response) => {
  const isAlive = request.url === '/healthz';
  const error = { code: 'not-ready', message: 'The server is starting.' };
  response.writeHead(isAlive ? 200 : 503, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(isAlive ? {} : { 'Retry-After': '1', 'Access-Control-Allow-Origin': '*' }),
  });
  response.end(JSON.stringify(isAlive ? { status: 'ok' } : { error }));
};
