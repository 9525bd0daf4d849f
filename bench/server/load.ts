/** Registers that push as fast as they are answered. */
import { randomCrockford } from '../../shared/crockford.ts';
import type { Operation, SyncRequest, SyncResponse } from '../../shared/protocol.ts';
import { redemptions, SESSION, SHOP_ID } from '../operations.ts';
import { quantile } from '../stats.ts';
import { clock, now, random } from '../world.ts';

export interface LoadBy {
  readonly clients: number;
  /** Operations in one push. */
  readonly batch: number;
  /** Operations in all; at least one push for each client. */
  readonly operations: number;
  readonly customers: number;
}

/** One push; resolves when it is answered. */
export type Push = (request: SyncRequest) => Promise<Pick<SyncResponse, 'cursor'>>;

export interface Load {
  readonly perSecond: number;
  /** Of one push, ms. */
  readonly p50: number;
  readonly p99: number;
  readonly pushes: number;
}

/** Requests that are made before the clock starts, for each client in turn. */
interface Client {
  readonly device: string;
  readonly batches: readonly (readonly Operation[])[];
}

export async function load(push: Push, by: LoadBy): Promise<Load> {
  const each = Math.max(1, Math.round(by.operations / by.batch / by.clients));
  const clients = Array.from({ length: by.clients }, (_, i) => clientOf(by, i, each));
  const took: number[] = [];
  const began = now();
  await Promise.all(clients.map((one) => pushAll(one, push, took)));
  const seconds = (now() - began) / 1_000;
  const pushes = each * by.clients;
  const p50 = quantile(took, 0.5);
  return { perSecond: (pushes * by.batch) / seconds, p50, p99: quantile(took, 0.99), pushes };
}

function clientOf({ batch, customers }: LoadBy, place: number, pushes: number): Client {
  const writer = randomCrockford(random, 10);
  const all = redemptions({ count: batch * pushes, customers, writer }).map((one) => ({
    ...one,
    device: `device-${place}`,
    // Of all ten characters: references of two writers must not meet.
    ...('ref' in one ? { ref: randomCrockford(random, 10) as typeof one.ref } : {}),
  })) as Operation[];
  const batches = Array.from({ length: pushes }, (_, i) => all.slice(i * batch, (i + 1) * batch));
  return { device: `device-${place}`, batches };
}

async function pushAll({ device, batches }: Client, push: Push, took: number[]): Promise<void> {
  let cursor: SyncRequest['cursor'] = { epoch: 0, seq: 0 };
  for (const operations of batches) {
    const began = now();
    const answer = await push(requestOf(device, operations, cursor));
    took.push(now() - began);
    cursor = answer.cursor;
  }
}

function requestOf(
  device: string,
  operations: readonly Operation[],
  cursor: SyncRequest['cursor'],
): SyncRequest {
  const { deviceName: name, location, user, staff, build } = SESSION;
  return {
    protocol: 1,
    shopId: SHOP_ID,
    register: { device, name, location, user, staff, build },
    cursor: cursor?.epoch === 0 ? null : cursor,
    operations: [...operations],
    authorise: [],
    customers: [],
    heads: {},
    pendingCount: operations.length,
    oldestPendingAt: operations[0]?.deviceTime ?? null,
    deviceTime: clock.now(),
    share: 1,
    storage: { keys: 10, bytes: 100_000 },
    damaged: [],
  };
}
