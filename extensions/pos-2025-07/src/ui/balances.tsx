/** What a customer owns, and how old that knowledge is. */
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { AccountView, CustomerView, RegisterState } from '../../../register/status.ts';
import { ageLine } from '../../../screens/lines.ts';
import { lastDigits, type Words } from '../../../screens/words.ts';
import { Line, Part } from './parts.tsx';

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
    <Part title={words.text(isOnCart ? 'customer.heading' : 'customer.notOnCart', { id })}>
      {!isOnCart && onCart !== undefined && (
        <Line tone="warning">{words.text('customer.otherOnCart')}</Line>
      )}
      <Accounts {...props} />
    </Part>
  );
}

/** Available value per account with what waits, what is on its way, and the age of it all. */
export function Accounts({ view, state, words, now }: BalancesProps) {
  const age = ageLine(view, state, words, now);
  return (
    <>
      <Account account={view.points} words={words} />
      {view.earning > 0 && (
        <Line tone="subdued">{words.counted('customer.earning', view.earning)}</Line>
      )}
      {view.credit !== undefined && <Account account={view.credit} words={words} />}
      <Line tone={age.tone}>{age.text}</Line>
    </>
  );
}

/** The screen's place for a customer while the cart has none. */
export function NoCustomer({ words }: { readonly words: Words }) {
  return (
    <Part title={words.text('customer.missing')}>
      <Line>{words.text('customer.missingHow')}</Line>
    </Part>
  );
}

function Account({ account, words }: { readonly account: AccountView; readonly words: Words }) {
  const { unit, available, pending } = account;
  const isPoints = unit === 'points';
  if (available === undefined) {
    const unknown = isPoints ? 'customer.pointsUnknown' : 'customer.creditUnknown';
    return <Line>{words.text(unknown)}</Line>;
  }
  const value = words.value({ unit, amount: available });
  return (
    <>
      <Line isStrong>{isPoints ? value : words.text('customer.credit', { money: value })}</Line>
      {pending !== 0 && (
        <Line tone="subdued">
          {words.text('customer.pending', { value: words.value({ unit, amount: pending }) })}
        </Line>
      )}
    </>
  );
}
