/** Figures on a port of their own, so that no proxy in front of the shops' port can show them. */
import { timingSafeEqual, createHash } from 'node:crypto';
import express, { type Express } from 'express';
import { HttpError } from './http-error.ts';
import type { Log } from './log.ts';
import type { Gauge, Metrics } from './metrics.ts';
import { answerErrors } from './pos-api.ts';
import { secureAnswers } from './security-headers.ts';

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

export function createMetricsDoor(deps: {
  readonly metrics: Metrics;
  readonly gauges: readonly Gauge[];
  /** Must come as a bearer token; `undefined` on a loopback address. */
  readonly token: string | undefined;
  readonly log: Log;
}): Express {
  const { metrics, gauges, token } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(secureAnswers());
  app.get('/metrics', async (request, response) => {
    if (token !== undefined && !isSame(request.get('authorization') ?? '', `Bearer ${token}`)) {
      response.set('WWW-Authenticate', 'Bearer');
      throw new HttpError(401, 'token-invalid', 'Send the token of METRICS_TOKEN.');
    }
    response.set({ 'Content-Type': TEXT_FORMAT, 'Cache-Control': 'no-store' });
    response.send(await metrics.text(gauges));
  });
  app.use(() => {
    throw new HttpError(404, 'not-found', 'There is nothing at this address.');
  });
  app.use(answerErrors(deps));
  return app;
}

/** In a time that says nothing of where they differ, nor of their lengths. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
