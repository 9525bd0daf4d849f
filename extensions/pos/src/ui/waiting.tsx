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

interface WaitingProps {
  readonly waiting: readonly WaitingItem[];
  readonly words: Words;
  readonly now: number;
}

/** The waiting operations, oldest first, with the warning that logging out could lose them. */
export function Waiting({ waiting, words, now }: WaitingProps) {
  if (waiting.length === 0) return null;
  return (
    <s-section heading={words.text('waiting.heading')}>
      <s-stack direction="block" gap="small">
        <s-text type="strong" tone="warning">
          {words.counted('waiting.stay', waiting.length)}
        </s-text>
        {longestWaiting(waiting).map((item) => (
          <s-text key={item.id}>{waitingLine(item, words, now)}</s-text>
        ))}
        <More count={waiting.length - LINES_MAX} words={words} />
      </s-stack>
    </s-section>
  );
}

/** Answers to hand on, in words: what it was, what became of it, why. Newest first. */
export function Remarks({
  remarks,
  words,
}: {
  readonly remarks: readonly Remark[];
  readonly words: Words;
}) {
  if (remarks.length === 0) return null;
  return (
    <s-section heading={words.text('remarks.heading')}>
      <s-stack direction="block" gap="small">
        {newestRemarks(remarks).map((remark) => (
          <s-stack direction="block" key={remark.id}>
            <s-text type="strong">{remarkHead(remark, words)}</s-text>
            <s-text tone="warning">{remarkText(remark, words)}</s-text>
          </s-stack>
        ))}
        <More count={remarks.length - LINES_MAX} words={words} />
      </s-stack>
    </s-section>
  );
}

function More({ count, words }: { readonly count: number; readonly words: Words }) {
  if (count <= 0) return null;
  return <s-text color="subdued">{words.counted('waiting.more', count)}</s-text>;
}
