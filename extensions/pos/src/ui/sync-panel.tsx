/** Sync: the button, how far it is, when it was, what is wrong, how full the memory is. */
import { STORAGE_KEYS_MAX } from '../../../../shared/ports.ts';
import type { Register } from '../../../register/register.ts';
import type { RegisterState } from '../../../register/status.ts';
import { progressText } from '../../../screens/lines.ts';
import { problems, problemText } from '../../../screens/problems.ts';
import type { Words } from '../../../screens/words.ts';
import { useOneAtATime } from './hooks.ts';

interface SyncPanelProps {
  readonly register: Pick<Register, 'syncNow'>;
  readonly state: RegisterState;
  readonly words: Words;
  /** A block only reads. */
  readonly isBlock?: boolean;
}

/** Always there, also when all is well: a cashier must be able to see that. */
export function SyncPanel({ register, state, words, isBlock }: SyncPanelProps) {
  const { isBusy, run } = useOneAtATime();
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
        {problems(state).map((problem) => (
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
        {isBlock !== true && (
          <s-button
            id="sync-now"
            loading={isSyncing}
            disabled={isSyncing}
            onClick={() => run(() => register.syncNow())}
          >
            {words.text('sync.now')}
          </s-button>
        )}
      </s-stack>
    </s-section>
  );
}
