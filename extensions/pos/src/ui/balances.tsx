/** What a customer owns, and how old that knowledge is. */
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { AccountView, CustomerView, RegisterState } from '../../../register/status.ts';
import { ageLine } from '../../../screens/lines.ts';
import { lastDigits, type Words } from '../../../screens/words.ts';

interface BalancesProps {
  readonly view: CustomerView;
  readonly state: RegisterState;
  readonly words: Words;
  readonly now: number;
}

/** Whose balances they are is said every time: they need not be those of the cart's customer. */
export function Balances(props: BalancesProps & { readonly onCart: CustomerId | undefined }) {
  const { view, onCart, words } = props;
  const isOnCart = view.customer === onCart;
  const id = lastDigits(view.customer);
  return (
    <s-section heading={words.text(isOnCart ? 'customer.heading' : 'customer.notOnCart', { id })}>
      {!isOnCart && onCart !== undefined && (
        <s-text tone="warning">{words.text('customer.otherOnCart')}</s-text>
      )}
      <Accounts {...props} />
    </s-section>
  );
}

/** Available value per account with what waits, what is on its way, and the age of it all. */
export function Accounts({ view, state, words, now }: BalancesProps) {
  const age = ageLine(view, state, words, now);
  return (
    <s-stack direction="block" gap="small">
      <Account account={view.points} words={words} />
      {view.earning > 0 && (
        <s-text color="subdued">{words.counted('customer.earning', view.earning)}</s-text>
      )}
      {view.credit !== undefined && <Account account={view.credit} words={words} />}
      <s-text tone={age.tone} type="small">
        {age.text}
      </s-text>
    </s-stack>
  );
}

/** The screen's place for a customer while the cart has none. */
export function NoCustomer({ words }: { readonly words: Words }) {
  return (
    <s-empty-state
      heading={words.text('customer.missing')}
      subheading={words.text('customer.missingHow')}
    />
  );
}

function Account({ account, words }: { readonly account: AccountView; readonly words: Words }) {
  const { unit, available, pending } = account;
  const isPoints = unit === 'points';
  if (available === undefined) {
    const unknown = isPoints ? 'customer.pointsUnknown' : 'customer.creditUnknown';
    return <s-text>{words.text(unknown)}</s-text>;
  }
  const value = words.value({ unit, amount: available });
  return (
    <s-stack direction="block">
      <s-heading>{isPoints ? value : words.text('customer.credit', { money: value })}</s-heading>
      {pending !== 0 && (
        <s-text color="subdued">
          {words.text('customer.pending', { value: words.value({ unit, amount: pending }) })}
        </s-text>
      )}
    </s-stack>
  );
}
