/** A customer's own page in POS: what they own, what lately happened to it, and redeeming. */
import { cardNumber } from '../../../../shared/card.ts';
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { HistoryEntry } from '../../../register/orders.ts';
import { Accounts } from './balances.tsx';
import { NotReady, type BodyProps } from './body.tsx';
import { Counter } from './counter.tsx';
import { useLoaded, useRegister, useWatched } from './hooks.ts';
import type { Watched } from '../../../screens/hooks.ts';
import { kindText, valueLine } from '../../../screens/lines.ts';
import type { Words } from '../../../screens/words.ts';

interface CustomerBodyProps extends BodyProps {
  /** Whose page it is. */
  readonly id: CustomerId;
  /** The customer on the cart. */
  readonly customer: Watched<CustomerId | undefined>;
  readonly toast: (text: string) => void;
}

/** In a block the balances alone. */
export function CustomerBody(props: CustomerBodyProps) {
  return props.isBlock ? <CustomerBlock {...props} /> : <CustomerScreen {...props} />;
}

function CustomerBlock({ register, words, now, id }: CustomerBodyProps) {
  const state = useRegister(register);
  if (!state.ready) return <NotReady state={state} words={words} />;
  return <Accounts view={register.customer(id)} state={state} words={words} now={now()} />;
}

function CustomerScreen({ register, words, now, id, customer, toast }: CustomerBodyProps) {
  const state = useRegister(register);
  const onCart = useWatched(customer);
  // What waits and what was heard since may have changed the past.
  const { ready, lastSyncAt, waiting } = state;
  const news = `${ready} ${lastSyncAt} ${waiting.length}`;
  const history = useLoaded(() => register.history(id), news);
  return (
    <>
      <Counter {...{ register, state, onCart, words, now, toast }} customer={id} />
      <s-section heading={words.text('customer.history')}>
        {history?.source === 'device' && <s-text>{words.text('order.device')}</s-text>}
        <s-stack direction="block" gap="small">
          {history?.entries.map((entry, i) => (
            <s-text key={i}>{entryLine(entry, words, now())}</s-text>
          ))}
        </s-stack>
      </s-section>
      <s-text color="subdued">{words.text('customer.card', { card: cardNumber(id) })}</s-text>
    </>
  );
}

function entryLine({ at, kind, unit, amount, ref }: HistoryEntry, words: Words, now: number) {
  const what = kindText(kind, words);
  const title = ref === undefined ? what : `${what} ${ref}`;
  return valueLine(title, words.value({ unit, amount }), { words, ms: now - at });
}
