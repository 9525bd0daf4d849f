/**
 * A name for each request, in its answer and in every log line that is written for it, so that a
 * register's trouble can be found in the server's log.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestHandler } from 'express';
import { randomCrockford } from '../shared/crockford.ts';
import type { Random } from '../shared/ports.ts';
import type { LogFields } from './log.ts';

export const REQUEST_ID_HEADER = 'X-Request-Id';
const ID_LENGTH = 16;
/** A proxy's own name is kept when it is short and plain; anything else could forge log lines. */
const PLAIN = /^[\w-]{8,64}$/;

export interface RequestScope {
  /** The incoming name when it is fit to be kept, else a new one. */
  nameOf(incoming: string | undefined): string;
  /** Whatever `work` starts, now or later, belongs to this request. */
  run(requestId: string, work: () => void): void;
  /** What a log line says of the request that it is written for. */
  fields(): LogFields;
}

export function createRequestScope(random: Random): RequestScope {
  const storage = new AsyncLocalStorage<string>();
  return {
    nameOf: (incoming) =>
      incoming !== undefined && PLAIN.test(incoming)
        ? incoming
        : randomCrockford(random, ID_LENGTH),
    run: (requestId, work) => storage.run(requestId, work),
    fields() {
      const requestId = storage.getStore();
      return requestId === undefined ? {} : { requestId };
    },
  };
}

export function nameRequests(scope: RequestScope): RequestHandler {
  return (request, response, next) => {
    const requestId = scope.nameOf(request.get(REQUEST_ID_HEADER));
    response.set(REQUEST_ID_HEADER, requestId);
    scope.run(requestId, next);
  };
}
