/**
 * Puts an app on a port, with patience for slow registers but not for clients that never finish.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long a caller may take, ms; whoever takes longer is cut off. */
export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often it is looked. */
  readonly checkMs: number;
}

const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, checkMs: 5_000 };
/** Longer than a register's pause between two requests, so that a connection is used again. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

export interface Listening {
  readonly port: number;
  readonly url: string;
  /** Takes no new requests, lets the running ones end, and cuts what is left after `withinMs`. */
  close(withinMs?: number): Promise<void>;
}

/** Resolves when the port is open; port 0 takes a free one. */
export function listen(
  app: RequestListener,
  on: { readonly port: number; readonly host: string },
  patience: Patience = PATIENCE,
): Promise<Listening> {
  const server = createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: patience.checkMs,
    },
    app,
  );
  const close = (withinMs = 10_000) =>
    new Promise<void>((resolve, reject) => {
      const cut = setTimeout(() => server.closeAllConnections(), withinMs);
      server.close((error) => {
        clearTimeout(cut);
        if (error === undefined) resolve();
        else reject(error);
      });
      server.closeIdleConnections();
    });

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(on.port, on.host, () => {
      server.off('error', reject);
      const { port } = server.address() as AddressInfo;
      resolve({ port, url: `http://${on.host}:${port}`, close });
    });
  });
}
