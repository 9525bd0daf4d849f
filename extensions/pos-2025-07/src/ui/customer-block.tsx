/** Beside a customer's details: what they own. */
import { POSBlock, POSBlockRow } from '@shopify/ui-extensions-react/point-of-sale';
import { createElement } from 'react';
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { Register } from '../../../register/register.ts';
import type { Words } from '../../../screens/words.ts';
import { Accounts } from './balances.tsx';
import { useRegister } from './hooks.ts';
import { Column, Line } from './parts.tsx';

interface CustomerBlockProps {
  readonly register: Register;
  readonly words: Words;
  readonly now: () => number;
  /** Whose page it is. */
  readonly id: CustomerId;
}

/** Only tells: nothing opens from here. */
export function CustomerBlock({ register, words, now, id }: CustomerBlockProps) {
  const state = useRegister(register);
  const isFailing = state.storage.health === 'failing';
  const row = (
    <POSBlockRow>
      <Column>
        {state.ready ? (
          <Accounts view={register.customer(id)} state={state} words={words} now={now()} />
        ) : (
          <Line>{words.text(isFailing ? 'problem.storage-failing' : 'screen.starting')}</Line>
        )}
      </Column>
    </POSBlockRow>
  );
  // The types of this version forget that a block has children.
  return createElement(POSBlock, {}, row);
}
