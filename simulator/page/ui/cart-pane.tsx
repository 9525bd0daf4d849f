/**
 * The cart beside the home grid: customer, lines, discounts, totals, and the way to the payment.
 */
import type { CartLine } from '../cart-totals.ts';
import { CartExtensionCard } from './cart-extension.tsx';
import { customerNamed, initials, money } from './format.ts';
import { discountName, useAttempt } from './frame.tsx';
import { CloseIcon, MinusIcon, PersonIcon, PlusIcon } from './icons.tsx';
import type { ScreenProps } from './tablet.tsx';

export function CartPane(props: ScreenProps) {
  const { register, show } = props;
  const cart = register.cartState.value;
  const isEmpty = cart.lines.length === 0;
  const shown = (amount: number): string =>
    money(amount, register.rules.currency, register.settings.value.locale);
  const totals = register.cart.totals();
  return (
    <aside class="cart" aria-label="Cart" data-testid="cart">
      <header>
        <h2>Cart</h2>
        <SaveDraft {...props} />
        {!isEmpty && (
          <button
            type="button"
            class="quiet"
            data-testid="clear-cart"
            onClick={() => void register.cart.mutators.clearCart()}
          >
            Clear
          </button>
        )}
      </header>
      <CustomerRow {...props} />
      <div class="cart-lines">
        {isEmpty && <p class="cart-empty">Tap a product to start a sale.</p>}
        {cart.lines.map((line, index) => (
          <Line
            key={line.uuid}
            line={line}
            total={shown(totals.lineTotals[index] ?? 0)}
            register={register}
          />
        ))}
        {cart.note !== undefined && <p class="cart-note">Note: {cart.note}</p>}
      </div>
      <footer>
        <CartExtensionCard register={register} />
        <dl class="totals">
          <div>
            <dt>Subtotal</dt>
            <dd data-testid="subtotal">{shown(totals.subtotal)}</dd>
          </div>
          {cart.discounts.map((discount, index) => (
            <div class="discount" data-testid="cart-discount">
              <dt>{discountName(discount)}</dt>
              <dd>
                −{shown(totals.taken[index] ?? 0)}
                <button
                  type="button"
                  aria-label={`Remove ${discount.title}`}
                  data-testid="remove-discount"
                  onClick={() => removeDiscount(register, index)}
                >
                  <CloseIcon size={16} />
                </button>
              </dd>
            </div>
          ))}
          <div>
            <dt>Includes VAT {register.rules.taxPercent}%</dt>
            <dd>{shown(totals.tax)}</dd>
          </div>
        </dl>
        <button
          type="button"
          class="primary big"
          disabled={isEmpty}
          data-testid="checkout"
          onClick={() => show({ page: 'checkout' })}
        >
          <span>Checkout</span>
          <span data-testid="total">{shown(totals.total)}</span>
        </button>
      </footer>
    </aside>
  );
}

/** Drafts are kept by Shopify: the cart goes there, and any register may take it up. */
function SaveDraft({ register }: ScreenProps) {
  const { failure, attempt } = useAttempt();
  if (register.cartState.value.lines.length === 0) return null;
  return (
    <>
      {failure.value !== '' && (
        <small role="alert" class="save-failure">
          {failure.value}
        </small>
      )}
      <button
        type="button"
        class="quiet"
        data-testid="save-draft"
        onClick={() => attempt(register.saveDraft)}
      >
        Save draft
      </button>
    </>
  );
}

function CustomerRow({ register, show }: ScreenProps) {
  const { customer } = register.cartState.value;
  if (customer === undefined)
    return (
      <button
        type="button"
        class="customer-row"
        data-testid="add-customer"
        onClick={() => show({ dialog: 'customer' })}
      >
        <span class="avatar">
          <PersonIcon size={20} />
        </span>
        <span>Add customer</span>
      </button>
    );
  const { name, contact } = customerNamed(customer);
  return (
    <div class="customer-row" data-testid="cart-customer">
      <span class="avatar">{initials(name)}</span>
      <button
        type="button"
        class="customer-name"
        aria-label={`Details of ${name}`}
        data-testid="customer-details"
        onClick={() => register.openDetails({ screen: 'customer', customer })}
      >
        <strong>{name}</strong>
        <small>{contact}</small>
      </button>
      <button
        type="button"
        class="square"
        aria-label="Remove customer"
        data-testid="remove-customer"
        onClick={() => void register.cart.mutators.removeCustomer()}
      >
        <CloseIcon size={18} />
      </button>
    </div>
  );
}

interface LineProps extends Pick<ScreenProps, 'register'> {
  readonly line: CartLine;
  readonly total: string;
}

function Line({ line, total, register }: LineProps) {
  const { uuid, title, quantity, discounts } = line;
  return (
    <div class="line" data-testid="cart-line">
      <button
        type="button"
        class="line-name"
        data-testid="line-details"
        onClick={() => register.openDetails({ screen: 'line-item', uuid })}
      >
        <strong>{title}</strong>
        {discounts.map((discount) => (
          <small>{discountName(discount)}</small>
        ))}
      </button>
      <div class="stepper">
        <button
          type="button"
          aria-label={`One ${title} less`}
          onClick={() => register.cart.setQuantity(uuid, quantity - 1)}
        >
          <MinusIcon size={18} />
        </button>
        <span aria-label="Quantity">{quantity}</span>
        <button
          type="button"
          aria-label={`One ${title} more`}
          onClick={() => register.cart.setQuantity(uuid, quantity + 1)}
        >
          <PlusIcon size={18} />
        </button>
      </div>
      <span class="line-total">{total}</span>
    </div>
  );
}

function removeDiscount(register: ScreenProps['register'], index: number): void {
  const cart = register.cart.state();
  register.cart.replace({
    ...cart,
    discounts: cart.discounts.filter((_discount, place) => place !== index),
  });
}
