/**
 * What a person at the register completes: a sale, a return, an exchange, a cash session. Each is
 * told to the background target as POS tells it, and a transaction ends on its own screen.
 */
import type { ReadonlySignal } from '@preact/signals';
import type { DraftOrder, Quantities } from '../shop-orders.ts';
import { EMPTY_CART } from './cart-totals.ts';
import type { Details, Receipt } from './details.ts';
import { exchangeEvent, partOf, returnEvent } from './goods-back.ts';
import type { Device } from './register.ts';
import { saleEvent } from './sale.ts';

export interface Transactions {
  completeSale(payment?: 'Cash' | 'Custom'): Promise<Receipt>;
  /** Takes lines of an order back; online alone, as orders are kept there. */
  completeReturn(order: number, quantities: Quantities): Promise<Receipt>;
  /** Takes lines back and sells what is in the cart instead. */
  completeExchange(order: number, quantities: Quantities): Promise<Receipt>;
  /** Moves the cart to Shopify, where every register of the shop finds it. */
  saveDraft(): Promise<DraftOrder>;
  /** Puts a draft into the cart, with lines that are new to POS. */
  takeDraft(draft: DraftOrder): void;
  startCashSession(): void;
  completeCashSession(): void;
}

export interface TransactionsDeps {
  readonly device: Device;
  readonly uuid: () => string;
  readonly isOpen: ReadonlySignal<boolean>;
  /** Hands an event to the background target, if it lives. */
  readonly sendEvent: (name: string, event: unknown) => void;
  readonly open: (details: Details) => void;
}

export function createTransactions(deps: TransactionsDeps): Transactions {
  const { device, sendEvent, open } = deps;
  const { cart, desk, drawer } = device;
  const draft = { current: undefined as DraftOrder | undefined };
  cart.subscribe(() => {
    if (cart.state().lines.length === 0) draft.current = undefined;
  });
  const finish = (receipt: Receipt): Receipt => {
    sendEvent('transactioncomplete', receipt.event);
    open({ screen: receipt.kind, receipt });
    return receipt;
  };
  return {
    ...goodsBack(deps, finish),
    async completeSale(payment = 'Cash') {
      const sold = cart.state();
      if (sold.lines.length === 0) throw new Error('There is nothing to pay');
      const origin = draft.current;
      cart.setEditable(false);
      const at = device.now();
      const sale = { key: deps.uuid(), at, register: device.name, payment, cart: sold };
      const order = await desk.sell(sale);
      if (!deps.isOpen.value) throw new Error('POS was killed while it took the payment');
      if (origin !== undefined) void desk.removeDraft(origin.id);
      const orderId = order?.id;
      const facts = { orderId, executedAtMs: at, payment, draftUuid: origin?.uuid };
      const event = saleEvent(sold, device.rules, facts);
      const orderName = order?.name;
      const receipt = finish({ kind: 'purchase', cart: sold, orderId, orderName, at, event });
      cart.replace(EMPTY_CART);
      return receipt;
    },
    async saveDraft() {
      const kept = cart.state();
      if (kept.lines.length === 0) throw new Error('There is nothing to save');
      const saved = await desk.saveDraft(kept);
      if (draft.current !== undefined) await desk.removeDraft(draft.current.id);
      cart.replace(EMPTY_CART);
      return saved;
    },
    takeDraft(opened) {
      const lines = opened.cart.lines.map((line) => ({ ...line, uuid: deps.uuid() }));
      cart.replace({ ...opened.cart, lines, editable: true });
      draft.current = opened;
    },
    startCashSession: () => sendEvent('cashtrackingsessionstart', drawer.start()),
    completeCashSession: () => sendEvent('cashtrackingsessioncomplete', drawer.complete()),
  };
}

function goodsBack(
  { device, uuid }: TransactionsDeps,
  finish: (receipt: Receipt) => Receipt,
): Pick<Transactions, 'completeReturn' | 'completeExchange'> {
  const { cart, desk, rules } = device;
  const facts = () => ({
    rules,
    executedAtMs: device.now(),
    sign: device.settings.value.returnAmounts,
  });
  return {
    async completeReturn(id, quantities) {
      const returned = await desk.takeBack(id, { key: uuid(), kind: 'return', quantities });
      const { order, before } = returned;
      const event = returnEvent(returned, quantities, facts());
      const { cart: back } = partOf(order, rules, { before, quantities });
      const at = device.now();
      return finish({ kind: 'return', cart: back, orderId: id, orderName: order.name, at, event });
    },
    async completeExchange(id, quantities) {
      const added = cart.state();
      if (added.lines.length === 0) throw new Error('Put what the customer takes into the cart');
      cart.setEditable(false);
      const returned = await desk
        .takeBack(id, { key: uuid(), kind: 'exchange', quantities })
        .finally(() => cart.setEditable(true));
      const event = exchangeEvent(returned, quantities, { ...facts(), added });
      const { name: orderName } = returned.order;
      const at = device.now();
      const receipt = { kind: 'exchange' as const, cart: added, orderId: id, orderName, at, event };
      finish(receipt);
      cart.replace(EMPTY_CART);
      return receipt;
    },
  };
}
