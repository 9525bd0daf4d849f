/** Store credit: an amount typed by the cashier, checked while it is typed. */
import { useState } from 'preact/hooks';
import { minor, type Currency, type Minor } from '../../../../shared/amount.ts';
import type { Register } from '../../../register/register.ts';
import { exampleEntry } from '../../../screens/amount-entry.ts';
import { creditEntry } from '../../../screens/lines.ts';
import { typed } from './text-entry.tsx';
import type { Words } from '../../../screens/words.ts';

interface StoreCreditProps {
  readonly currency: Currency;
  /** Minor units that the customer may spend now. */
  readonly available: number | undefined;
  readonly refusalOf: (amount: Minor) => ReturnType<Register['creditRefusal']>;
  readonly isBusy: boolean;
  readonly words: Words;
  /** Says whether the amount was taken, so that the field can be emptied. */
  readonly onRedeem: (amount: Minor, done: () => void) => void;
}

/** The amount field and its button; without a balance, the reason instead. */
export function StoreCredit(props: StoreCreditProps) {
  const { available, words } = props;
  return (
    <s-section heading={words.text('credit.heading')}>
      {available === undefined && <s-text>{words.text('refused.balance-unknown')}</s-text>}
      {available !== undefined && available <= 0 && <s-text>{words.text('credit.none')}</s-text>}
      {available !== undefined && available > 0 && (
        <AmountEntry {...props} available={minor(available)} />
      )}
    </s-section>
  );
}

function AmountEntry({
  currency,
  available,
  refusalOf,
  isBusy,
  words,
  onRedeem,
}: StoreCreditProps & { readonly available: Minor }) {
  const [text, setText] = useState('');
  const { amount, error } = creditEntry(text, currency, refusalOf, words);
  return (
    <s-stack direction="block" gap="small">
      <s-number-field
        id="credit-amount"
        label={words.text('credit.label')}
        details={words.text('credit.details', {
          money: words.money({ currency, amount: available }),
        })}
        inputMode="decimal"
        placeholder={exampleEntry(currency)}
        value={text}
        {...(error === undefined ? {} : { error })}
        onInput={typed(setText)}
      />
      <s-button
        id="redeem-credit"
        variant="primary"
        disabled={isBusy || amount === undefined || error !== undefined}
        onClick={() => {
          if (amount !== undefined && error === undefined) onRedeem(amount, () => setText(''));
        }}
      >
        {words.text('credit.redeem')}
      </s-button>
    </s-stack>
  );
}
