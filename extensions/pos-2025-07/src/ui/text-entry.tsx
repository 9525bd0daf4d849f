/** One field and its button: something a cashier types and hands in. */
import { Button, TextField } from '@shopify/ui-extensions-react/point-of-sale';
import { useState } from 'react';

interface TextEntryProps {
  readonly label: string;
  readonly button: string;
  /** What is wrong with what was handed in last. */
  readonly error?: string | undefined;
  readonly isBusy: boolean;
  /** Says whether the field can be emptied. */
  readonly onEnter: (text: string) => boolean;
}

/**
 * What a field holds, told with each key; a field of this version wants its value back only when
 * the cashier is done with it.
 */
export function useTyped() {
  const [text, setText] = useState('');
  const [value, setValue] = useState('');
  const done = (typed: string): void => {
    setText(typed);
    setValue(typed);
  };
  return { text, field: { value, onInput: setText, onChange: done }, clear: () => done('') };
}

/** A field for text, also where digits are typed: one for numbers may drop a leading zero. */
export function TextEntry({ label, button, error, isBusy, onEnter }: TextEntryProps) {
  const { text, field, clear } = useTyped();
  return (
    <>
      <TextField label={label} {...field} {...(error === undefined ? {} : { error })} />
      <Button
        title={button}
        type="primary"
        isDisabled={isBusy || text === ''}
        onPress={() => {
          if (onEnter(text)) clear();
        }}
      />
    </>
  );
}
