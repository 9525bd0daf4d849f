/** One line of the cart: what it earns, and rewards that are redeemed against it alone. */
import { minorFromNumber } from '../../../../shared/amount.ts';
import type { CustomerId } from '../../../../shared/protocol.ts';
import { earnedPoints } from '../../../../shared/rules.ts';
import type { CartLine } from '../../../register/cart.ts';
import type { BodyProps } from './body.tsx';
import { Counter } from './counter.tsx';
import { useRegister, useWatched, type Watched } from './hooks.ts';

interface LineBodyProps extends BodyProps {
  /** The line's uuid. */
  readonly line: string;
  /** The lines on the cart, which may change while the screen stands. */
  readonly lines: Watched<readonly (CartLine & { readonly isGiftCard: boolean })[]>;
  /** The customer on the cart. */
  readonly customer: Watched<CustomerId | undefined>;
  readonly toast: (text: string) => void;
}

/** Its earning is said before discounts: these are shared out only when the sale is done. */
export function LineBody({ register, words, now, line, lines, customer, toast }: LineBodyProps) {
  const state = useRegister(register);
  const onCart = useWatched(customer);
  const found = useWatched(lines).find(({ uuid }) => uuid === line);
  const { program } = state;
  const price =
    program === undefined || found?.price === undefined || found.isGiftCard
      ? undefined
      : minorFromNumber(found.price * found.quantity, program.currency);
  return (
    <>
      {program !== undefined && price !== undefined && (
        <s-text id="earns">{words.counted('product.earns', earnedPoints(program, price))}</s-text>
      )}
      <Counter {...{ register, state, onCart, line, words, now, toast }} customer={onCart} />
    </>
  );
}
