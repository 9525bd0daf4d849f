/** The worker's end of the wire: calls with answers, and listeners that cross as numbers. */
import type { RemoteMutationRecord } from '@remote-dom/core';
import { fromWireError, type FromWorker, type ListenerRef, type ToWorker } from '../wire.ts';

export type Listener = (detail: unknown) => unknown;

export interface Port {
  post(message: FromWorker): void;
  /** Asks the register to do something; settles with its answer. */
  call(name: string, ...args: readonly unknown[]): Promise<unknown>;
  mutate(records: readonly RemoteMutationRecord[]): void;
  /** Takes what is an answer or a call of a listener; returns whether it was one. */
  receive(message: ToWorker): boolean;
}

export function createPort(send: (message: FromWorker) => void): Port {
  let lastCall = 0;
  let lastListener = 0;
  const waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  const numbers = new WeakMap<Listener, number>();
  /** Weak, because the element alone decides how long its listener lives. */
  const listeners = new Map<number, WeakRef<Listener>>();
  const forgotten = new FinalizationRegistry((listener: number) => listeners.delete(listener));

  const reference = (listener: Listener): ListenerRef => {
    const known = numbers.get(listener);
    if (known !== undefined) return { $listener: known };
    lastListener += 1;
    numbers.set(listener, lastListener);
    listeners.set(lastListener, new WeakRef(listener));
    forgotten.register(listener, lastListener);
    return { $listener: lastListener };
  };

  return {
    post: send,
    call(name, ...args) {
      lastCall += 1;
      const id = lastCall;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        try {
          send({ type: 'call', id, name, args });
        } catch (error) {
          waiting.delete(id);
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    },
    mutate(records) {
      send({ type: 'mutate', records: withoutFunctions(records, reference) });
    },
    receive(message) {
      if (message.type === 'invoke') {
        listeners.get(message.listener)?.deref()?.(message.detail);
        return true;
      }
      if (message.type !== 'result' && message.type !== 'failure') return false;
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'result') call?.resolve(message.value);
      else call?.reject(fromWireError(message.error));
      return true;
    },
  };
}

/** The same records with every function replaced by its number. */
function withoutFunctions(
  records: readonly RemoteMutationRecord[],
  reference: (listener: Listener) => ListenerRef,
): RemoteMutationRecord[] {
  const replace = (value: unknown): unknown => {
    if (typeof value === 'function') return reference(value as Listener);
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
  };
  return records.map((record) => replace(record) as RemoteMutationRecord);
}
