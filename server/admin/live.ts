/**
 * `/api/admin/live`: tells open pages that the shop's feed or sync log has grown. One look at the
 * shop a second serves all its pages, and ends with the last of them; with several processes on one
 * database each looks for its own.
 */
import type { LiveChange } from '../../shared/merchant/log.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { HttpError } from '../http-error.ts';
import type { AdminRoute } from './door.ts';

export const LIVE_POLL_MS = 1_000;
/** A line that says nothing, so that what stands in between does not take silence for an end. */
export const LIVE_HEARTBEAT_MS = 15_000;
/** Behind it a page asks again, with a fresh token. */
export const LIVE_LASTS_MS = 5 * 60_000;
export const LIVE_PER_ACCOUNT_MAX = 4;
export const LIVE_PER_SHOP_MAX = 20;
/** Lines that a page may leave unread before it is let go. */
const UNREAD_MAX = 100;
const AGAIN_S = 5;

export interface LiveDeps {
  readonly database: Pick<Database, 'read'>;
  readonly clock: { now(): number };
  readonly sleep: (ms: number) => Promise<void>;
}

export interface Live {
  readonly routes: readonly AdminRoute[];
  /** Shops that are looked at now. */
  watched(): number;
  /** Ends every stream and begins none; resolves when nothing is looked at any more. */
  stop(): Promise<void>;
}

interface Page {
  readonly user: string;
  readonly begunAt: number;
  saidAt: number;
  /** `false` when the page does not read. */
  say(line: string): boolean;
  end(): void;
}

interface Watch {
  readonly shop: ShopDomain;
  readonly pages: Set<Page>;
  known: Position;
  ended: Promise<void>;
}

type Position = Pick<LiveChange, 'seq' | 'log'>;

export function createLive(deps: LiveDeps): Live {
  const { database, clock } = deps;
  const watches = new Map<ShopDomain, Watch>();
  let isEnding = false;

  const positionOf = (shop: ShopDomain) =>
    database.read(shop, async (reader): Promise<Position | undefined> => {
      const row = await reader.shop();
      return row === undefined ? undefined : { seq: row.seq, log: row.log };
    });

  function watchOf(shop: ShopDomain, known: Position): Watch {
    const open = watches.get(shop);
    if (open !== undefined) return open;
    const watch: Watch = { shop, pages: new Set(), known, ended: Promise.resolve() };
    watches.set(shop, watch);
    watch.ended = look(watch);
    return watch;
  }

  async function look(watch: Watch): Promise<void> {
    for (;;) {
      await deps.sleep(LIVE_POLL_MS);
      if (watch.pages.size === 0) {
        // At once: a page that comes now begins a new one.
        watches.delete(watch.shop);
        return;
      }
      // A database that fails for a moment is asked again; the pages notice nothing.
      const position = await positionOf(watch.shop).catch(() => undefined);
      tell(watch, position ?? watch.known, clock.now());
    }
  }

  return {
    routes: [
      {
        method: 'get',
        path: '/live',
        answer: async ({ shop, user }) => {
          const position = await positionOf(shop);
          if (position === undefined) {
            throw new HttpError(404, 'not-found', 'The ledger does not know this shop yet.');
          }
          if (isEnding) throw new HttpError(503, 'ending', `Ask again in ${AGAIN_S} s.`, AGAIN_S);
          const watch = watchOf(shop, position);
          refuseMany(watch, user);
          const now = clock.now();
          return streamTo(watch, { user, now, first: changeLine(position, now) });
        },
      },
    ],
    watched: () => watches.size,
    async stop() {
      isEnding = true;
      const open = [...watches.values()];
      for (const { pages } of open) for (const page of [...pages]) page.end();
      await Promise.all(open.map(({ ended }) => ended));
    },
  };
}

function refuseMany({ pages }: Watch, user: string): void {
  const own = [...pages].filter((page) => page.user === user).length;
  if (own < LIVE_PER_ACCOUNT_MAX && pages.size < LIVE_PER_SHOP_MAX) return;
  throw new HttpError(429, 'too-many-requests', 'Too many pages are open.', AGAIN_S);
}

/** What every page of the shop is told at this moment. */
function tell(watch: Watch, position: Position, now: number): void {
  const isNews = position.seq !== watch.known.seq || position.log !== watch.known.log;
  watch.known = position;
  for (const page of [...watch.pages]) {
    const isDue = now - page.saidAt >= LIVE_HEARTBEAT_MS;
    const line = isNews ? changeLine(position, now) : isDue ? ': here\n\n' : undefined;
    if (line !== undefined) page.saidAt = now;
    const isReading = line === undefined || page.say(line);
    if (!isReading || now - page.begunAt >= LIVE_LASTS_MS) page.end();
  }
}

function changeLine({ seq, log }: Position, at: number): string {
  return `event: change\ndata: ${JSON.stringify({ seq, log, at } satisfies LiveChange)}\n\n`;
}

function streamTo(
  watch: Watch,
  { user, now, first }: { readonly user: string; readonly now: number; readonly first: string },
): Response {
  const encoder = new TextEncoder();
  let forget = (): void => undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const say = (line: string) => {
          // None where the page has not read for long, and none where the caller has gone.
          const hasRoom = (controller.desiredSize ?? 0) > 0;
          if (hasRoom) controller.enqueue(encoder.encode(line));
          return hasRoom;
        };
        const end = () => {
          forget();
          try {
            controller.close();
          } catch {
            // The other side was quicker.
          }
        };
        const page: Page = { user, begunAt: now, saidAt: now, say, end };
        forget = () => void watch.pages.delete(page);
        watch.pages.add(page);
        say(first);
      },
      // The caller has gone.
      cancel: () => forget(),
    },
    { highWaterMark: UNREAD_MAX },
  );
  return new Response(body, {
    headers: { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' },
  });
}
