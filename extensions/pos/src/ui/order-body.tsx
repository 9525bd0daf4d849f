/**
 * What loyalty did on an order: earned and redeemed, given back and taken back, and how far the
 * ledger is with it. The screen lets a person correct it; the block only tells.
 */
import { useEffect } from 'preact/hooks';
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { OrderView } from '../../../register/orders.ts';
import { NotReady, Owned, type BodyProps } from './body.tsx';
import { useLoaded, useRegister } from './hooks.ts';
import { Story } from './story.tsx';

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
  const { id, customerId } = order;
  const soldTo = moment === 'sale' ? customerId : undefined;
  const view = useLoaded(() => register.order(id, soldTo), version);
  useEffect(() => {
    if (customerId !== undefined && !isBlock) register.watch(customerId);
  }, [register, customerId, isBlock]);
  if (!ready) return <NotReady state={state} words={words} />;
  if (view === undefined) return <s-text>{words.text('order.loading')}</s-text>;
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
        correcting={isBlock || !view.isNumbered ? undefined : { register, orderId: id }}
      />
      {customer !== undefined && customer !== null && (
        <Owned {...{ customer, register, words, now }} />
      )}
    </>
  );
}

function ownerOf({ earned, redemptions }: OrderView): CustomerId | null | undefined {
  return [...earned, ...redemptions].find(({ customer }) => customer !== null)?.customer;
}

const isAnyBack = ({ earned, redemptions }: OrderView): boolean =>
  earned.some(({ takenBack }) => takenBack > 0) ||
  redemptions.some(({ givenBack }) => givenBack > 0);
