/** What waits here for the ledger, and what the ledger answered where a person should look. */
import type { Remark, WaitingItem } from '../../../register/status.ts';
import type { Words } from './words.ts';

/** Lines of a list before "and N more": a cashier reads a handful, never a hundred. */
export const LINES_MAX = 8;

interface WaitingProps {
  readonly waiting: readonly WaitingItem[];
  readonly words: Words;
  readonly now: number;
}

/** The waiting operations, oldest first, with the warning that logging out could lose them. */
export function Waiting({ waiting, words, now }: WaitingProps) {
  if (waiting.length === 0) return null;
  const oldestFirst = [...waiting].sort((a, b) => a.at - b.at);
  return (
    <s-section heading={words.text('waiting.heading')}>
      <s-stack direction="block" gap="small">
        <s-text type="strong" tone="warning">
          {words.counted('waiting.stay', waiting.length)}
        </s-text>
        {oldestFirst.slice(0, LINES_MAX).map((item) => (
          <s-text key={item.id}>{waitingLine(item, { words, now })}</s-text>
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
  const newestFirst = [...remarks].sort((a, b) => b.at - a.at);
  return (
    <s-section heading={words.text('remarks.heading')}>
      <s-stack direction="block" gap="small">
        {newestFirst.slice(0, LINES_MAX).map((remark) => (
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

function waitingLine(
  { kind, title, unit, amount, at }: WaitingItem,
  { words, now }: { readonly words: Words; readonly now: number },
): string {
  const what = title ?? kindText(kind, words);
  const ms = now - at;
  if (unit !== undefined && amount !== undefined)
    return valueLine(what, words.value({ unit, amount }), { words, ms });
  return words.text('waiting.line', { what, age: words.age(Math.max(0, ms)) });
}

/** "Free coffee · 200 points · 5 min": `ms` is how long ago, 0 where a clock says it lies ahead. */
export function valueLine(
  what: string,
  value: string,
  { words, ms }: { readonly words: Words; readonly ms: number },
): string {
  return words.text('waiting.lineValue', { what, value, age: words.age(Math.max(0, ms)) });
}

function remarkHead({ kind, ref, at }: Remark, words: Words): string {
  const what = kindText(kind, words);
  const time = words.time(at);
  return ref === undefined
    ? words.text('remarks.line', { what, time })
    : words.text('remarks.lineRef', { what, time, ref });
}

function remarkText({ status, reason, flags }: Remark, words: Words): string {
  const sentences = [words.text(`status.${status}`)];
  if (reason !== null) sentences.push(words.text(`reason.${reason}`));
  for (const flag of flags) sentences.push(words.text(`flag.${flag}`));
  return sentences.join(' ');
}

const KINDS = [
  'intent',
  'void',
  'missing',
  'commit',
  'earn',
  'return',
  'give-back',
  'take-back',
  'note',
  'opening',
  'adjustment',
  'release',
] as const;

/** A newer version of the app may have written a kind that this one has no word for. */
export function kindText(kind: string, words: Words): string {
  const known = KINDS.find((one) => one === kind);
  return words.text(`kind.${known ?? 'unknown'}`);
}
