/**
 * Payment, and the screen after a sale, a return or an exchange. Cash only, as a register that is
 * cut off could take it.
 */
import { useSignal } from '@preact/signals';
import { decimals } from '../../../shared/amount.ts';
import type { Receipt } from '../details.ts';
import type { Register } from '../register.ts';
import { clockTime, customerNamed, money } from './format.ts';
import { Spots } from './frame.tsx';
import { CashIcon } from './icons.tsx';
import { ReceiptFooter, Sold } from './orders.tsx';
import type { ScreenProps } from './tablet.tsx';

export function Checkout(props: ScreenProps) {
  return (
    <section class="checkout" aria-label="Checkout">
      <Payment {...props} />
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

const DONE = {
  purchase: { title: 'Sale complete', next: 'New sale', sum: 'Cash', page: 'home' },
  return: { title: 'Return complete', next: 'Done', sum: undefined, page: 'orders' },
  exchange: { title: 'Exchange complete', next: 'Done', sum: 'Taken instead', page: 'orders' },
} as const;

/** The transaction that was just completed: its receipt, and what extensions have to say to it. */
export function Done({ register, show, receipt }: ScreenProps & { readonly receipt: Receipt }) {
  const { locale } = register.settings.value;
  const { kind, cart, orderName, at, event } = receipt;
  const { title, next, sum, page } = DONE[kind];
  return (
    <section class="checkout" aria-label={title}>
      <div class="receipt" data-testid="receipt">
        <h2>{title}</h2>
        <p class="hint" data-testid="order-name">
          {orderName ?? 'Order pending: it is made when the register is online'} ·{' '}
          {clockTime(at, locale)}
        </p>
        <Sold register={register} cart={cart} sumName={sum} />
        {kind !== 'purchase' && (
          <p class="sum-line">
            <span>{event.grandTotal.amount < 0 || kind === 'return' ? 'Paid back' : 'To pay'}</span>
            <span data-testid="receipt-paid">{paidBack(register, event.grandTotal.amount)}</span>
          </p>
        )}
        {cart.customer !== undefined && <p class="hint">{customerNamed(cart.customer).name}</p>}
        <ReceiptFooter register={register} />
        <button
          type="button"
          class="primary big"
          data-testid="new-sale"
          onClick={() => {
            register.closeDetails();
            show({ page });
          }}
        >
          {next}
        </button>
      </div>
      <div class="after-sale">
        <Spots register={register} />
      </div>
    </section>
  );
}

/** The event's own number, as people read it. */
function paidBack({ rules, settings }: Register, amount: number): string {
  const shown = Math.abs(amount) * 10 ** decimals(rules.currency);
  return money(Math.round(shown), rules.currency, settings.value.locale);
}
