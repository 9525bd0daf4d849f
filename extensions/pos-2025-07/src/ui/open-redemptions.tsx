/** Redemptions of this register that no sale has closed yet. */
import { Button } from '@shopify/ui-extensions-react/point-of-sale';
import type { Currency } from '../../../../shared/amount.ts';
import type { Reference } from '../../../../shared/protocol.ts';
import type { OpenRedemption } from '../../../register/status.ts';
import type { Words } from '../../../screens/words.ts';
import { Line, Part } from './parts.tsx';

interface OpenRedemptionsProps {
  readonly open: readonly OpenRedemption[];
  readonly currency: Currency;
  readonly isBusy: boolean;
  readonly words: Words;
  readonly onRemove: (ref: Reference) => void;
}

/** Each with its place and, while it is on this cart, the way to take it off again. */
export function OpenRedemptions(props: OpenRedemptionsProps) {
  const { open, words } = props;
  if (open.length === 0) return null;
  return (
    <Part title={words.text('open.heading')}>
      {open.map((redemption) => (
        <Open key={redemption.ref} redemption={redemption} {...props} />
      ))}
    </Part>
  );
}

function Open({
  redemption: { ref, title, discount, place, isOtherCustomer },
  currency,
  isBusy,
  words,
  onRemove,
}: OpenRedemptionsProps & { readonly redemption: OpenRedemption }) {
  const money = words.money({ currency, amount: discount });
  return (
    <>
      <Line isStrong>{words.text('open.line', { title, money, ref })}</Line>
      <Line tone="subdued">{words.text(`open.${place}`)}</Line>
      {isOtherCustomer && place === 'in-cart' && (
        <Line tone="warning">{words.text('open.otherCustomer')}</Line>
      )}
      {place !== 'unknown' && (
        <Button
          title={`${words.text('open.remove')} ${ref}`}
          type="destructive"
          isDisabled={isBusy}
          onPress={() => onRemove(ref)}
        />
      )}
    </>
  );
}
