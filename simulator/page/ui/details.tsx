/** Screens of one thing: a line of the cart, a customer, a product, the register itself. */
import { useSignal } from '@preact/signals';
import { PRODUCT_LIST } from '../../shop.ts';
import type { CartLine } from '../cart-totals.ts';
import type { Details } from '../details.ts';
import { clockTime, customerNamed, initials } from './format.ts';
import { discountName, Facts, Failure, Frame, shownMoney, useAttempt } from './frame.tsx';
import { DraftDetails, OrderDetails } from './orders.tsx';
import type { ScreenProps } from './tablet.tsx';

/** The open thing's own screen beside the cart. */
export function DetailScreen(props: ScreenProps & { readonly details: Details }) {
  const { details } = props;
  switch (details.screen) {
    case 'line-item':
      return <LineDetails {...props} uuid={details.uuid} />;
    case 'customer':
      return <CustomerDetails {...props} id={details.customer} />;
    case 'product':
      return <ProductDetails {...props} variant={details.variant} />;
    case 'order':
      return <OrderDetails {...props} order={details.order} />;
    case 'draft-order':
      return <DraftDetails {...props} draft={details.draft} />;
    case 'register':
      return <RegisterDetails {...props} />;
    case 'purchase':
    case 'return':
    case 'exchange':
      return null;
  }
}

function LineDetails({ register, uuid }: ScreenProps & { readonly uuid: string }) {
  const amount = useSignal('');
  const { failure, attempt } = useAttempt();
  const cart = register.cartState.value;
  const index = cart.lines.findIndex((line) => line.uuid === uuid);
  const line = cart.lines[index];
  if (line === undefined) return null;
  const shown = shownMoney(register);
  const { mutators } = register.cart;
  const total = register.cart.totals().lineTotals[index] ?? 0;
  return (
    <Frame register={register} title={line.title}>
      <div class="card">
        <Facts
          rows={[
            ['Price', shown(line.price)],
            ['Quantity', String(line.quantity)],
            ...line.discounts.map((one) => ['Discount', lineDiscountName(one, shown)] as const),
            ['Line total', shown(total)],
          ]}
        />
        <div class="row-of-buttons">
          <input
            aria-label="Discount per unit"
            placeholder="Discount per unit, 1.00"
            inputMode="decimal"
            data-testid="line-discount-amount"
            value={amount.value}
            onInput={(event) => (amount.value = event.currentTarget.value)}
          />
          <button
            type="button"
            class="plain"
            data-testid="line-discount"
            onClick={() =>
              attempt(() =>
                mutators.setLineItemDiscount(uuid, 'FixedAmount', 'Staff discount', amount.value),
              )
            }
          >
            Set discount
          </button>
          <button
            type="button"
            class="plain"
            data-testid="remove-line-discount"
            disabled={line.discounts.length === 0}
            onClick={() => attempt(() => mutators.removeLineItemDiscount(uuid))}
          >
            Remove discount
          </button>
          <button
            type="button"
            class="plain"
            data-testid="remove-line"
            onClick={() => attempt(() => mutators.removeLineItem(uuid))}
          >
            Remove line
          </button>
        </div>
        <Failure text={failure.value} />
      </div>
    </Frame>
  );
}

function lineDiscountName(
  discount: CartLine['discounts'][number],
  shown: (amount: number) => string,
): string {
  const name = discountName(discount);
  return discount.type === 'FixedAmount' ? `${name}, ${shown(discount.value)} per unit` : name;
}

function CustomerDetails({ register, show, id }: ScreenProps & { readonly id: number }) {
  const { name, contact } = customerNamed(id);
  const isOnCart = register.cartState.value.customer === id;
  const { failure, attempt } = useAttempt();
  const { setCustomer, removeCustomer } = register.cart.mutators;
  return (
    <Frame register={register} title="Customer">
      <div class="card">
        <div class="person">
          <span class="avatar">{initials(name)}</span>
          <span class="customer-name">
            <strong>{name}</strong>
            <small>{contact}</small>
          </span>
        </div>
        <div class="row-of-buttons">
          <button
            type="button"
            class="plain"
            data-testid={isOnCart ? 'take-off-cart' : 'put-on-cart'}
            onClick={() => attempt(() => (isOnCart ? removeCustomer() : setCustomer({ id })))}
          >
            {isOnCart ? 'Remove from the cart' : 'Add to the cart'}
          </button>
          <button
            type="button"
            class="plain"
            data-testid="change-customer"
            onClick={() => {
              register.closeDetails();
              show({ dialog: 'customer' });
            }}
          >
            Another customer
          </button>
        </div>
        <Failure text={failure.value} />
      </div>
    </Frame>
  );
}

function ProductDetails({ register, variant }: ScreenProps & { readonly variant: number }) {
  const product = PRODUCT_LIST.find(({ variantId }) => variantId === variant);
  const { failure, attempt } = useAttempt();
  if (product === undefined) return null;
  const { title, price, sku, barcode, vendor } = product;
  return (
    <Frame register={register} title={title}>
      <div class="card">
        <Facts
          rows={[
            ['Price', shownMoney(register)(price)],
            ['SKU', sku],
            ['Barcode', barcode],
            ['Vendor', vendor],
          ]}
        />
        <div class="row-of-buttons">
          <button
            type="button"
            class="plain"
            data-testid="add-to-cart"
            onClick={() => attempt(() => register.cart.mutators.addLineItem(variant, 1))}
          >
            Add to the cart
          </button>
        </div>
        <Failure text={failure.value} />
      </div>
    </Frame>
  );
}

function RegisterDetails({ register }: ScreenProps) {
  const { failure, attempt } = useAttempt();
  const session = register.drawer.session.value;
  const { locale } = register.settings.value;
  const pending = register.desk.pending.value.length;
  const opened =
    session === undefined
      ? 'none'
      : `open since ${clockTime(Date.parse(session.openingTime), locale)}`;
  return (
    <Frame register={register} title={register.name}>
      <div class="card">
        <Facts
          rows={[
            ['Device', String(register.deviceId)],
            ['Cash session', opened],
            ['Drawer', `opened ${register.drawer.openings.value} times`],
            ['Sales without an order yet', String(pending)],
          ]}
        />
        <div class="row-of-buttons">
          <button
            type="button"
            class="plain"
            data-testid={session === undefined ? 'start-cash' : 'complete-cash'}
            onClick={() =>
              attempt(
                session === undefined ? register.startCashSession : register.completeCashSession,
              )
            }
          >
            {session === undefined ? 'Start cash session' : 'Count and close cash session'}
          </button>
        </div>
        <Failure text={failure.value} />
      </div>
    </Frame>
  );
}
