/** Finding a customer who is not on the cart, as a home screen does it. */
import { parseCard } from '../../shared/card.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { Register } from '../register/register.ts';
import type { Cell, OneAtATime } from './redeeming.ts';

/**
 * The taps of a lookup. A screen keeps the customer whom a card or the list of recent ones gave,
 * and whether what was scanned or typed last is no card; it forgets when the cart's customer
 * changes.
 */
export function lookup(
  register: Pick<Register, 'attach'>,
  { isBusy, run }: OneAtATime,
  [found, setFound]: Cell<CustomerId | undefined>,
  [isWrong, setWrong]: Cell<boolean>,
) {
  const choose = (customer: CustomerId): void =>
    run(() => {
      setFound(customer);
      // POS may not know the customer while it is cut off: the screen acts for them all the same.
      return register.attach(customer);
    });
  return {
    found,
    isWrong,
    isBusy,
    choose,
    /** Takes a text that may be a card's; says whether it is. */
    look(text: string): boolean {
      const customer = parseCard(text);
      const isCard = customer !== undefined;
      setWrong(!isCard);
      if (isCard) choose(customer);
      return isCard;
    },
    forget: () => setFound(undefined),
  };
}
