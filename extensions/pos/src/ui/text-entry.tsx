/** One field and its button: something a cashier types and hands in. */
import { useState } from 'preact/hooks';

interface TextEntryProps {
  readonly id: string;
  readonly label: string;
  readonly button: string;
  /** What is wrong with what was handed in last. */
  readonly error?: string;
  readonly isBusy: boolean;
  /** Says whether the field can be emptied. */
  readonly onEnter: (text: string) => boolean;
}

/** Hands on what a field holds after each key. */
export const typed =
  (take: (text: string) => void) =>
  (event: { readonly currentTarget: { readonly value?: string } }): void =>
    take(event.currentTarget.value ?? '');

/** A field for text, also where digits are typed: one for numbers may drop a leading zero. */
export function TextEntry(props: TextEntryProps) {
  const { id, label, button, error, isBusy, onEnter } = props;
  const [text, setText] = useState('');
  return (
    <s-stack direction="block" gap="small">
      <s-text-field
        id={id}
        label={label}
        value={text}
        {...(error === undefined ? {} : { error })}
        onInput={typed(setText)}
      />
      <s-button
        id={`${id}-enter`}
        variant="primary"
        disabled={isBusy || text === ''}
        onClick={() => {
          if (onEnter(text)) setText('');
        }}
      >
        {button}
      </s-button>
    </s-stack>
  );
}
