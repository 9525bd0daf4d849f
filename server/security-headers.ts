/**
 * Headers on every answer, refusals included. A page that draws something sets its own policy over
 * this one, which allows nothing.
 */
import type { RequestHandler } from 'express';

export const CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'";
const YEAR_S = 31_536_000;

export function secureAnswers(): RequestHandler {
  return (request, response, next) => {
    response.set({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': CLOSED_POLICY,
    });
    // A browser ignores it over plain http, and must not be told so by a machine for developers.
    if (request.secure) response.set('Strict-Transport-Security', `max-age=${YEAR_S}`);
    next();
  };
}
