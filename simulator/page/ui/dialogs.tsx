/** Sheets in which a person chooses a customer, gives a discount, types a note or a custom sale. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { findCustomers, initials } from './format.ts';
import { CloseIcon } from './icons.tsx';
import type { ScreenProps } from './tablet.tsx';

export type DialogName = 'customer' | 'discount' | 'note' | 'custom-sale';

const CUSTOMERS_SHOWN = 12;

export function Dialogs(props: ScreenProps) {
  switch (props.screen.dialog) {
    case undefined:
      return null;
    case 'customer':
      return <CustomerDialog {...props} />;
    case 'discount':
      return <DiscountDialog {...props} />;
    case 'note':
      return <NoteDialog {...props} />;
    case 'custom-sale':
      return <CustomSaleDialog {...props} />;
  }
}

interface SheetProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

function Sheet({ title, close, children }: SheetProps) {
  return (
    <div class="veil" onClick={(event) => event.target === event.currentTarget && close()}>
      <div class="sheet" role="dialog" aria-modal="true" aria-label={title}>
        <header>
          <h2>{title}</h2>
          <button type="button" aria-label="Close" onClick={close}>
            <CloseIcon />
          </button>
        </header>
        {children}
      </div>
    </div>
  );
}

function CustomerDialog({ register, show }: ScreenProps) {
  const typed = useSignal('');
  const close = (): void => show({ dialog: undefined });
  return (
    <Sheet title="Customers" close={close}>
      <input
        type="search"
        placeholder="Name, phone or number"
        aria-label="Search customers"
        data-testid="customer-search"
        value={typed.value}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
      <ul class="customers">
        {findCustomers(typed.value, CUSTOMERS_SHOWN).map(({ id, name, contact }) => (
          <li key={id}>
            <button
              type="button"
              data-testid={`customer-${id}`}
              onClick={() => {
                void register.cart.mutators.setCustomer({ id });
                close();
              }}
            >
              <span class="avatar">{initials(name)}</span>
              <span class="customer-name">
                <strong>{name}</strong>
                <small>{contact}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** Runs a change of the cart; closes the sheet when it worked, shows why when it did not. */
function useCartChange({ show }: ScreenProps) {
  const failure = useSignal('');
  return {
    failure,
    apply(change: () => Promise<unknown>): void {
      change().then(
        () => show({ dialog: undefined }),
        (error: unknown) => {
          failure.value = error instanceof Error ? error.message : 'That did not work';
        },
      );
    },
  };
}

function DiscountDialog(props: ScreenProps) {
  const { register, show } = props;
  const amount = useSignal('');
  const type = useSignal<'FixedAmount' | 'Percentage' | 'Code'>('FixedAmount');
  const { failure, apply } = useCartChange(props);
  const { mutators } = register.cart;
  return (
    <Sheet title="Discount" close={() => show({ dialog: undefined })}>
      <div class="choices" role="radiogroup" aria-label="Kind of discount">
        {(['FixedAmount', 'Percentage', 'Code'] as const).map((one) => (
          <button
            type="button"
            role="radio"
            aria-checked={type.value === one}
            onClick={() => (type.value = one)}
          >
            {one === 'FixedAmount' ? 'Amount' : one}
          </button>
        ))}
      </div>
      <input
        aria-label="Discount"
        data-testid="discount-amount"
        placeholder={type.value === 'Code' ? 'WELCOME10' : '5.00'}
        value={amount.value}
        onInput={(event) => (amount.value = event.currentTarget.value)}
      />
      {failure.value !== '' && <p role="alert">{failure.value}</p>}
      <button
        type="button"
        class="primary big"
        data-testid="apply-discount"
        onClick={() =>
          apply(() =>
            type.value === 'Code'
              ? mutators.addCartCodeDiscount(amount.value)
              : mutators.applyCartDiscount(type.value, 'Staff discount', amount.value),
          )
        }
      >
        Apply
      </button>
    </Sheet>
  );
}

function NoteDialog({ register, show }: ScreenProps) {
  const text = useSignal(register.cart.state().note ?? '');
  return (
    <Sheet title="Note" close={() => show({ dialog: undefined })}>
      <textarea
        rows={4}
        aria-label="Note"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button
        type="button"
        class="primary big"
        onClick={() => {
          register.cart.setNote(text.value.trim() === '' ? undefined : text.value.trim());
          show({ dialog: undefined });
        }}
      >
        Save
      </button>
    </Sheet>
  );
}

function CustomSaleDialog(props: ScreenProps) {
  const { register, show } = props;
  const title = useSignal('Custom sale');
  const price = useSignal('');
  const { failure, apply } = useCartChange(props);
  const sale = () => ({ title: title.value, price: price.value, quantity: 1, taxable: true });
  return (
    <Sheet title="Custom sale" close={() => show({ dialog: undefined })}>
      <input
        aria-label="Name"
        value={title.value}
        onInput={(event) => (title.value = event.currentTarget.value)}
      />
      <input
        aria-label="Price"
        placeholder="12.00"
        inputMode="decimal"
        value={price.value}
        onInput={(event) => (price.value = event.currentTarget.value)}
      />
      {failure.value !== '' && <p role="alert">{failure.value}</p>}
      <button
        type="button"
        class="primary big"
        onClick={() => apply(() => register.cart.mutators.addCustomSale(sale()))}
      >
        Add to cart
      </button>
    </Sheet>
  );
}
