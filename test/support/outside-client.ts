/**
 * A client written from docs/protocol.md alone: plain `fetch`, a token from the simulator, and
 * nothing of this project's own code on its side of the wire.
 */
import { expect } from 'vitest';

export interface Settlement {
  readonly id: string;
  readonly seq: number;
  readonly status: string;
  readonly reason: string | null;
  readonly flags: readonly string[];
}

export interface Cursor {
  readonly epoch: number;
  readonly seq: number;
}

export interface Answer {
  readonly protocol: number;
  readonly reset: boolean;
  readonly cursor: Cursor;
  readonly more: boolean;
  readonly results: readonly Settlement[];
  readonly settled: readonly Settlement[];
  readonly balances: readonly { customer: number; unit: string; balance: number }[];
}

export interface SnapshotPage {
  readonly cursor: Cursor;
  readonly customers: readonly number[];
  readonly units: Readonly<Record<string, readonly number[]>>;
  readonly next: number | null;
  readonly total: number;
}

export type Operation = Readonly<Record<string, unknown>> & { readonly id: string };
type Change = Readonly<Record<string, unknown>>;

export interface Redeemed {
  readonly device: string;
  readonly id: string;
  readonly ref: string;
  readonly customer: number;
  readonly points: number;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const DEVICE_TIME = 1_780_000_000_000;

/** A client of the server at `base`, which has asked the simulator who it is. */
export async function createOutsideClient(base: string) {
  const address = (path: string): string => new URL(path, base).href;
  const simulated = async (path: string, body: unknown): Promise<unknown> => {
    const sent = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) };
    const response = await fetch(address(path), sent);
    expect(response.status).toBe(200);
    return response.json();
  };
  const mint = async () =>
    (await simulated('/__sim/token', { user: 1 })) as { token: string; shopId: number };
  const { shopId } = await mint();

  const get = async <T>(path: string): Promise<T> => {
    const { token } = await mint();
    const response = await fetch(address(path), { headers: { Authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };
  /** Sends a body as it is; the token is a fresh one unless another is given, or an empty text. */
  const post = async (
    body: string,
    as: { readonly authorization?: string; readonly type?: string } = {},
  ): Promise<Response> => {
    const authorization = as.authorization ?? `Bearer ${(await mint()).token}`;
    const headers = {
      'Content-Type': as.type ?? 'application/json',
      ...(authorization === '' ? {} : { Authorization: authorization }),
    };
    return fetch(address('/api/pos/sync'), { method: 'POST', headers, body });
  };
  const requestOf = (device: string, change: Change = {}) => request(shopId, device, change);

  return {
    address,
    mint,
    get,
    post,
    requestOf,
    async sync(device: string, change: Change = {}): Promise<Answer> {
      const response = await post(JSON.stringify(requestOf(device, change)));
      expect(response.status).toBe(200);
      return (await response.json()) as Answer;
    },
    /** Every customer's points, from all pages of one snapshot. */
    snapshot: () => wholeSnapshot(get),
    async moveServerClock(clockOffsetMs: number): Promise<void> {
      await simulated('/__sim/server', { clockOffsetMs });
    },
    ...operationsOf(shopId),
  };
}

export type OutsideClient = Awaited<ReturnType<typeof createOutsideClient>>;

function request(shopId: number, device: string, change: Change) {
  const name = 'Front counter';
  const build = 'my-client 1';
  return {
    protocol: 1,
    shopId,
    register: { device, name, location: 5, user: 1, staff: 9, build },
    cursor: null,
    operations: [],
    authorise: [],
    customers: [],
    heads: {},
    pendingCount: 0,
    oldestPendingAt: null,
    deviceTime: DEVICE_TIME,
    share: 0,
    storage: { keys: 0, bytes: 0 },
    damaged: [],
    ...change,
  };
}

function operationsOf(shopId: number) {
  /** What every operation carries, whatever it says. */
  const envelope = (device: string, id: string, kind: string) => ({
    v: 1,
    id,
    kind,
    shopId,
    heads: {},
    skip: [],
    device,
    location: 5,
    staff: 9,
    user: 1,
    build: 'my-client 1',
    deviceTime: DEVICE_TIME,
    lastServerTime: null,
  });
  const discount = { currency: 'EUR', amount: 500 };
  return {
    intent: ({ device, id, ref, customer, points }: Redeemed): Operation => ({
      ...envelope(device, id, 'intent'),
      ref,
      hold: { customer, unit: 'points', amount: points },
      body: {
        title: '5 off',
        discount,
        reward: 'five-off',
        shown: { balance: points, ageMs: 60_000 },
        offline: true,
        pin: false,
        policy: null,
        program: null,
      },
    }),
    commit: ({ device, id, ref, customer, points }: Redeemed): Operation => ({
      ...envelope(device, id, 'commit'),
      ref,
      hold: { customer, unit: 'points', amount: points },
      body: {
        captured: points,
        discount,
        goods: 2_500,
        customer,
        orderId: null,
        saleKey: `sale-of-${ref}`,
      },
    }),
    earn: (device: string, id: string, customer: number, points: number): Operation => ({
      ...envelope(device, id, 'earn'),
      ref: '3FVB8N1Y6C',
      hold: null,
      body: {
        customer,
        points,
        eligible: { currency: 'EUR', amount: points * 100 },
        goods: 2_500,
        orderId: null,
        saleKey: `sale-of-${id}`,
        program: null,
      },
    }),
  };
}

async function wholeSnapshot(
  get: <T>(path: string) => Promise<T>,
): Promise<{ cursor: Cursor; pages: number; points: ReadonlyMap<number, number> }> {
  const points = new Map<number, number>();
  let page = await get<SnapshotPage>('/api/pos/snapshot');
  const { cursor, total } = page;
  for (let pages = 1; ; pages += 1) {
    let customer = 0;
    page.customers.forEach((step, place) => {
      customer += step;
      points.set(customer, page.units['points']?.[place] ?? 0);
    });
    expect(page.cursor).toEqual(cursor);
    if (page.next === null) {
      expect(points.size).toBe(total);
      return { cursor, pages, points };
    }
    expect(page.next).toBe(customer);
    page = await get<SnapshotPage>(nextPage(page));
  }
}

/** Where the page after this one is. */
export function nextPage({ next, cursor: { epoch, seq } }: SnapshotPage): string {
  return `/api/pos/snapshot?after=${next}&epoch=${epoch}&seq=${seq}`;
}
