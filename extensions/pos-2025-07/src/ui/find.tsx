/** Finding a customer who is not on the cart: a card, its number, or somebody who was just here. */
import { Button } from '@shopify/ui-extensions-react/point-of-sale';
import type { CustomerId } from '../../../../shared/protocol.ts';
import { pointsLine, valueLine } from '../../../screens/lines.ts';
import { lastDigits } from '../../../screens/words.ts';
import type { ScreenProps } from './counter.tsx';
import { Part } from './parts.tsx';
import { TextEntry } from './text-entry.tsx';

interface FindProps extends ScreenProps {
  /** What was scanned or typed last is no card. */
  readonly isWrong: boolean;
  readonly isBusy: boolean;
  /** A text that may be a card's; says whether it is. */
  readonly look: (text: string) => boolean;
  readonly choose: (customer: CustomerId) => void;
}

/** Works with no network: a card's number holds the customer's id. */
export function Find(props: FindProps) {
  const { register, isWrong, isBusy, words, now, look, choose } = props;
  return (
    <Part title={words.text('find.heading')}>
      <TextEntry
        label={words.text('find.label')}
        button={words.text('find.show')}
        error={isWrong ? words.text('find.invalid') : undefined}
        isBusy={isBusy}
        onEnter={look}
      />
      {register.recent().map(({ customer, at }) => (
        <Button
          key={customer}
          title={valueLine(lastDigits(customer), pointsLine(customer, props), {
            words,
            ms: now() - at,
          })}
          isDisabled={isBusy}
          onPress={() => choose(customer)}
        />
      ))}
    </Part>
  );
}
