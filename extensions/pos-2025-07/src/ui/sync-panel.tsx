/** Sync: the button, how far it is, when it was, what is wrong, how full the memory is. */
import { Button } from '@shopify/ui-extensions-react/point-of-sale';
import { STORAGE_KEYS_MAX } from '../../../../shared/ports.ts';
import type { Register } from '../../../register/register.ts';
import type { RegisterState } from '../../../register/status.ts';
import { progressText } from '../../../screens/lines.ts';
import { problems, problemText } from '../../../screens/problems.ts';
import type { Words } from '../../../screens/words.ts';
import { useOneAtATime } from './hooks.ts';
import { Line, Part } from './parts.tsx';

interface SyncPanelProps {
  readonly register: Pick<Register, 'syncNow'>;
  readonly state: RegisterState;
  readonly words: Words;
}

/** Always there, also when all is well: a cashier must be able to see that. */
export function SyncPanel({ register, state, words }: SyncPanelProps) {
  const { isBusy, run } = useOneAtATime();
  const { sync, storage, waiting, lastSyncAt } = state;
  const isSyncing = isBusy || sync.phase === 'syncing';
  return (
    <Part title={words.text('sync.heading')}>
      <Line>
        {waiting.length === 0
          ? words.text('sync.nothing')
          : words.counted('sync.waiting', waiting.length)}
      </Line>
      {isSyncing && <Line>{progressText(sync, words)}</Line>}
      {!isSyncing && sync.phase === 'waiting' && sync.nextTryAt !== undefined && (
        <Line tone="subdued">{words.text('sync.retry', { time: words.time(sync.nextTryAt) })}</Line>
      )}
      <Line tone="subdued">
        {lastSyncAt === undefined
          ? words.text('sync.never')
          : words.text('sync.last', { time: words.time(lastSyncAt) })}
      </Line>
      {problems(state).map((problem) => (
        <Line key={problem.kind} tone={problem.tone}>
          {problemText(words, problem, state)}
        </Line>
      ))}
      <Line tone="subdued">
        {words.text('sync.storage', {
          keys: words.number(storage.keys),
          keysMax: words.number(STORAGE_KEYS_MAX),
          size: words.number(Math.ceil(storage.bytes / 1_000)),
        })}
      </Line>
      <Button
        title={words.text('sync.now')}
        isLoading={isSyncing}
        isDisabled={isSyncing}
        onPress={() => run(() => register.syncNow())}
      />
    </Part>
  );
}
