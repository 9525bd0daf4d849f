/** What waits here for the ledger, and what the ledger answered where a person should look. */
import type { Remark, WaitingItem } from '../../../register/status.ts';
import {
  LINES_MAX,
  longestWaiting,
  newestRemarks,
  remarkHead,
  remarkText,
  waitingLine,
} from '../../../screens/lines.ts';
import type { Words } from '../../../screens/words.ts';
import { Line, Part } from './parts.tsx';

interface WaitingProps {
  readonly waiting: readonly WaitingItem[];
  readonly words: Words;
  readonly now: number;
}

/** The waiting operations, oldest first, with the warning that logging out could lose them. */
export function Waiting({ waiting, words, now }: WaitingProps) {
  if (waiting.length === 0) return null;
  return (
    <Part title={words.text('waiting.heading')}>
      <Line tone="warning" isStrong>
        {words.counted('waiting.stay', waiting.length)}
      </Line>
      {longestWaiting(waiting).map((item) => (
        <Line key={item.id}>{waitingLine(item, words, now)}</Line>
      ))}
      <More count={waiting.length - LINES_MAX} words={words} />
    </Part>
  );
}

interface RemarksProps {
  readonly remarks: readonly Remark[];
  readonly words: Words;
}

/** Answers to hand on, in words: what it was, what became of it, why. Newest first. */
export function Remarks({ remarks, words }: RemarksProps) {
  if (remarks.length === 0) return null;
  return (
    <Part title={words.text('remarks.heading')}>
      {newestRemarks(remarks).flatMap((remark) => [
        <Line key={`${remark.id} head`} isStrong>
          {remarkHead(remark, words)}
        </Line>,
        <Line key={remark.id} tone="warning">
          {remarkText(remark, words)}
        </Line>,
      ])}
      <More count={remarks.length - LINES_MAX} words={words} />
    </Part>
  );
}

function More({ count, words }: { readonly count: number; readonly words: Words }) {
  if (count <= 0) return null;
  return <Line tone="subdued">{words.counted('waiting.more', count)}</Line>;
}
