/** Store credit: an amount typed by the cashier, checked while it is typed. */
import { Button, NumberField } from '@shopify/ui-extensions-react/point-of-sale';
import { minor, type Currency, type Minor } from '../../../../shared/amount.ts';
import type { Register } from '../../../register/register.ts';
import { exampleEntry } from '../../../screens/amount-entry.ts';
import { creditEntry } from '../../../screens/lines.ts';
import type { Words } from '../../../screens/words.ts';
import { Line, Part } from './parts.tsx';
import { useTyped } from './text-entry.tsx';

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
    <Part title={words.text('credit.heading')}>
      {available === undefined && <Line>{words.text('refused.balance-unknown')}</Line>}
      {available !== undefined && available <= 0 && <Line>{words.text('credit.none')}</Line>}
      {available !== undefined && available > 0 && (
        <AmountEntry {...props} available={minor(available)} />
      )}
    </Part>
  );
}

function AmountEntry(props: StoreCreditProps & { readonly available: Minor }) {
  const { currency, available, refusalOf, isBusy, words, onRedeem } = props;
  const { text, field, clear } = useTyped();
  const { amount, error } = creditEntry(text, currency, refusalOf, words);
  return (
    <>
      <NumberField
        label={words.text('credit.label')}
        helpText={words.text('credit.details', {
          money: words.money({ currency, amount: available }),
        })}
        inputMode="decimal"
        placeholder={exampleEntry(currency)}
        {...field}
        {...(error === undefined ? {} : { error })}
      />
      <Button
        title={words.text('credit.redeem')}
        type="primary"
        isDisabled={isBusy || amount === undefined || error !== undefined}
        onPress={() => {
          if (amount !== undefined && error === undefined) onRedeem(amount, clear);
        }}
      />
    </>
  );
}
