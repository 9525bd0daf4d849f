/** One field and its button: something a cashier types and hands in. */
import { useState } from 'preact/hooks';
import type { Words, TextKey } from './words.ts';

interface TextEntryProps {
  readonly id: string;
  readonly label: TextKey;
  readonly button: TextKey;
  /** What is wrong with what was handed in last. */
  readonly error?: string;
  readonly isBusy: boolean;
  readonly words: Words;
  /** Says whether the field can be emptied. */
  readonly onEnter: (text: string) => boolean;
}

/** A field for text, also where digits are typed: one for numbers may drop a leading zero. */
export function TextEntry(props: TextEntryProps) {
  const { id, label, button, error, isBusy, words, onEnter } = props;
  const [text, setText] = useState('');
  return (
    <s-stack direction="block" gap="small">
      <s-text-field
        id={id}
        label={words.text(label)}
        value={text}
        {...(error === undefined ? {} : { error })}
        onInput={(event) => setText(event.currentTarget.value ?? '')}
      />
      <s-button
        id={`${id}-enter`}
        variant="primary"
        disabled={isBusy || text === ''}
        onClick={() => {
          if (onEnter(text)) setText('');
        }}
      >
        {words.text(button)}
      </s-button>
    </s-stack>
  );
}
