/** A register's state as data, for the rules that only read it. */
import type { RegisterState } from '../../extensions/register/status.ts';
import type { WaitingItem } from '../../extensions/register/status.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import type { OperationId } from '../../shared/protocol.ts';

export const NOON = Date.UTC(2026, 6, 4, 12, 0, 0);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** Online, synced a minute ago, nothing waiting: what a quiet register looks like. */
export function quietState(changes: Partial<RegisterState> = {}): RegisterState {
  return {
    ready: true,
    connected: true,
    waiting: [],
    otherShops: 0,
    remarks: [],
    sync: {
      phase: 'idle',
      done: 0,
      total: 0,
      snapshot: undefined,
      trouble: undefined,
      code: undefined,
      nextTryAt: undefined,
    },
    lastSyncAt: NOON - MINUTE_MS,
    ageMs: MINUTE_MS,
    storage: { keys: 4, bytes: 12_000, health: 'ok' },
    damaged: 0,
    program: undefined,
    policy: POLICY_DEFAULT,
    open: [],
    unknown: 0,
    cash: undefined,
    ...changes,
  };
}

/** A redemption of 200 points that waits since `at`. */
export function waitingItem(number: number, at: number): WaitingItem {
  return {
    id: `ABCDEFGH01.${number}` as OperationId,
    kind: 'intent',
    unit: 'points',
    amount: 200,
    title: 'Free coffee',
    at,
  };
}
