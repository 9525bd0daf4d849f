/** Redemptions of this register that no sale has closed yet. */
import type { Currency } from '../../../../shared/amount.ts';
import type { Reference } from '../../../../shared/protocol.ts';
import type { OpenRedemption } from '../../../register/status.ts';
import type { Words } from '../../../screens/words.ts';

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
    <s-section heading={words.text('open.heading')}>
      {open.map((redemption) => (
        <Line key={redemption.ref} redemption={redemption} {...props} />
      ))}
    </s-section>
  );
}

function Line({
  redemption: { ref, title, discount, place, isOtherCustomer },
  currency,
  isBusy,
  words,
  onRemove,
}: OpenRedemptionsProps & { readonly redemption: OpenRedemption }) {
  const money = words.money({ currency, amount: discount });
  return (
    <s-stack
      direction="inline"
      gap="base"
      justifyContent="space-between"
      alignItems="center"
      paddingBlock="small"
    >
      <s-stack direction="block">
        <s-text type="strong">{words.text('open.line', { title, money, ref })}</s-text>
        <s-text color="subdued">{words.text(`open.${place}`)}</s-text>
        {isOtherCustomer && place === 'in-cart' && (
          <s-text tone="warning">{words.text('open.otherCustomer')}</s-text>
        )}
      </s-stack>
      {place !== 'unknown' && (
        <s-button
          id={`remove-${ref}`}
          tone="critical"
          disabled={isBusy}
          onClick={() => onRemove(ref)}
        >
          {words.text('open.remove')}
        </s-button>
      )}
    </s-stack>
  );
}
