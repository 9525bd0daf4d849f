/**
 * Between Express and the web's own `Request` and `Response`, in which Shopify's library speaks.
 * The address that counts is the configured one: what a caller says in Host or X-Forwarded-Host is
 * never looked at.
 */
import { createHash } from 'node:crypto';
import type { Request as Asked, Response as Answer } from 'express';
import { HttpError } from '../http-error.ts';

/** What the library reads of a request; the token is set by the guard alone. */
const HEADERS_KEPT = new Set(['accept', 'accept-language', 'origin', 'x-shopify-bounce']);

/** The request as asked of the app's own address, without any token. */
export function webRequest(asked: Pick<Asked, 'originalUrl' | 'method' | 'rawHeaders'>, app: URL) {
  const target = asked.originalUrl;
  const address = `${app.origin}${target}`;
  if (!target.startsWith('/') || !URL.canParse(address)) {
    throw new HttpError(400, 'bad-address', 'The address can’t be read.');
  }
  const url = new URL(address);
  if (url.origin !== app.origin) {
    throw new HttpError(400, 'bad-address', 'The address is another app’s.');
  }
  url.searchParams.delete('id_token');
  const headers = new Headers();
  for (let i = 0; i + 1 < asked.rawHeaders.length; i += 2) {
    const [name = '', value = ''] = asked.rawHeaders.slice(i, i + 2);
    if (HEADERS_KEPT.has(name.toLowerCase())) headers.append(name, value);
  }
  return new Request(url, { method: asked.method, headers });
}

/** The same request with a token where the caller had it: in the header or in the address. */
export function withToken(request: Request, token: string, place: 'header' | 'address'): Request {
  if (place === 'header') {
    const headers = new Headers(request.headers);
    headers.set('Authorization', `Bearer ${token}`);
    return new Request(request, { headers });
  }
  const url = new URL(request.url);
  url.searchParams.set('id_token', token);
  return new Request(url, { method: request.method, headers: request.headers });
}

export interface AnswerRules {
  readonly app: URL;
  /** The shop that may show this page in a frame; nobody may when absent. */
  readonly shop: string | undefined;
}

/** Answers with a `Response`, as far as it leads nowhere but to this app and to Shopify's admin. */
export async function answerWith(
  answer: Answer,
  response: Response,
  rules: AnswerRules,
): Promise<void> {
  const isStream = isEventStream(response.headers.get('content-type'));
  const body = response.body === null || isStream ? '' : await response.text();
  response.headers.forEach((value, name) => {
    if (name !== 'set-cookie' && name !== 'location' && name !== 'link') answer.set(name, value);
  });
  const location = response.headers.get('location');
  if (location !== null) answer.set('Location', safeTarget(location, rules.app));
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
  if (isPage) answer.set('Content-Security-Policy', pagePolicy(rules.shop, body));
  answer.set('Cache-Control', 'no-store');
  answer.status(response.status);
  if (isStream && response.body !== null) await passOn(answer, response.body);
  else answer.send(body);
}

/** What is sent as it happens, and may go on for minutes. */
export function isEventStream(contentType: unknown): boolean {
  return typeof contentType === 'string' && contentType.startsWith('text/event-stream');
}

/** Each piece as it comes, until the stream ends or the caller goes away. */
async function passOn(answer: Answer, body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  answer.once('close', () => void reader.cancel().catch(() => undefined));
  answer.flushHeaders();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    // Gone before anybody listened for it.
    if (answer.destroyed) await reader.cancel();
    else if (!answer.write(piece.value)) await drained(answer);
  }
  answer.end();
}

/** Resolves when the caller has read on, or has gone. */
function drained(answer: Answer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      answer.off('drain', done).off('close', done);
      resolve();
    };
    answer.on('drain', done).on('close', done);
  });
}

const SCRIPTS = 'https://cdn.shopify.com';

/** Who may frame a page and what may run in it: Shopify's own scripts, ours, and nothing else. */
export function pagePolicy(shop: string | undefined, html: string): string {
  const frames = shop === undefined ? "'none'" : `https://${shop} https://admin.shopify.com`;
  const inline = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    `frame-ancestors ${frames}`,
    ["script-src 'self'", SCRIPTS, ...inline].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}

/** The address without a token, or a refusal when it belongs to somebody else. */
export function safeTarget(location: string, app: URL): string {
  const url = URL.canParse(location, app.origin) ? new URL(location, app.origin) : undefined;
  if (url === undefined || !isOurs(url, app)) {
    throw new HttpError(400, 'foreign-address', 'The address leads away from Shopify.');
  }
  url.searchParams.delete('id_token');
  return url.origin === app.origin ? url.href.slice(app.origin.length) : url.href;
}

const ADMIN_HOSTS = /^(?:admin\.shopify\.com|[a-z0-9][a-z0-9-]*\.myshopify\.(?:com|io))$/;

/** Whether an address is this app's own or of a shop's admin. */
export function isOurs(url: URL, app: URL): boolean {
  if (url.origin === app.origin) return url.username === '' && url.password === '';
  return url.protocol === 'https:' && ADMIN_HOSTS.test(url.host) && url.username === '';
}
