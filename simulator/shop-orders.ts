/**
 * Orders and draft orders as the simulated Shopify keeps them: for every register of the shop, and
 * only while the simulator runs. What a sale was is the register's own cart, kept as it was sold.
 */
import type { CartState } from './page/cart-totals.ts';

export interface OrderName {
  readonly id: number;
  readonly name: string;
}

/** Quantities by the uuid of the line they belong to. */
export type Quantities = Readonly<Record<string, number>>;

/** A completed sale, as a register hands it in. */
export interface SoldCart {
  /** The register's own name of the sale: handed in twice, it is one order. */
  readonly key: string;
  readonly at: number;
  readonly register: string;
  readonly payment: 'Cash' | 'Custom';
  readonly cart: CartState;
}

export interface ShopOrder extends SoldCart, OrderName {
  /** What came back so far. */
  readonly returned: Quantities;
}

export interface DraftOrder extends OrderName {
  readonly uuid: string;
  readonly at: number;
  readonly register: string;
  readonly cart: CartState;
}

/** What comes back of an order, for money or in exchange for something else. */
export interface GoodsBack {
  readonly key: string;
  readonly kind: 'return' | 'exchange';
  readonly quantities: Quantities;
}

export interface Returned {
  readonly refundId: number;
  readonly returnId: number;
  readonly exchangeId: number;
  /** What had come back before: the shares of this return follow from it. */
  readonly before: Quantities;
  readonly order: ShopOrder;
}

export interface ShopOrders {
  /** An id and a name; what an outside client sells is not kept. */
  nextOrder(): OrderName;
  add(sold: SoldCart): ShopOrder;
  /** The newest first. */
  orders(): readonly ShopOrder[];
  /** Rejects an unknown order, nothing, and more than the customer still has. */
  takeBack(id: number, back: GoodsBack): Returned;
  drafts(): readonly DraftOrder[];
  addDraft(draft: Pick<DraftOrder, 'at' | 'register' | 'cart'>): DraftOrder;
  /** A draft that was sold or thrown away; one that is gone already is no mistake. */
  removeDraft(id: number): void;
}

export interface ShopOrdersDeps {
  readonly now: () => number;
  readonly uuid: () => string;
}

const ORDER_IDS = 5_000_000_000_000;
const KEPT_MAX = 200;

/** Ids grow with time, so that a second start never gives one again. */
export function createShopOrders({ now, uuid }: ShopOrdersDeps): ShopOrders {
  let last = 0;
  let ordersNamed = 1_000;
  let draftsNamed = 0;
  let orders: readonly ShopOrder[] = [];
  let drafts: readonly DraftOrder[] = [];
  const backs = new Map<string, Returned>();
  const nextId = (): number => (last = Math.max(last + 1, ORDER_IDS + now()));
  const nextOrder = (): OrderName => {
    ordersNamed += 1;
    return { id: nextId(), name: `#${ordersNamed}` };
  };
  return {
    nextOrder,
    add(sold) {
      const known = orders.find(({ key }) => key === sold.key);
      if (known !== undefined) return known;
      const order = { ...sold, ...nextOrder(), returned: {} };
      orders = [order, ...orders].slice(0, KEPT_MAX);
      return order;
    },
    orders: () => orders,
    takeBack(id, { key, quantities }) {
      const known = backs.get(key);
      if (known !== undefined) return known;
      const old = orders.find((order) => order.id === id);
      if (old === undefined) throw new Error(`There is no order ${id}`);
      const order = { ...old, returned: more(old, quantities) };
      orders = orders.map((one) => (one.id === id ? order : one));
      const ids = { refundId: nextId(), returnId: nextId(), exchangeId: nextId() };
      const result = { ...ids, before: old.returned, order };
      backs.set(key, result);
      return result;
    },
    drafts: () => drafts,
    addDraft(draft) {
      draftsNamed += 1;
      const added = { ...draft, id: nextId(), name: `#D${draftsNamed}`, uuid: uuid() };
      drafts = [added, ...drafts].slice(0, KEPT_MAX);
      return added;
    },
    removeDraft: (id) => void (drafts = drafts.filter((draft) => draft.id !== id)),
  };
}

/** What has come back when `quantities` come back as well. */
function more({ cart, returned }: ShopOrder, quantities: Quantities): Quantities {
  const wanted = Object.entries(quantities).filter(([, quantity]) => quantity !== 0);
  if (wanted.length === 0) throw new Error('Nothing was chosen');
  const sum: Record<string, number> = { ...returned };
  for (const [uuid, quantity] of wanted) {
    const sold = cart.lines.find((line) => line.uuid === uuid)?.quantity ?? 0;
    const back = (sum[uuid] ?? 0) + quantity;
    if (!Number.isSafeInteger(quantity) || quantity < 0 || back > sold)
      throw new Error(`Not so many can come back: ${quantity}`);
    sum[uuid] = back;
  }
  return sum;
}
