/** Sync: the button, how far it is, when it was, what is wrong, how full the memory is. */
import { STORAGE_KEYS_MAX } from '../../../../shared/ports.ts';
import type { RegisterState } from '../../../register/status.ts';
import type { SyncState } from '../../../register/sync.ts';
import { problemText, type Problem } from './problems.ts';
import type { Words } from './words.ts';

interface SyncPanelProps {
  readonly state: RegisterState;
  readonly problems: readonly Problem[];
  readonly isBusy: boolean;
  readonly words: Words;
  /** `undefined` in a block: it only reads. */
  readonly onSync: (() => void) | undefined;
}

/** Always there, also when all is well: a cashier must be able to see that. */
export function SyncPanel({ state, problems, isBusy, words, onSync }: SyncPanelProps) {
  const { sync, storage, waiting, lastSyncAt } = state;
  const isSyncing = isBusy || sync.phase === 'syncing';
  return (
    <s-section heading={words.text('sync.heading')}>
      <s-stack direction="block" gap="small">
        <s-text>
          {waiting.length === 0
            ? words.text('sync.nothing')
            : words.counted('sync.waiting', waiting.length)}
        </s-text>
        {isSyncing && <s-text id="sync-progress">{progressText(sync, words)}</s-text>}
        {!isSyncing && sync.phase === 'waiting' && sync.nextTryAt !== undefined && (
          <s-text color="subdued">
            {words.text('sync.retry', { time: words.time(sync.nextTryAt) })}
          </s-text>
        )}
        <s-text color="subdued">
          {lastSyncAt === undefined
            ? words.text('sync.never')
            : words.text('sync.last', { time: words.time(lastSyncAt) })}
        </s-text>
        {problems.map((problem) => (
          <s-text key={problem.kind} tone={problem.tone}>
            {problemText(words, problem, state)}
          </s-text>
        ))}
        <s-text color="subdued" type="small">
          {words.text('sync.storage', {
            keys: words.number(storage.keys),
            keysMax: words.number(STORAGE_KEYS_MAX),
            size: words.number(Math.ceil(storage.bytes / 1_000)),
          })}
        </s-text>
        {onSync !== undefined && (
          <s-button id="sync-now" loading={isSyncing} disabled={isSyncing} onClick={onSync}>
            {words.text('sync.now')}
          </s-button>
        )}
      </s-stack>
    </s-section>
  );
}

function progressText({ snapshot, done, total }: SyncState, words: Words): string {
  if (snapshot !== undefined)
    return words.text('sync.snapshot', {
      loaded: words.number(snapshot.loaded),
      total: words.number(snapshot.total),
    });
  if (total === 0) return words.text('sync.running');
  return words.text('sync.progress', { done: words.number(done), total: words.number(total) });
}
