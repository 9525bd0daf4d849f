/** Keeps the newest view of the device for a screen, reading no more often than is asked for. */
import type { Outbox } from './outbox.ts';
import { emptyView, type View } from './view.ts';

export interface Follower {
  /** As last read; an empty one before the first time. */
  view(): View;
  /** Whether storage was read at least once. */
  isReady(): boolean;
  /** Whether storage threw when it was last read. */
  isFailing(): boolean;
  /** Reads again; resolves after a read that began no earlier than this call. Never throws. */
  refresh(): Promise<void>;
}

export function createFollower(outbox: Pick<Outbox, 'view'>, changed: () => void): Follower {
  let view = emptyView();
  let isReady = false;
  let isFailing = false;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    try {
      view = await outbox.view();
      isReady = true;
      isFailing = false;
    } catch {
      isFailing = true;
    }
    changed();
  };

  const begin = (): Promise<void> => {
    next = undefined;
    running = read().finally(() => (running = undefined));
    return running;
  };

  return {
    view: () => view,
    isReady: () => isReady,
    isFailing: () => isFailing,
    refresh() {
      if (running === undefined) return begin();
      // A read under way may have missed what the caller just did: all who wait share the one after
      // it.
      next ??= running.then(begin);
      return next;
    },
  };
}
