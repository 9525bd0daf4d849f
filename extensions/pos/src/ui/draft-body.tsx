/**
 * A draft order: what its customer has to spend, and what is already redeemed for it on this
 * register. Nothing on it is earned or used before it is paid.
 */
import { useEffect } from 'preact/hooks';
import type { CustomerId } from '../../../../shared/protocol.ts';
import { Accounts } from './balances.tsx';
import { NotReady, type BodyProps } from './body.tsx';
import { useRegister, useTick } from './hooks.ts';

interface DraftBodyProps extends BodyProps {
  readonly customer: CustomerId | undefined;
}

/** Only tells: a draft is redeemed for on the cart, when it is paid. */
export function DraftBody({ register, words, now, isBlock, customer }: DraftBodyProps) {
  const state = useRegister(register);
  useTick();
  useEffect(() => {
    if (customer !== undefined && !isBlock) register.watch(customer);
  }, [register, customer, isBlock]);
  const { ready, program, open } = state;
  if (!ready) return <NotReady state={state} words={words} />;
  if (customer === undefined) return <s-text>{words.text('order.noCustomer')}</s-text>;
  const redeemed = open.filter((one) => one.customer === customer);
  return (
    <s-stack direction="block" gap="base">
      <s-section heading={words.text('order.balance')}>
        <Accounts view={register.customer(customer)} state={state} words={words} now={now()} />
      </s-section>
      {program !== undefined &&
        redeemed.map(({ ref, title, discount, place }) => {
          const money = words.money({ currency: program.currency, amount: discount });
          return (
            <s-stack direction="block" key={ref}>
              <s-text type="strong">{words.text('open.line', { title, money, ref })}</s-text>
              <s-text color="subdued">{words.text(`open.${place}`)}</s-text>
            </s-stack>
          );
        })}
      <s-text color="subdued">{words.text('order.draft')}</s-text>
    </s-stack>
  );
}
