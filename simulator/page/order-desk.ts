/**
 * The register's side of Shopify's orders: sales that were made while it was cut off wait on the
 * device, over restarts, until Shopify has made an order of each.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type {
  DraftOrder,
  GoodsBack,
  OrderName,
  Returned,
  ShopOrder,
  SoldCart,
} from '../shop-orders.ts';
import type { CartState } from './cart-totals.ts';
import type { TextStore } from './settings.ts';
import type { SimulatorServer } from './simulator-server.ts';

export interface OrderDesk {
  /** Sales of this register that are no orders yet, the oldest first. */
  readonly pending: ReadonlySignal<readonly SoldCart[]>;
  /** What Shopify said last; it is asked by `refresh`. */
  readonly orders: ReadonlySignal<readonly ShopOrder[]>;
  readonly drafts: ReadonlySignal<readonly DraftOrder[]>;
  /** Keeps the sale and, with a network, makes an order of it; `undefined` while it waits. */
  sell(sold: SoldCart): Promise<OrderName | undefined>;
  /** Makes orders of what waits, and asks for the shop's orders and drafts. Never rejects. */
  refresh(): Promise<void>;
  /** All of these are done online, as on a real register; offline they reject. */
  order(id: number): Promise<ShopOrder>;
  draft(id: number): Promise<DraftOrder>;
  takeBack(order: number, back: GoodsBack): Promise<Returned>;
  saveDraft(cart: CartState): Promise<DraftOrder>;
  removeDraft(id: number): Promise<void>;
}

export interface OrderDeskDeps {
  readonly number: number;
  readonly name: string;
  readonly server: SimulatorServer;
  readonly store: TextStore;
  readonly now: () => number;
  readonly isOffline: () => boolean;
  /** Where it is told that the simulator's own server could not be asked. */
  readonly trouble: (text: string) => void;
}

/** The desk with what an earlier start of this register left waiting. */
export function createOrderDesk(deps: OrderDeskDeps): OrderDesk {
  const { server, store, isOffline } = deps;
  const key = `tideover-register-${deps.number}-sales`;
  const pending = signal(readSales(store.getItem(key)));
  const orders = signal<readonly ShopOrder[]>([]);
  const drafts = signal<readonly DraftOrder[]>([]);
  const keep = (next: readonly SoldCart[]): void => {
    pending.value = next;
    store.setItem(key, JSON.stringify(next));
  };
  const online = (): void => {
    if (isOffline()) throw new Error('Orders are kept online: connect the register first');
  };
  const hand = async (sold: SoldCart): Promise<OrderName> => {
    const { id, name } = await server.makeOrder(sold);
    keep(pending.value.filter((one) => one.key !== sold.key));
    return { id, name };
  };
  const read = async (): Promise<void> => {
    for (const sold of pending.value) await hand(sold);
    const [madeOrders, madeDrafts] = await Promise.all([server.orders(), server.drafts()]);
    orders.value = madeOrders;
    drafts.value = madeDrafts;
  };
  const refresh = async (): Promise<void> => {
    if (isOffline()) return;
    await read().catch((error: unknown) => deps.trouble(String(error)));
  };
  const found = async <T extends OrderName>(
    list: ReadonlySignal<readonly T[]>,
    id: number,
  ): Promise<T> => {
    online();
    await read();
    const one = list.value.find((each) => each.id === id);
    if (one === undefined) throw new Error(`Shopify has nothing under ${id}`);
    return one;
  };
  return {
    pending,
    orders,
    drafts,
    refresh,
    async sell(sold) {
      keep([...pending.value, sold]);
      return isOffline() ? undefined : hand(sold).catch(() => undefined);
    },
    order: (id) => found(orders, id),
    draft: (id) => found(drafts, id),
    async takeBack(order, back) {
      online();
      const returned = await server.takeBack(order, back);
      await refresh();
      return returned;
    },
    async saveDraft(cart) {
      online();
      const draft = await server.saveDraft({ at: deps.now(), register: deps.name, cart });
      await refresh();
      return draft;
    },
    async removeDraft(id) {
      await server.removeDraft(id);
      await refresh();
    },
  };
}

/** What can't be read is given up: it is the simulator's own note, not the extension's. */
function readSales(text: string | null): readonly SoldCart[] {
  try {
    const sales: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(sales) ? (sales as SoldCart[]) : [];
  } catch {
    return [];
  }
}
