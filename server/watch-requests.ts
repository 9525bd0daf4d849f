/**
 * One log line and one count for each request, by the route's template: the path itself holds
 * customers' numbers.
 */
import type { Request, RequestHandler } from 'express';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { isEventStream } from './shopify/exchange-http.ts';

/** A request that took longer is told without debugging switched on. */
export const SLOW_MS = 2_000;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** What a server would have answered whose caller hung up. */
const HUNG_UP = 499;

export function watchRequests(deps: {
  readonly log: Log;
  readonly clock: { now(): number };
  readonly metrics?: Metrics | undefined;
  readonly requestId: () => string | undefined;
}): RequestHandler {
  const { log, clock, metrics } = deps;
  return (request, response, next) => {
    const begun = clock.now();
    const requestId = deps.requestId();
    response.once('close', () => {
      const ms = Math.max(0, clock.now() - begun);
      const status = response.writableFinished ? response.statusCode : HUNG_UP;
      const route = routeOf(request);
      const method = METHODS.has(request.method) ? request.method : 'other';
      metrics?.count('tideover_http_requests_total', { method, route, status: String(status) });
      // What a page listens to for minutes is not slow.
      const isStream = isEventStream(response.getHeader('content-type'));
      if (!isStream) metrics?.observe('tideover_http_request_seconds', ms / 1_000, { route });
      const level = ms >= SLOW_MS && !isStream ? 'info' : 'debug';
      log(level, 'request', { requestId, method, route, status, ms });
    });
    next();
  };
}

/**
 * The template of the route that answered ("/api/pos/customers/:id"). A router's own place is
 * what its route leaves of the path; no place has parameters.
 */
export function routeOf(request: Pick<Request, 'originalUrl' | 'route'>): string {
  const { path } = (request.route ?? {}) as { path?: unknown };
  if (typeof path !== 'string') return 'other';
  const [whole = ''] = request.originalUrl.split('?');
  const own = parts(path);
  const asked = parts(whole);
  const place = asked.slice(0, Math.max(0, asked.length - own.length));
  return `/${[...place.map((part) => part.toLowerCase()), ...own].join('/')}`;
}

function parts(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}
