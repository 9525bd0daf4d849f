/** Payment and receipt. Cash only, as a register that is cut off could take it. */
import { useSignal } from '@preact/signals';
import { totalsOf } from '../cart-totals.ts';
import type { Receipt } from '../register.ts';
import { clockTime, customerNamed, money } from './format.ts';
import { CashIcon } from './icons.tsx';
import type { ScreenProps } from './tablet.tsx';

export function Checkout(props: ScreenProps) {
  const receipt = props.register.receipt.value;
  return (
    <section class="checkout" aria-label="Checkout">
      {receipt === undefined ? <Payment {...props} /> : <Done {...props} receipt={receipt} />}
    </section>
  );
}

function Payment({ register, show }: ScreenProps) {
  const isBusy = useSignal(false);
  const failure = useSignal('');
  const { currency } = register.rules;
  const { locale, airplane } = register.settings.value;
  const totals = register.cart.totals();
  const pay = async (): Promise<void> => {
    isBusy.value = true;
    failure.value = '';
    try {
      await register.completeSale('Cash');
    } catch (error) {
      failure.value = error instanceof Error ? error.message : 'The sale could not be completed';
    }
    isBusy.value = false;
  };
  return (
    <div class="payment" data-testid="payment">
      <p>Total to pay</p>
      <h2>{money(totals.total, currency, locale)}</h2>
      {airplane && (
        <p class="hint">
          Offline: cash can be taken, the order is made when the register is back online.
        </p>
      )}
      {failure.value !== '' && <p role="alert">{failure.value}</p>}
      <button
        type="button"
        class="primary big"
        data-testid="complete-sale"
        disabled={isBusy.value}
        onClick={() => void pay()}
      >
        <CashIcon /> <span>Cash · complete sale</span>
      </button>
      <button
        type="button"
        class="quiet"
        disabled={isBusy.value}
        onClick={() => show({ page: 'home' })}
      >
        Back to the cart
      </button>
    </div>
  );
}

function Done({ register, show, receipt }: ScreenProps & { readonly receipt: Receipt }) {
  const { currency } = register.rules;
  const { locale } = register.settings.value;
  const { cart, orderName, at } = receipt;
  const totals = totalsOf(cart, register.rules);
  const shown = (amount: number): string => money(amount, currency, locale);
  return (
    <div class="receipt" data-testid="receipt">
      <h2>Sale complete</h2>
      <p class="hint" data-testid="order-name">
        {orderName ?? 'Order pending: it is made when the register is online'} ·{' '}
        {clockTime(at, locale)}
      </p>
      <ul>
        {cart.lines.map((line, index) => (
          <li>
            <span>
              {line.quantity} × {line.title}
            </span>
            <span>{shown(totals.lineTotals[index] ?? 0)}</span>
          </li>
        ))}
        {cart.discounts.map((discount, index) => (
          <li class="discount">
            <span>{discount.title}</span>
            <span>−{shown(totals.taken[index] ?? 0)}</span>
          </li>
        ))}
        <li class="sum">
          <span>Cash</span>
          <span data-testid="receipt-total">{shown(totals.total)}</span>
        </li>
      </ul>
      {cart.customer !== undefined && <p class="hint">{customerNamed(cart.customer).name}</p>}
      <button
        type="button"
        class="primary big"
        data-testid="new-sale"
        onClick={() => {
          register.receipt.value = undefined;
          show({ page: 'home' });
        }}
      >
        New sale
      </button>
    </div>
  );
}
