/**
 * One extension context as its register sees it: a worker, and the element that shows what it
 * renders.
 */
import { DOMRemoteReceiver } from '@remote-dom/core/receivers';
import type { RemoteMutationRecord } from '@remote-dom/core';
import { signal, type ReadonlySignal } from '@preact/signals';
import { COMPONENTS } from '../platform/components.ts';
import { componentsOf, type TargetName } from '../platform/places.ts';
import {
  isListenerRef,
  toWireError,
  type ContextConfig,
  type FromWorker,
  type ToWorker,
} from '../wire.ts';

export type ContextStatus = 'starting' | 'running' | 'failed' | 'killed';

export interface ExtensionContext {
  readonly id: string;
  readonly target: TargetName;
  /** Holds the host elements; the screen that shows the target puts it in its place. */
  readonly root: HTMLElement;
  readonly status: ReadonlySignal<ContextStatus>;
  post(message: ToWorker): void;
  kill(): void;
}

export interface ContextDeps {
  readonly makeWorker: () => Worker;
  readonly document: Document;
  readonly config: ContextConfig;
  readonly id: string;
  /** Answers what the extension asks of the platform. */
  readonly call: (name: string, args: readonly unknown[]) => Promise<unknown>;
  readonly problem: (message: string, stack: string | undefined) => void;
  readonly said: (level: string, text: string) => void;
}

/** Starts the worker at once. A context that fails while it starts says so and shows nothing. */
export function startContext(deps: ContextDeps): ExtensionContext {
  const { config } = deps;
  const status = signal<ContextStatus>('starting');
  const root = deps.document.createElement('div');
  root.className = 'extension-root';
  root.dataset['target'] = config.target;
  const worker = deps.makeWorker();
  const post = (message: ToWorker): void => worker.postMessage(message);
  const fail = (message: string, stack?: string): void => {
    if (status.value === 'killed') return;
    if (status.value === 'starting') status.value = 'failed';
    deps.problem(message, stack);
  };
  const receiver = new DOMRemoteReceiver({
    root,
    elements: policies(config.target),
    // Without it a reordered list destroys its fields, and with them what a person types.
    cache: { maxAge: 3_000 },
  });

  const answer = async (id: number, name: string, args: readonly unknown[]): Promise<void> => {
    try {
      const value =
        name === 'element.call'
          ? receiver.connection.call(String(args[0]), String(args[1]), ...args.slice(2))
          : await deps.call(name, args);
      post({ type: 'result', id, value });
    } catch (error) {
      post({ type: 'failure', id, error: toWireError(error) });
    }
  };
  const receive = (message: FromWorker): void => {
    if (status.value === 'killed') return;
    if (message.type === 'ready') post({ type: 'start', config });
    if (message.type === 'started' && status.value === 'starting') status.value = 'running';
    if (message.type === 'call') void answer(message.id, message.name, message.args);
    if (message.type === 'problem') fail(message.message, message.stack);
    if (message.type === 'said') deps.said(message.level, message.text);
    if (message.type === 'mutate')
      try {
        receiver.connection.mutate(withListeners(message.records, post));
      } catch (error) {
        fail(toWireError(error).message);
      }
  };
  worker.addEventListener('message', (event: MessageEvent<FromWorker>) => receive(event.data));
  worker.addEventListener('error', (event) => {
    fail(event.message || 'The worker could not be loaded');
  });

  return {
    id: deps.id,
    target: config.target,
    root,
    status,
    post,
    kill() {
      status.value = 'killed';
      worker.terminate();
      root.replaceChildren();
    },
  };
}

/**
 * What the page accepts from the worker; the worker checks the same, so this is the second lock.
 */
function policies(target: TargetName) {
  const entries = componentsOf(target).flatMap((tag) => {
    const entry = COMPONENTS[tag];
    if (entry === undefined) return [];
    const properties = Object.entries(entry.properties).map(
      ([name, kind]) => [name, kind === 'any' ? {} : { type: kind }] as const,
    );
    const events = [...new Set(['click', ...entry.events])].map((name) => [name, {}] as const);
    const policy = {
      properties: Object.fromEntries(properties),
      attributes: ['slot'],
      events: Object.fromEntries(events),
    };
    return [[tag, policy] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * The same records with every listener's number replaced by a function that calls it over there.
 */
function withListeners(
  records: readonly RemoteMutationRecord[],
  post: (message: ToWorker) => void,
): RemoteMutationRecord[] {
  const revive = (value: unknown): unknown => {
    if (isListenerRef(value)) {
      const listener = value.$listener;
      return (detail: unknown) => post({ type: 'invoke', listener, detail: plain(detail) });
    }
    if (Array.isArray(value)) return value.map(revive);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
  };
  return records.map((record) => revive(record) as RemoteMutationRecord);
}

/** A native event's `detail` is a number, ours is a plain object; nothing else crosses. */
function plain(detail: unknown): unknown {
  return typeof detail === 'object' && detail !== null ? { ...detail } : detail;
}
