/** Asks this app's server, and says in one of three ways why there is no answer. */
import { errorSchema } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';

/** The server could not be reached, or something else answered in its place. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** The server refused, and says why: `code` as in its errors. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** App Bridge opens the page that such an answer names. */
const REAUTHORIZE = 'X-Shopify-API-Request-Failure-Reauthorize-Url';
/** `code` of an answer that leads to a page of Shopify's. */
export const LEADS_TO_SHOPIFY = 'leads-to-shopify';

export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** Values of an address; those that are `undefined` are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Asking {
  /** Throws `Unreachable` or `Refused`. */
  get<T>(path: string, schema: v.Schema<T>, query?: Query): Promise<T>;
  send<T>(method: 'POST' | 'PUT', path: string, body: unknown, schema: v.Schema<T>): Promise<T>;
  /** Sends bytes of a file. */
  sendPart<T>(path: string, part: ArrayBuffer, type: string, schema: v.Schema<T>): Promise<T>;
  /** An answer that goes on, such as server-sent events. */
  stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** `fetch` proves who asks. Paths are below `/api/admin`. */
export function createAsking({ fetch }: { readonly fetch: Fetch }): Asking {
  async function ask(path: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(`/api/admin${path}`, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new Unreachable('no answer');
    }
    if (answer.ok) return answer;
    if (answer.headers.has(REAUTHORIZE))
      throw new Refused(answer.status, LEADS_TO_SHOPIFY, 'Shopify asks for your agreement.');
    const said = v.safeParse(errorSchema, await answer.json().catch(() => undefined));
    // A proxy in between answers for a server that is not there.
    if (!said.success) throw new Unreachable(`answer ${answer.status}`);
    const { code, message } = said.output.error;
    throw new Refused(answer.status, code, message);
  }

  async function read<T>(answer: Response, schema: v.Schema<T>): Promise<T> {
    const read = v.safeParse(schema, await answer.json().catch(() => undefined));
    if (!read.success) throw new Unreachable(`an answer that can't be read: ${read.issue.path}`);
    return read.output;
  }

  return {
    get: async (path, schema, query = {}) =>
      read(await ask(`${path}${queryText(query)}`, { method: 'GET' }), schema),
    send: async (method, path, body, schema) => {
      const headers = { 'Content-Type': 'application/json' };
      return read(await ask(path, { method, headers, body: JSON.stringify(body) }), schema);
    },
    sendPart: async (path, part, type, schema) => {
      const headers = { 'Content-Type': type };
      return read(await ask(path, { method: 'PUT', headers, body: part }), schema);
    },
    async stream(path, signal) {
      const headers = { Accept: 'text/event-stream' };
      const { body } = await ask(path, { method: 'GET', headers, signal });
      if (body === null) throw new Unreachable('an answer without a body');
      return body;
    },
  };
}

export function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}
