/** A product in points: what it earns, what it costs, and which rewards take how much off it. */
import { minor, minorFromNumber, parseMinor, type Minor } from '../../../../shared/amount.ts';
import { rewardTitle, type Program } from '../../../../shared/program.ts';
import type { CustomerId } from '../../../../shared/protocol.ts';
import { earnedPoints, priceInPoints } from '../../../../shared/rules.ts';
import { discountOf } from '../../../register/plan.ts';
import { Balances } from './balances.tsx';
import { NotReady, type BodyProps } from './body.tsx';
import { useLoaded, useRegister, useWatched } from './hooks.ts';
import type { Watched } from '../../../screens/hooks.ts';
import type { Words } from '../../../screens/words.ts';

interface ProductBodyProps extends BodyProps {
  /** The customer on the cart. */
  readonly customer: Watched<CustomerId | undefined>;
  /** What POS says of the product's price, as it says it; resolves with nothing when it doesn't. */
  readonly price: () => Promise<number | string | undefined>;
  /** The currency in which this location sells. */
  readonly currency: () => string;
}

/** In a block what it earns and costs; the screen adds the rewards and the cart's customer. */
export function ProductBody(props: ProductBodyProps) {
  const { register, words, now, isBlock, customer, price: load } = props;
  const state = useRegister(register);
  const onCart = useWatched(customer);
  const price = useLoaded(async () => ({ said: await load().catch(() => undefined) }), load);
  const { program } = state;
  if (!state.ready) return <NotReady state={state} words={words} />;
  if (program === undefined) return <s-text>{words.text('product.never')}</s-text>;
  if (props.currency() !== program.currency)
    return <s-text>{words.text('refused.currency-differs')}</s-text>;
  const amount = minorOf(price?.said, program);
  return (
    <s-stack direction="block" gap="small">
      {price !== undefined && amount === undefined && (
        <s-text>{words.text('product.noPrice')}</s-text>
      )}
      {amount === undefined ? (
        <s-text>{ruleText(program, words)}</s-text>
      ) : (
        <InPoints amount={amount} program={program} words={words} isBlock={isBlock} />
      )}
      {!isBlock && onCart !== undefined && (
        <Balances view={register.customer(onCart)} {...{ onCart, state, words }} now={now()} />
      )}
    </s-stack>
  );
}

function InPoints(props: {
  readonly amount: Minor;
  readonly program: Program;
  readonly words: Words;
  readonly isBlock: boolean;
}) {
  const { amount, program, words, isBlock } = props;
  const costs = priceInPoints(program, amount);
  return (
    <>
      <s-text>{words.counted('product.earns', earnedPoints(program, amount))}</s-text>
      {costs !== undefined && <s-text>{words.counted('product.costs', costs)}</s-text>}
      {!isBlock &&
        amount > 0 &&
        program.rewards.map((reward) => (
          <s-text key={reward.id}>
            {words.text('product.reward', {
              title: rewardTitle(reward, words.locale()),
              money: words.money({
                currency: program.currency,
                amount: minor(discountOf(reward, amount)),
              }),
              value: words.value({ unit: 'points', amount: reward.points }),
            })}
          </s-text>
        ))}
    </>
  );
}

/** A cart line's price is a number, a variant's is text. */
function minorOf(price: number | string | undefined, program: Program): Minor | undefined {
  if (typeof price === 'number') return minorFromNumber(price, program.currency);
  return price === undefined ? undefined : parseMinor(price, program.currency);
}

function ruleText({ earn, currency }: Program, words: Words): string {
  return words.text('product.rule', {
    value: words.value({ unit: 'points', amount: earn.points }),
    money: words.money({ currency, amount: minor(earn.per) }),
  });
}
