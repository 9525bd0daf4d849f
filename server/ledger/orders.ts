/**
 * The ledger's decisions about Shopify's orders. An order that carries a reference is a sale that
 * used the redemption, as a register's commit is, and joins the same facts: late, doubled and
 * reordered word of it comes to the same books. What an order says that was known already leaves no
 * trace. Orders earn nothing: a sale earns under its register's key, and where no redemption ties
 * that key to the order, nothing would.
 */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId, Flag } from '../../shared/protocol.ts';
import type { CustomerKey, OperationRow, SettledRow } from '../database/database.ts';
import { redemptionOf, returnOf, saleOf, type Fact } from './cases.ts';
import type { Decision } from './decision.ts';
import { accountOf, fits, nextSeq, post, type Draft } from './draft.ts';
import { buyerOf } from './heirs.ts';
import {
  cancelKey,
  refundKey,
  returnKeyOf,
  type OrderFacts,
  type RefundFacts,
} from './order-facts.ts';
import type { ReturnEvent } from './sales.ts';
import { keepOwn } from './own-operation.ts';
import { settleCase, type Settled } from './settle-case.ts';
import { judge, type RedemptionEvent } from './settlement.ts';

/** What conflicts show where one of a register's names the register. */
export const ORDER_DEVICE = 'order';

/** References and refunds that are looked at; an order has one or two. */
const PARTS_MAX = 100;

/** Settles what the order carries; a shop that the ledger doesn't know is refused. */
export function orderDecision(order: OrderFacts): Decision {
  const references = order.references.slice(0, PARTS_MAX);
  const refunds = order.refunds.slice(0, PARTS_MAX);
  return {
    weight: 1 + references.length + refunds.length,
    reads: {
      refs: references.map(({ ref }) => ref),
      orderIds: [order.orderId],
      returnKeys: [...refunds.map(({ id }) => refundKey(id)), cancelKey(order.orderId)],
      customers: order.customer === undefined ? [] : [order.customer],
    },
    decide: (draft, now) => {
      for (const reference of references) decideReference(draft, { order, reference, now });
      for (const refund of refunds) decideRefund(draft, refund, now);
      if (order.isCancelled) decideCancelled(draft, order, now);
    },
  };
}

/** Settles a refund that was told without its order. */
export function refundDecision(refund: RefundFacts): Decision {
  const { id, orderId } = refund;
  return {
    reads: { orderIds: [orderId], returnKeys: [refundKey(id)] },
    decide: (draft, now) => {
      decideRefund(draft, refund, now);
    },
  };
}

interface Referred {
  readonly order: OrderFacts;
  readonly reference: OrderFacts['references'][number];
  readonly now: number;
}

/** The order used this redemption. */
function decideReference(draft: Draft, { order, reference, now }: Referred): void {
  const { orderId, currency, goods } = order;
  const { ref, discount } = reference;
  const sale = { saleKey: undefined, orderId };
  const before = { redemption: redemptionOf(draft, ref).facts, sale: saleOf(draft, sale).facts };
  const event: RedemptionEvent = {
    type: 'commit',
    claim: undefined,
    captured: undefined,
    paid: discount === undefined ? undefined : { currency, amount: discount },
    sale,
    buyer:
      order.customer === undefined
        ? undefined
        : buyerOf(draft, order.customer, { ref, holder: undefined }),
  };
  const facts: readonly Fact[] = [
    { about: 'redemption', ref, event },
    { about: 'sale', sale, event: { type: 'commit', ref, goods: { currency, amount: goods } } },
  ];
  const settled = settleCase(draft, facts);
  const after = { redemption: redemptionOf(draft, ref).facts, sale: saleOf(draft, sale).facts };
  if (isSame(before, after)) return settled.undo();
  const { reason, status, flags } = judge(before.redemption, event);
  record(draft, settled, {
    key: `order:${orderId}:${ref}`,
    kind: 'order',
    status,
    reason,
    flags,
    ref,
    unit: discount === undefined ? undefined : (currency as Unit),
    amount: discount,
    buyer: order.customer,
    orderId,
    now,
    content: { kind: 'order', orderId, ref, currency, discount, goods },
  });
}

function decideRefund(draft: Draft, refund: RefundFacts, now: number): void {
  const { id, orderId, currency, value, returnId } = refund;
  // Money for shipping, say: no goods came back.
  if (value <= 0) return;
  const partOf =
    returnId === undefined ? undefined : returnId === null ? [] : [returnKeyOf(returnId)];
  decideBack(draft, {
    returnKey: refundKey(id),
    event: {
      value: { currency, amount: value },
      orderId,
      refs: [],
      byOrder: { partOf, isWhole: false },
    },
    now,
  });
}

/**
 * A cancelled order gives everything back, whether or not Shopify tells of refunds for it: what it
 * says of refunds as well can't give back more than there was.
 */
function decideCancelled(draft: Draft, order: OrderFacts, now: number): void {
  const { orderId, currency, goods } = order;
  decideBack(draft, {
    returnKey: cancelKey(orderId),
    event: {
      value: { currency, amount: goods },
      orderId,
      refs: [],
      byOrder: { partOf: undefined, isWhole: true },
    },
    now,
  });
}

function decideBack(
  draft: Draft,
  by: {
    readonly returnKey: string;
    readonly event: ReturnEvent & { readonly orderId: number };
    readonly now: number;
  },
): void {
  const { returnKey, event, now } = by;
  const before = returnOf(draft, returnKey).facts;
  const settled = settleCase(draft, [{ about: 'return', returnKey, event }]);
  if (isSame(before, returnOf(draft, returnKey).facts)) return settled.undo();
  const { orderId, value } = event;
  record(draft, settled, {
    key: `order:${orderId}:${returnKey.replace('/', ':')}`,
    kind: 'return',
    status: 'applied',
    reason: undefined,
    flags: [],
    ref: undefined,
    unit: value.currency as Unit,
    amount: value.amount,
    buyer: undefined,
    orderId,
    now,
    content: { kind: 'return', orderId, returnKey, value, ...event.byOrder },
  });
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

interface Told extends Pick<OperationRow, 'kind' | 'status' | 'reason' | 'ref' | 'unit'> {
  readonly key: string;
  readonly flags: readonly Flag[];
  readonly amount: number | undefined;
  readonly buyer: CustomerId | undefined;
  readonly orderId: number;
  readonly now: number;
  readonly content: object;
}

/** Posts what was settled, with a row for people; what can't be booked is kept and told instead. */
function record(draft: Draft, settled: Settled, told: Told): void {
  const isFitting = fits(draft, settled.moves);
  if (!isFitting) settled.undo();
  const seq = nextSeq(draft);
  const moves = isFitting ? settled.moves : [];
  post(draft, seq, moves);
  if (isFitting) settled.keep(seq);
  const overdrawn = moves
    .filter(({ customer }) => customer < 0)
    .map(({ key, unit }) => accountOf(draft, key, unit))
    .find(({ customer }) => customer < 0);
  // More may be said of an order later; each time that says something new has its own row.
  const key = `${told.key}:${seq}`;
  const flags = overdrawn === undefined ? told.flags : [...told.flags, 'overdrawn' as const];
  const outcome: Pick<SettledRow, 'status' | 'reason' | 'flags'> = isFitting
    ? { status: told.status, reason: told.reason, flags }
    : { status: 'quarantined', reason: 'invalid', flags: [] };
  const about = aboutOf(draft, settled, told);
  const { kind, now, content, orderId } = told;
  const row = keepOwn(draft, { seq, key, kind, now, content, orderId, ...outcome, ...about });
  const kinds = row.status === 'quarantined' ? (['quarantined'] as const) : row.flags;
  if (kinds.length > 0) tell(draft, row, { ...told, about, kinds, overdrawn });
}

type About = Pick<OperationRow, 'ref' | 'customer' | 'unit' | 'amount'>;

function aboutOf(draft: Draft, { moves }: Settled, told: Told): About {
  const posted = told.ref === undefined ? undefined : redemptionOf(draft, told.ref).posted;
  const buyer = told.buyer === undefined ? undefined : draft.customers.get(told.buyer)?.key;
  const customer: CustomerKey | undefined = posted?.customer ?? moves[0]?.key ?? buyer;
  return { ref: told.ref, customer, unit: told.unit, amount: told.amount };
}

/** No sync brings an order, so that its conflicts have a number of the log to themselves. */
function tell(
  draft: Draft,
  row: SettledRow,
  by: Pick<Told, 'orderId' | 'now'> & {
    readonly about: About;
    readonly kinds: readonly (Flag | 'quarantined')[];
    readonly overdrawn: ReturnType<typeof accountOf> | undefined;
  },
): void {
  const log = draft.shop.log + 1;
  draft.shop = { ...draft.shop, log };
  for (const kind of by.kinds) {
    const account = kind === 'overdrawn' ? by.overdrawn : undefined;
    draft.touched.conflicts.push({
      ...by.about,
      customer: account?.key ?? by.about.customer,
      unit: account?.unit ?? by.about.unit,
      log,
      n: draft.touched.conflicts.length,
      kind,
      seq: row.seq,
      syncId: `order/${by.orderId}`,
      id: row.key,
      overBy: account === undefined ? undefined : 0 - account.customer,
      device: ORDER_DEVICE,
      staff: undefined,
      cacheAgeMs: undefined,
      orderId: by.orderId,
      at: by.now,
    });
  }
}
