/** One line of the cart: what it earns, and rewards that are redeemed against it alone. */
import type { CustomerId } from '../../../../shared/protocol.ts';
import { earnsLine, type EarningLine } from '../../../screens/lines.ts';
import type { BodyProps } from './body.tsx';
import { Counter } from './counter.tsx';
import { useRegister, useWatched } from './hooks.ts';
import type { Watched } from '../../../screens/hooks.ts';

interface LineBodyProps extends BodyProps {
  /** The line's uuid. */
  readonly line: string;
  /** The lines on the cart, which may change while the screen stands. */
  readonly lines: Watched<readonly EarningLine[]>;
  /** The customer on the cart. */
  readonly customer: Watched<CustomerId | undefined>;
  readonly toast: (text: string) => void;
}

/** What it earns and, below, what it can be redeemed against. */
export function LineBody({ register, words, now, line, lines, customer, toast }: LineBodyProps) {
  const state = useRegister(register);
  const onCart = useWatched(customer);
  const found = useWatched(lines).find(({ uuid }) => uuid === line);
  const earns = earnsLine(state.program, found, words);
  return (
    <>
      {earns !== undefined && <s-text id="earns">{earns}</s-text>}
      <Counter {...{ register, state, onCart, line, words, now, toast }} customer={onCart} />
    </>
  );
}
