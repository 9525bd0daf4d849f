/** The home tile in two lines and a number, out of the register's state. */
import type { RegisterState } from '../register/status.ts';
import { problems } from './problems.ts';
import type { Words } from './words.ts';

export interface TileStatus {
  readonly subheading: string;
  readonly itemCount: number;
  readonly tone: 'auto' | 'accent';
}

/** What the tile says: the most urgent first, and how many things wait or need a person. */
export function tileStatus(state: RegisterState, words: Words, now: number): TileStatus {
  const toDo = problems(state).filter(({ act }) => act);
  return {
    subheading: subheading(state, { words, now, needsPerson: toDo.length > 0 }),
    itemCount: state.waiting.length + state.otherShops + state.remarks.length + toDo.length,
    tone: toDo.length > 0 || state.remarks.length > 0 ? 'accent' : 'auto',
  };
}

/** Device-clock age of the oldest operation that waits; 0 when the clock says it lies ahead. */
export function oldestWaitingMs(state: RegisterState, now: number): number {
  return state.waiting.reduce((oldest, { at }) => Math.max(oldest, now - at), 0);
}

function subheading(
  state: RegisterState,
  { words, now, needsPerson }: { words: Words; now: number; needsPerson: boolean },
): string {
  const { ready, connected, waiting, remarks } = state;
  if (needsPerson) return words.text('tile.attention');
  if (!ready) return words.text('tile.starting');
  const isOffline = !connected || state.sync.trouble === 'unreachable';
  if (waiting.length > 0) {
    const age = words.age(oldestWaitingMs(state, now));
    const key = isOffline ? 'tile.offlineWaiting' : 'tile.waiting';
    return words.counted(key, waiting.length, { age });
  }
  // Without a balance nothing can be redeemed, whatever the network does.
  if (state.lastSyncAt === undefined) return words.text('tile.never');
  if (isOffline) return words.text('tile.offline');
  if (remarks.length > 0) return words.text('tile.attention');
  return words.text('tile.synced');
}
