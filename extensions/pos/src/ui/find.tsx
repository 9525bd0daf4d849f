/** Finding a customer who is not on the cart: a card, its number, or somebody who was just here. */
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { ScreenProps } from './counter.tsx';
import type { Watched } from '../../../screens/hooks.ts';
import { TextEntry } from './text-entry.tsx';
import { pointsLine, valueLine } from '../../../screens/lines.ts';
import { lastDigits } from '../../../screens/words.ts';

/** The register's scanner, as far as a loyalty card needs it. */
export interface Scanner {
  /** The text of the newest scan. */
  readonly data: Watched<string | undefined>;
  hasCamera(): boolean;
  showCamera(isOpen: boolean): void;
}

interface FindProps extends ScreenProps {
  readonly scanner: Scanner | undefined;
  /** What was scanned or typed last is no card. */
  readonly isWrong: boolean;
  readonly isBusy: boolean;
  /** A text that may be a card's; says whether it is. */
  readonly look: (text: string) => boolean;
  readonly choose: (customer: CustomerId) => void;
}

/** Works with no network: a card's number holds the customer's id. */
export function Find(props: FindProps) {
  const { register, scanner, isWrong, isBusy, words, now, look, choose } = props;
  return (
    <s-section heading={words.text('find.heading')}>
      <s-stack direction="block" gap="small">
        <TextEntry
          id="card"
          label={words.text('find.label')}
          button={words.text('find.show')}
          {...(isWrong ? { error: words.text('find.invalid') } : {})}
          isBusy={isBusy}
          onEnter={look}
        />
        {scanner?.hasCamera() === true && (
          <s-button id="camera" onClick={() => scanner.showCamera(true)}>
            {words.text('find.camera')}
          </s-button>
        )}
        {register.recent().map(({ customer, at }) => (
          <s-button
            key={customer}
            id={`recent-${customer}`}
            disabled={isBusy}
            onClick={() => choose(customer)}
          >
            {valueLine(lastDigits(customer), pointsLine(customer, props), {
              words,
              ms: now() - at,
            })}
          </s-button>
        ))}
      </s-stack>
    </s-section>
  );
}
