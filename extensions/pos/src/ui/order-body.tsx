/**
 * What loyalty did on an order: earned and redeemed, given back and taken back, and how far the
 * ledger is with it. The screen lets a person correct it; the block only tells.
 */
import { useEffect } from 'preact/hooks';
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { OrderView, SaleView } from '../../../register/orders.ts';
import { NotReady, Owned, type BodyProps } from './body.tsx';
import { useLoaded, useRegister, useTick } from './hooks.ts';
import { Story } from './story.tsx';

/** How long after a sale that POS has not numbered yet it still is the one on the screen. */
const SALE_FRESH_MS = 10 * 60_000;

interface OrderBodyProps extends BodyProps {
  readonly order: { readonly id: number; readonly customerId?: number };
  /** When it is looked at: right after the sale or the return, or some time later. */
  readonly moment: 'sale' | 'return' | 'later';
}

/** Follows the order while it is shown. */
export function OrderBody({ register, words, now, isBlock, order, moment }: OrderBodyProps) {
  const state = useRegister(register);
  const { ready, connected, lastSyncAt, waiting } = state;
  // Asked again whenever something reached the ledger or was stored here.
  const version = [ready, connected, lastSyncAt, waiting.length].join();
  const found = useLoaded(() => register.order(order.id), version);
  const { customerId } = order;
  useTick();
  useEffect(() => {
    if (customerId !== undefined && !isBlock) register.watch(customerId);
  }, [register, customerId, isBlock]);
  if (!ready) return <NotReady state={state} words={words} />;
  if (found === undefined) return <s-text>{words.text('order.loading')}</s-text>;
  const sale = moment === 'sale' ? register.lastSale() : undefined;
  const isEmpty = found.earned.length + found.redemptions.length === 0;
  const isThis = sale !== undefined && isSaleOf(sale, order, now());
  const view = isEmpty && isThis ? viewOf(sale) : found;
  const customer = customerId ?? ownerOf(view);
  return (
    <>
      {view.isReturnWaiting ? (
        <s-text tone="warning">{words.text('order.returning')}</s-text>
      ) : (
        moment === 'return' &&
        !isAnyBack(view) && <s-text>{words.text('order.nothingBack')}</s-text>
      )}
      <Story
        view={view}
        words={words}
        correcting={isBlock || view !== found ? undefined : { register, orderId: order.id }}
      />
      {customer !== undefined && <Owned {...{ customer, register, words, now }} />}
    </>
  );
}

/** POS numbers an order made offline later: until then the sale is known by whom and when. */
function isSaleOf(sale: SaleView, order: OrderBodyProps['order'], now: number): boolean {
  if (sale.orderId !== undefined) return sale.orderId === order.id;
  const { customer, at } = sale;
  // Of two sales to nobody in particular, one can't be told from the other.
  if (customer === undefined || customer !== order.customerId) return false;
  return Math.abs(now - at) < SALE_FRESH_MS;
}

function viewOf({ customer, earned, redemptions, isWaiting }: SaleView): OrderView {
  return {
    source: 'device',
    isReturnWaiting: false,
    earned: earned === 0 ? [] : [{ customer, points: earned, takenBack: 0, isWaiting }],
    redemptions: redemptions.map((one) => ({
      ...one,
      customer,
      givenBack: 0,
      state: isWaiting ? 'waiting' : 'captured',
    })),
  };
}

function ownerOf({ earned, redemptions }: OrderView): CustomerId | undefined {
  return [...earned, ...redemptions].find(({ customer }) => customer !== undefined)?.customer;
}

const isAnyBack = ({ earned, redemptions }: OrderView): boolean =>
  earned.some(({ takenBack }) => takenBack > 0) ||
  redemptions.some(({ givenBack }) => givenBack > 0);
