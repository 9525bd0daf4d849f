/**
 * Stands between a server and its PostgreSQL: counts how often a message had to wait for the answer
 * to the one before, and cuts a connection at a statement of the test's choice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOCKET = '.s.PGSQL.5432';

/** `before`: the statement never arrives; `after`: its answer never arrives. */
export type Cut = 'before' | 'after';

export interface PostgresProxy {
  readonly address: string;
  /** Times that something was sent after an answer, since the last call. */
  flights(): number;
  /** Cuts the next connection that sends this text, once. */
  cutAt(text: string, how: Cut): void;
  close(): Promise<void>;
}

export async function proxyTo(address: string): Promise<PostgresProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-proxy-'));
  const behind = join(new URL(address).searchParams.get('host') ?? '', SOCKET);
  const sockets = new Set<Socket>();
  let flights = 0;
  let cut: { readonly text: string; readonly how: Cut } | undefined;

  const server = createServer((front) => {
    const back = connect(behind);
    const both = [front, back];
    const end = () => both.forEach((socket) => socket.destroy());
    let hasAnswered = true;
    let isCut = false;
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    front.on('data', (data) => {
      if (hasAnswered) flights += 1;
      hasAnswered = false;
      if (cut !== undefined && data.includes(cut.text)) {
        const { how } = cut;
        cut = undefined;
        if (how === 'before') return end();
        isCut = true;
      }
      back.write(data);
    });
    back.on('data', (data) => {
      hasAnswered = true;
      if (isCut) end();
      else front.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, SOCKET), resolve));
  const here = new URL(address);
  here.searchParams.set('host', folder);
  return {
    address: here.href,
    flights() {
      const counted = flights;
      flights = 0;
      return counted;
    },
    cutAt: (text, how) => void (cut = { text, how }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
