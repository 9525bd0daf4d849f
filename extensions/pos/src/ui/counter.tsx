/**
 * Redeeming for one customer: what they own, what they may have for it, what is redeemed already,
 * and the answer to the last tap. The home modal, a customer's page and a cart line show the same.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Minor } from '../../../../shared/amount.ts';
import type { CustomerId, Reference } from '../../../../shared/protocol.ts';
import type { RedeemRequest } from '../../../register/plan.ts';
import type { Register } from '../../../register/register.ts';
import type { RegisterState } from '../../../register/status.ts';
import { Balances, NoCustomer } from './balances.tsx';
import { useOneAtATime, useTick } from './hooks.ts';
import { OpenRedemptions } from './open-redemptions.tsx';
import { problems, problemText } from './problems.ts';
import { Rewards } from './rewards.tsx';
import { StoreCredit } from './store-credit.tsx';
import { TextEntry } from './text-entry.tsx';
import type { Words } from './words.ts';

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

interface Notice {
  readonly tone: 'success' | 'critical';
  readonly text: string;
}

interface Asked {
  readonly request: RedeemRequest;
  readonly done: (() => void) | undefined;
}

/** The caller starts the register; here are everything that a tap can do and its answers. */
export function Counter(props: CounterProps) {
  const { register, state, customer, onCart, line, words, now } = props;
  const { isBusy, notice, asked, redeem, remove } = useRedeeming(props);
  useTick();
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

/** One action at a time, and what became of the last one. */
function useRedeeming({ register, customer, words, toast }: CounterProps) {
  const [said, setSaid] = useState<{ to: CustomerId | undefined; notice: Notice }>();
  const [asked, setAsked] = useState<Asked>();
  const { isBusy, run } = useOneAtATime();

  const act = (action: () => Promise<Notice>, done?: () => void) =>
    run(async () => {
      setSaid(undefined);
      const notice = await action().catch(() => failure(words.text('screen.failed')));
      setSaid({ to: customer, notice });
      if (notice.tone !== 'success') return;
      done?.();
      toast(notice.text);
    });

  return {
    isBusy,
    // What was said about one customer is no news to the next, and a PIN is given for one.
    notice: said?.to === customer ? said?.notice : undefined,
    asked: asked?.request.customer === customer ? asked : undefined,
    redeem: (request: RedeemRequest, done?: () => void) =>
      act(async () => {
        // What asks for a PIN again after this is the answer to this tap alone.
        setAsked(undefined);
        const outcome = await register.redeem(request);
        if (outcome.status !== 'refused') {
          const key = outcome.offline ? 'result.appliedOffline' : 'result.applied';
          const text = words.text(key, { title: request.title, ref: outcome.ref });
          return { tone: 'success', text };
        }
        const { reason } = outcome;
        if (reason === 'pin-needed' || reason === 'pin-wrong') setAsked({ request, done });
        return failure(words.text(`refused.${reason}`));
      }, done),
    remove: (ref: Reference) =>
      act(async () => {
        const outcome = await register.remove(ref);
        if (outcome.status === 'removed')
          return { tone: 'success', text: words.text('result.removed') };
        return failure(words.text(`notRemoved.${outcome.reason}`));
      }),
  };
}

function failure(text: string): Notice {
  return { tone: 'critical', text };
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
  if (notice !== undefined)
    return <s-banner id="notice" tone={notice.tone} heading={notice.text} />;
  const [problem] = problems(state);
  if (problem === undefined) return null;
  return <s-banner id="problem" tone={problem.tone} heading={problemText(words, problem, state)} />;
}
