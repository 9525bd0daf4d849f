/** What the blocks and screens around an order, a customer or the register have in common. */
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { Register } from '../../../register/register.ts';
import type { RegisterState } from '../../../register/status.ts';
import { Accounts } from './balances.tsx';
import type { Words } from '../../../screens/words.ts';

export interface BodyProps {
  readonly register: Register;
  readonly words: Words;
  readonly now: () => number;
  /** In a block a glance must do: no fields, no sync of its own, and the action is one tap away. */
  readonly isBlock: boolean;
}

/** What the customer has, under a heading of its own. */
export function Owned({
  customer,
  register,
  words,
  now,
}: Omit<BodyProps, 'isBlock'> & { readonly customer: CustomerId }) {
  return (
    <s-section heading={words.text('order.balance')}>
      <Accounts
        view={register.customer(customer)}
        state={register.state()}
        words={words}
        now={now()}
      />
    </s-section>
  );
}

interface NotReadyProps {
  readonly state: RegisterState;
  readonly words: Words;
}

/** Until storage was read once; or for good, when it can't be. */
export function NotReady({ state, words }: NotReadyProps) {
  const isFailing = state.storage.health === 'failing';
  return <s-text>{words.text(isFailing ? 'problem.storage-failing' : 'screen.starting')}</s-text>;
}
