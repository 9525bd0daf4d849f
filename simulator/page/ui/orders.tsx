/** The shop's orders and drafts: lists, what is in one of them, and what comes back of it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DraftOrder, Quantities, ShopOrder } from '../../shop-orders.ts';
import { totalsOf, type CartState } from '../cart-totals.ts';
import type { Register } from '../register.ts';
import { ContextView } from './context-view.tsx';
import { clockTime, customerNamed } from './format.ts';
import { Failure, Frame, shownMoney, useAttempt } from './frame.tsx';
import { CloseIcon, MinusIcon, PlusIcon } from './icons.tsx';
import type { ScreenProps } from './tablet.tsx';

/** Orders of every register of the shop; those of this one that still wait come first. */
export function OrderList({ register }: ScreenProps) {
  useEffect(() => void register.desk.refresh(), [register]);
  const { pending, orders } = register.desk;
  const isOffline = register.settings.value.airplane;
  return (
    <div class="entries-list" data-testid="orders">
      {isOffline && <p class="hint">Offline: orders as this register knew them last.</p>}
      <ul>
        {[...pending.value].reverse().map((sold) => (
          <li key={sold.key} class="entry" data-testid="pending-order">
            <Entry
              register={register}
              name="Pending"
              what={{ ...sold, note: 'The order is made when the register is online' }}
            />
          </li>
        ))}
        {orders.value.map((order) => (
          <li key={order.id}>
            <button
              type="button"
              class="entry"
              data-testid={`order-${order.name.slice(1)}`}
              disabled={isOffline}
              onClick={() => register.openDetails({ screen: 'order', order })}
            >
              <Entry register={register} name={order.name} what={order} />
            </button>
          </li>
        ))}
      </ul>
      {orders.value.length + pending.value.length === 0 && (
        <p class="hint">No orders since the simulator was started.</p>
      )}
    </div>
  );
}

export function DraftList({ register }: ScreenProps) {
  useEffect(() => void register.desk.refresh(), [register]);
  const drafts = register.desk.drafts.value;
  const isOffline = register.settings.value.airplane;
  return (
    <div class="entries-list" data-testid="drafts">
      {isOffline && <p class="hint">Offline: drafts are kept online.</p>}
      <ul>
        {drafts.map((draft) => (
          <li key={draft.id}>
            <button
              type="button"
              class="entry"
              data-testid={`draft-${draft.name.slice(1)}`}
              disabled={isOffline}
              onClick={() => register.openDetails({ screen: 'draft-order', draft })}
            >
              <Entry register={register} name={draft.name} what={draft} />
            </button>
          </li>
        ))}
      </ul>
      {drafts.length === 0 && <p class="hint">No drafts: save a cart to keep it here.</p>}
    </div>
  );
}

interface EntryProps {
  readonly register: Register;
  readonly name: string;
  readonly what: {
    readonly at: number;
    readonly register: string;
    readonly cart: CartState;
    readonly note?: string;
  };
}

function Entry({ register, name, what: { at, register: maker, cart, note } }: EntryProps) {
  const { total } = totalsOf(cart, register.rules);
  const person = cart.customer === undefined ? 'No customer' : customerNamed(cart.customer).name;
  return (
    <>
      <strong>{name}</strong>
      <span class="customer-name">
        {person}
        <small>
          {maker} · {clockTime(at, register.settings.value.locale)}
          {note !== undefined && ` · ${note}`}
        </small>
      </span>
      <span class="line-total">{shownMoney(register)(total)}</span>
    </>
  );
}

export function OrderDetails({ register, order }: ScreenProps & { readonly order: ShopOrder }) {
  const chosen = useSignal<Quantities>({});
  const { failure, attempt } = useAttempt();
  const { cart, returned } = order;
  const hasChosen = Object.values(chosen.value).some((quantity) => quantity > 0);
  const hasCart = register.cartState.value.lines.length > 0;
  return (
    <Frame register={register} title={`Order ${order.name}`}>
      <div class="card">
        <Sold register={register} cart={cart} sumName="Total" />
        <h3>What comes back</h3>
        <ul class="coming-back">
          {cart.lines.map(({ uuid, title, quantity }) => (
            <Back
              key={uuid}
              title={title}
              most={quantity - (returned[uuid] ?? 0)}
              chosen={chosen.value[uuid] ?? 0}
              choose={(next) => (chosen.value = { ...chosen.value, [uuid]: next })}
            />
          ))}
        </ul>
        <div class="row-of-buttons">
          <button
            type="button"
            class="plain"
            data-testid="complete-return"
            disabled={!hasChosen}
            onClick={() => attempt(() => register.completeReturn(order.id, chosen.value))}
          >
            Return for money
          </button>
          <button
            type="button"
            class="plain"
            data-testid="complete-exchange"
            disabled={!hasChosen || !hasCart}
            onClick={() => attempt(() => register.completeExchange(order.id, chosen.value))}
          >
            Exchange for the cart
          </button>
          <button
            type="button"
            class="plain"
            data-testid="reprint"
            onClick={() => register.reprint()}
          >
            Receipt again
          </button>
        </div>
        <Failure text={failure.value} />
      </div>
      <Reprint register={register} cart={cart} />
    </Frame>
  );
}

interface BackProps {
  readonly title: string;
  readonly most: number;
  readonly chosen: number;
  readonly choose: (quantity: number) => void;
}

function Back({ title, most, chosen, choose }: BackProps) {
  return (
    <li data-testid="coming-back">
      <span>{title}</span>
      <span class="stepper">
        <button
          type="button"
          aria-label={`Return one ${title} less`}
          disabled={chosen === 0}
          onClick={() => choose(chosen - 1)}
        >
          <MinusIcon size={18} />
        </button>
        <span>
          {chosen} of {most}
        </span>
        <button
          type="button"
          aria-label={`Return one ${title} more`}
          disabled={chosen === most}
          onClick={() => choose(chosen + 1)}
        >
          <PlusIcon size={18} />
        </button>
      </span>
    </li>
  );
}

function Reprint({ register, cart }: { readonly register: Register; readonly cart: CartState }) {
  if (!register.isReprinting.value) return null;
  return (
    <div class="veil">
      <div class="sheet receipt-sheet" role="dialog" aria-modal="true" aria-label="Receipt">
        <header>
          <h2>Receipt</h2>
          <button
            type="button"
            aria-label="Close the receipt"
            data-testid="close-reprint"
            onClick={() => register.closeReprint()}
          >
            <CloseIcon />
          </button>
        </header>
        <Sold register={register} cart={cart} sumName="Total" />
        <ReceiptFooter register={register} />
      </div>
    </div>
  );
}

/** What an extension prints below a receipt; nothing where it prints nothing. */
export function ReceiptFooter({ register }: { readonly register: Register }) {
  if (!register.contexts.value.has('receipt-footer')) return null;
  return (
    <div class="receipt-footer">
      <ContextView register={register} place="receipt-footer" />
    </div>
  );
}

/** Lines, discounts and the total of a cart that was sold. */
export function Sold({
  register,
  cart,
  sumName,
}: {
  readonly register: Register;
  readonly cart: CartState;
  /** Without it the sum is left to whoever shows more below. */
  readonly sumName: string | undefined;
}) {
  const totals = totalsOf(cart, register.rules);
  const shown = shownMoney(register);
  return (
    <ul class="sold">
      {cart.lines.map((line, index) => (
        <li key={line.uuid}>
          <span>
            {line.quantity} × {line.title}
            {line.discounts.map(({ title }) => (
              <small>{title}</small>
            ))}
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
      {sumName !== undefined && (
        <li class="sum">
          <span>{sumName}</span>
          <span data-testid="receipt-total">{shown(totals.total)}</span>
        </li>
      )}
    </ul>
  );
}

export function DraftDetails({ register, draft }: ScreenProps & { readonly draft: DraftOrder }) {
  const { failure, attempt } = useAttempt();
  const { customer } = draft.cart;
  return (
    <Frame register={register} title={`Draft ${draft.name}`}>
      <div class="card">
        <p class="hint">
          {customer === undefined ? 'No customer' : customerNamed(customer).name} · saved by{' '}
          {draft.register}
        </p>
        <Sold register={register} cart={draft.cart} sumName="Total" />
        <div class="row-of-buttons">
          <button
            type="button"
            class="plain"
            data-testid="take-draft"
            onClick={() =>
              attempt(() => {
                register.takeDraft(draft);
                register.closeDetails();
                register.page.value = 'home';
              })
            }
          >
            Open in the cart
          </button>
          <button
            type="button"
            class="plain"
            data-testid="delete-draft"
            onClick={() =>
              attempt(async () => {
                await register.desk.removeDraft(draft.id);
                register.closeDetails();
              })
            }
          >
            Delete
          </button>
        </div>
        <Failure text={failure.value} />
      </div>
    </Frame>
  );
}
