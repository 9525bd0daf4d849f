/**
 * Whether the shop's books have grown: one stream of server-sent events for the whole page. When it
 * ends the page asks for it again, each time a little later while the server can't be reached.
 */
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { liveChangeSchema } from '../../shared/merchant/log.ts';
import * as v from '../../shared/schema.ts';
import type { Asking } from './asking.ts';
import { useDeps } from './deps.ts';

const RETRY_MS = 2_000;
const RETRY_MS_MAX = 60_000;

const Changes = createContext(0);

/** Counts up whenever the books have grown; stays 0 where nothing live is wanted. */
export function useChanges(isLive: boolean): number {
  const changes = useContext(Changes);
  return isLive ? changes : 0;
}

export function Live({ children }: { readonly children: ReactNode }) {
  const { asking } = useDeps();
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    void follow(asking, stop.signal, () => setChanges((count) => count + 1));
    return () => stop.abort();
  }, [asking]);
  return <Changes value={changes}>{children}</Changes>;
}

async function follow(asking: Asking, signal: AbortSignal, tell: () => void): Promise<void> {
  let waitMs = RETRY_MS;
  let seen = '';
  while (!signal.aborted) {
    try {
      for await (const data of events(await asking.stream('/live', signal))) {
        waitMs = RETRY_MS;
        const change = v.safeParse(liveChangeSchema, data);
        if (!change.success) continue;
        const now = `${change.output.seq}/${change.output.log}`;
        // The first word after a pause says where the books stand; that may be news as well.
        if (seen !== '' && now !== seen) tell();
        seen = now;
      }
    } catch {
      waitMs = Math.min(waitMs * 2, RETRY_MS_MAX);
    }
    await pause(waitMs, signal);
  }
}

/** The data of each event named "change", read from a stream of server-sent events. */
export async function* events(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: ?(.*)$/m.exec(block)?.[1];
        if (/^event: ?change$/m.test(block) && data !== undefined) yield JSON.parse(data);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
