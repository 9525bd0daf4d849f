/**
 * A draft order: what its customer has to spend, and what is already redeemed for it on this
 * register. Nothing on it is earned or used before it is paid.
 */
import { useEffect } from 'preact/hooks';
import type { CustomerId } from '../../../../shared/protocol.ts';
import { NotReady, Owned, type BodyProps } from './body.tsx';
import { useRegister } from './hooks.ts';
import { Story } from './story.tsx';

interface DraftBodyProps extends BodyProps {
  readonly customer: CustomerId | undefined;
}

/** Only tells: a draft is redeemed for on the cart, when it is paid. */
export function DraftBody({ register, words, now, isBlock, customer }: DraftBodyProps) {
  const state = useRegister(register);
  useEffect(() => {
    if (customer !== undefined && !isBlock) register.watch(customer);
  }, [register, customer, isBlock]);
  if (!state.ready) return <NotReady state={state} words={words} />;
  if (customer === undefined) return <s-text>{words.text('order.noCustomer')}</s-text>;
  const redemptions = state.open
    .filter((one) => one.customer === customer)
    .map((one) => ({ ...one, givenBack: 0, state: 'held' as const }));
  const view = {
    source: 'ledger',
    isNumbered: false,
    isReturnWaiting: false,
    earned: [],
    redemptions,
  } as const;
  return (
    <>
      <Owned {...{ customer, register, words, now }} />
      {redemptions.length > 0 && <Story view={view} words={words} />}
      <s-text color="subdued">{words.text('order.draft')}</s-text>
    </>
  );
}
