/**
 * Redeeming for one customer: what they own, what they may have for it, what is redeemed already,
 * and the answer to the last tap. The home modal, a customer's page and a cart line show the same.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Minor } from '../../../../shared/amount.ts';
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { RedeemRequest } from '../../../register/plan.ts';
import type { Register } from '../../../register/register.ts';
import type { RegisterState } from '../../../register/status.ts';
import { Balances, NoCustomer } from './balances.tsx';
import { useOneAtATime } from './hooks.ts';
import { OpenRedemptions } from './open-redemptions.tsx';
import {
  redeeming,
  worstProblem,
  type Asked,
  type Notice,
  type Said,
} from '../../../screens/redeeming.ts';
import { Rewards } from './rewards.tsx';
import { StoreCredit } from './store-credit.tsx';
import { TextEntry } from './text-entry.tsx';
import type { Words } from '../../../screens/words.ts';

/** What every screen is drawn from. */
export interface ScreenProps {
  readonly register: Register;
  readonly words: Words;
  readonly now: () => number;
}

export interface CounterProps extends ScreenProps {
  readonly state: RegisterState;
  /** Whom the screen acts for; `undefined`: nobody is on the cart, and nobody was looked up. */
  readonly customer: CustomerId | undefined;
  /** The customer on the cart. */
  readonly onCart: CustomerId | undefined;
  /** The one line of the cart (its uuid) that is redeemed against, else the whole cart. */
  readonly line?: string;
  /** A short confirmation over the screen; never the only place where something is said. */
  readonly toast: (text: string) => void;
}

/** The caller starts the register; here are everything that a tap can do and its answers. */
export function Counter(props: CounterProps) {
  const { register, state, customer, onCart, line, words, now } = props;
  const { isBusy, notice, asked, redeem, remove } = useRedeeming(props);
  useEffect(() => {
    if (customer !== undefined) register.watch(customer);
  }, [register, customer]);
  const banner = <TopBanner notice={notice} state={state} words={words} />;
  if (!state.ready)
    return (
      <>
        {banner}
        <s-spinner />
        <s-text>{words.text('screen.starting')}</s-text>
      </>
    );
  const { program } = state;
  return (
    <>
      {banner}
      {asked !== undefined && (
        <s-section heading={asked.request.title}>
          <TextEntry
            id="pin"
            label={words.text('pin.label')}
            button={words.text('rewards.redeem')}
            isBusy={isBusy}
            onEnter={(pin) => {
              redeem({ ...asked.request, pin }, asked.done);
              return true;
            }}
          />
        </s-section>
      )}
      {customer === undefined ? (
        <NoCustomer words={words} />
      ) : (
        <CustomerSections
          {...{ register, state, customer, onCart, line, isBusy, words }}
          now={now()}
          onRedeem={redeem}
        />
      )}
      {program !== undefined && (
        <OpenRedemptions
          open={state.open}
          currency={program.currency}
          isBusy={isBusy}
          words={words}
          onRemove={remove}
        />
      )}
    </>
  );
}

function useRedeeming(props: CounterProps) {
  return redeeming(props, useOneAtATime(), useState<Said>(), useState<Asked>());
}

interface CustomerSectionsProps extends Pick<
  CounterProps,
  'register' | 'state' | 'onCart' | 'words'
> {
  readonly customer: CustomerId;
  readonly line: string | undefined;
  readonly isBusy: boolean;
  readonly now: number;
  readonly onRedeem: (request: RedeemRequest, done?: () => void) => void;
}

function CustomerSections(props: CustomerSectionsProps) {
  const { register, state, customer, onCart, line, isBusy, words, now, onRedeem } = props;
  const view = register.customer(customer);
  const { program } = state;
  return (
    <>
      <Balances view={view} onCart={onCart} state={state} words={words} now={now} />
      <Rewards
        program={program}
        offers={register.offers(customer, line)}
        available={view.points.available}
        isBusy={isBusy}
        words={words}
        onRedeem={({ id }, title) => onRedeem({ customer, line, reward: id, title })}
      />
      {program?.storeCredit === true && view.credit !== undefined && (
        <StoreCredit
          currency={program.currency}
          available={view.credit.available}
          refusalOf={(amount) => register.creditRefusal(customer, amount, line)}
          isBusy={isBusy}
          words={words}
          onRedeem={(credit: Minor, done) =>
            onRedeem({ customer, line, credit, title: words.text('credit.title') }, done)
          }
        />
      )}
    </>
  );
}

/** One banner at a time: the answer to the last tap, else the most urgent problem. */
function TopBanner({
  notice,
  state,
  words,
}: {
  readonly notice: Notice | undefined;
  readonly state: RegisterState;
  readonly words: Words;
}) {
  const banner = notice ?? worstProblem(state, words);
  if (banner === undefined) return null;
  const id = notice === undefined ? 'problem' : 'notice';
  return <s-banner id={id} tone={banner.tone} heading={banner.text} />;
}
