/**
 * Redeeming for one customer: what they own, what they may have for it, what is redeemed already,
 * and the answer to the last tap. The home modal and a cart line show the same.
 */
import { Banner } from '@shopify/ui-extensions-react/point-of-sale';
import { useEffect, useState } from 'react';
import type { Minor } from '../../../../shared/amount.ts';
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { RedeemRequest } from '../../../register/plan.ts';
import type { Register } from '../../../register/register.ts';
import type { RegisterState } from '../../../register/status.ts';
import {
  redeeming,
  worstProblem,
  type Asked,
  type Notice,
  type Said,
} from '../../../screens/redeeming.ts';
import type { Words } from '../../../screens/words.ts';
import { Balances, NoCustomer } from './balances.tsx';
import { useOneAtATime } from './hooks.ts';
import { OpenRedemptions } from './open-redemptions.tsx';
import { Column, Line, Part } from './parts.tsx';
import { Rewards } from './rewards.tsx';
import { StoreCredit } from './store-credit.tsx';
import { TextEntry } from './text-entry.tsx';

/** What every screen is drawn from. */
export interface ScreenProps {
  readonly register: Register;
  readonly words: Words;
  readonly now: () => number;
  /** A short confirmation over the screen; never the only place where something is said. */
  readonly toast: (text: string) => void;
}

interface CounterProps extends ScreenProps {
  readonly state: RegisterState;
  /** Whom the screen acts for; `undefined`: nobody is on the cart, and nobody was looked up. */
  readonly customer: CustomerId | undefined;
  /** The customer on the cart. */
  readonly onCart: CustomerId | undefined;
  /** The one line of the cart (its uuid) that is redeemed against, else the whole cart. */
  readonly line?: string;
}

/** The caller starts the register; here are everything that a tap can do and its answers. */
export function Counter(props: CounterProps) {
  const { register, state, customer, words } = props;
  const taps = redeeming(
    props,
    useOneAtATime(),
    useState<Said | undefined>(undefined),
    useState<Asked | undefined>(undefined),
  );
  const { isBusy, notice, asked, redeem, remove } = taps;
  useEffect(() => {
    if (customer !== undefined) register.watch(customer);
  }, [register, customer]);
  const banner = <TopBanner notice={notice} state={state} words={words} />;
  if (!state.ready)
    return (
      <>
        {banner}
        <Column>
          <Line>{words.text('screen.starting')}</Line>
        </Column>
      </>
    );
  const { program } = state;
  return (
    <>
      {banner}
      {asked !== undefined && (
        <Part title={asked.request.title}>
          <TextEntry
            label={words.text('pin.label')}
            button={words.text('rewards.redeem')}
            isBusy={isBusy}
            onEnter={(pin) => {
              redeem({ ...asked.request, pin }, asked.done);
              return true;
            }}
          />
        </Part>
      )}
      {customer === undefined ? (
        <NoCustomer words={words} />
      ) : (
        <CustomerSections {...props} customer={customer} isBusy={isBusy} onRedeem={redeem} />
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

interface CustomerSectionsProps extends CounterProps {
  readonly customer: CustomerId;
  readonly isBusy: boolean;
  readonly onRedeem: (request: RedeemRequest, done?: () => void) => void;
}

function CustomerSections(props: CustomerSectionsProps) {
  const { register, state, customer, onCart, line, isBusy, words, now, onRedeem } = props;
  const view = register.customer(customer);
  const { program } = state;
  return (
    <>
      <Balances view={view} onCart={onCart} state={state} words={words} now={now()} />
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

const VARIANTS = {
  success: 'confirmation',
  critical: 'error',
  warning: 'alert',
  info: 'information',
} as const;

interface TopBannerProps {
  readonly notice: Notice | undefined;
  readonly state: RegisterState;
  readonly words: Words;
}

/** One banner at a time: the answer to the last tap, else the most urgent problem. */
function TopBanner({ notice, state, words }: TopBannerProps) {
  const banner = notice ?? worstProblem(state, words);
  if (banner === undefined) return null;
  return <Banner title={banner.text} variant={VARIANTS[banner.tone]} visible hideAction />;
}
