/** The page's own line to the simulator's server: tokens, orders, the server's switches. */
import type { Policy } from '../../shared/program.ts';
import type { PolicyDecision } from '../merchant-api.ts';
import type { CartExtensionDeps, CartReply } from './cart-extension.ts';
import type { DraftOrder, GoodsBack, Returned, ShopOrder, SoldCart } from '../shop-orders.ts';

export interface SimulatorServer {
  /** A session token, as Shopify mints it for the user who is logged in on the device. */
  mintToken(user: number): Promise<string>;
  /** Hands a sale in; handed in twice it is one order. */
  makeOrder(sold: SoldCart): Promise<ShopOrder>;
  orders(): Promise<readonly ShopOrder[]>;
  /** Rejects with the reason when so much can't come back. */
  takeBack(order: number, back: GoodsBack): Promise<Returned>;
  drafts(): Promise<readonly DraftOrder[]>;
  saveDraft(draft: Pick<DraftOrder, 'at' | 'register' | 'cart'>): Promise<DraftOrder>;
  removeDraft(id: number): Promise<void>;
  /** Percent of a discount code; rejects an unknown one. */
  checkCode(code: string): Promise<number>;
  state(): Promise<ServerState>;
  change(change: Partial<ServerState>): Promise<ServerState>;
  policy(): Promise<Policy>;
  /** The merchant changes these parts of the policy. */
  decide(decision: PolicyDecision): Promise<Policy>;
  /** The server releases at once what its next round would. */
  makeRound(): Promise<void>;
  /** Shopify asks the app's cart extension (legacy), or switches it on for the shop. */
  readonly askCartExtension: CartExtensionDeps['ask'];
  readonly switchCartExtension: CartExtensionDeps['setSwitch'];
  /** A GET of the app's own API with a fresh token, for the Backstage view. */
  read(path: string, user: number): Promise<unknown>;
}

export interface ServerState {
  readonly down: boolean;
  readonly clockOffsetMs: number;
}

/** Talks to the server that the page came from, past every simulated fault. */
export function createSimulatorServer(fetchNow: typeof fetch): SimulatorServer {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetchNow(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await reasonOf(response, path));
    return response.json();
  };
  const get = async (path: string): Promise<unknown> => {
    const response = await fetchNow(path);
    if (!response.ok) throw new Error(await reasonOf(response, path));
    return response.json();
  };
  const mintToken = async (user: number): Promise<string> => {
    const { token } = (await post('/__sim/token', { user })) as { token: string };
    return token;
  };
  return {
    mintToken,
    makeOrder: async (sold) => (await post('/__sim/orders', sold)) as ShopOrder,
    orders: async () => ((await get('/__sim/orders')) as { orders: ShopOrder[] }).orders,
    takeBack: async (order, back) =>
      (await post(`/__sim/orders/${order}/returns`, back)) as Returned,
    drafts: async () => ((await get('/__sim/drafts')) as { drafts: DraftOrder[] }).drafts,
    saveDraft: async (draft) => (await post('/__sim/drafts', draft)) as DraftOrder,
    async removeDraft(id) {
      await fetchNow(`/__sim/drafts/${id}`, { method: 'DELETE' });
    },
    async checkCode(code) {
      const { percent } = (await post('/__sim/discount-code', { code })) as { percent: number };
      return percent;
    },
    state: async () => (await get('/__sim/server')) as ServerState,
    change: async (change) => (await post('/__sim/server', change)) as ServerState,
    policy: async () => (await get('/__sim/policy')) as Policy,
    decide: async (decision) => (await post('/__sim/policy', decision)) as Policy,
    async makeRound() {
      await post('/__sim/round', {});
    },
    askCartExtension: async (endpoint, asked) =>
      (await post(`/__sim/cart-extension/${endpoint}`, asked)) as CartReply,
    async switchCartExtension(isOn) {
      await post('/__sim/cart-extension', { isOn });
    },
    async read(path, user) {
      const authorization = `Bearer ${await mintToken(user)}`;
      const response = await fetchNow(path, { headers: { authorization } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return (await response.json()) as unknown;
    },
  };
}

/** The simulator's own refusals say why in a sentence. */
async function reasonOf(response: Response, path: string): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as
    { readonly error?: { readonly message?: string } } | undefined;
  return body?.error?.message ?? `${path} answered ${response.status}`;
}
