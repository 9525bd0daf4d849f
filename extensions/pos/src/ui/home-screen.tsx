/** The modal: who is on the cart, what they may redeem, what waits here, how the register is. */
import { useEffect, useState } from 'preact/hooks';
import type { Minor } from '../../../../shared/amount.ts';
import type { Reward } from '../../../../shared/program.ts';
import type { CustomerId, Reference } from '../../../../shared/protocol.ts';
import type { RedeemRequest } from '../../../register/plan.ts';
import type { Register } from '../../../register/register.ts';
import type { RegisterState } from '../../../register/status.ts';
import { Balances, NoCustomer } from './balances.tsx';
import { useOneAtATime, useRegister, useTick, useWatched, type Watched } from './hooks.ts';
import { OpenRedemptions } from './open-redemptions.tsx';
import { problems, problemText, type Problem } from './problems.ts';
import { Rewards } from './rewards.tsx';
import { StoreCredit } from './store-credit.tsx';
import { SyncPanel } from './sync-panel.tsx';
import { Remarks, Waiting } from './waiting.tsx';
import type { Words } from './words.ts';

export interface HomeScreenProps {
  readonly register: Register;
  /** The customer on the cart. */
  readonly customer: Watched<CustomerId | undefined>;
  readonly words: Words;
  readonly now: () => number;
  /** A short confirmation over the screen; never the only place where something is said. */
  readonly toast: (text: string) => void;
}

interface Notice {
  readonly tone: 'success' | 'critical';
  readonly text: string;
}

/** Owns the register while it is shown, and everything that a tap can do. */
export function HomeScreen({ register, customer: source, words, now, toast }: HomeScreenProps) {
  const state = useRegister(register);
  const customer = useWatched(source);
  const [said, setSaid] = useState<{ to: CustomerId | undefined; notice: Notice }>();
  const { isBusy, run } = useOneAtATime();
  const sync = useOneAtATime();
  useTick();
  useEffect(() => {
    if (customer !== undefined) register.watch(customer);
  }, [register, customer]);

  const act = (action: () => Promise<Notice>, done?: () => void) =>
    run(async () => {
      setSaid(undefined);
      const notice = await action().catch(() => failure(words.text('screen.failed')));
      setSaid({ to: customer, notice });
      if (notice.tone !== 'success') return;
      done?.();
      toast(notice.text);
    });
  const redeem = (request: RedeemRequest, done?: () => void) =>
    act(() => redeemed(register, { request, words }), done);

  // What was said about one customer is no news to the next.
  const notice = said?.to === customer ? said?.notice : undefined;
  const found = problems(state);
  if (!state.ready) return <Starting problem={found[0]} state={state} words={words} />;
  return (
    <s-page heading={words.text('screen.heading')}>
      <s-scroll-box>
        <s-stack direction="block" gap="base" padding="base">
          <TopBanner notice={notice} problem={found[0]} state={state} words={words} />
          {customer === undefined ? (
            <NoCustomer words={words} />
          ) : (
            <CustomerSections
              register={register}
              state={state}
              customer={customer}
              isBusy={isBusy}
              words={words}
              now={now()}
              onRedeem={redeem}
            />
          )}
          {state.program !== undefined && (
            <OpenRedemptions
              open={state.open}
              currency={state.program.currency}
              customer={customer}
              isBusy={isBusy}
              words={words}
              onRemove={(ref) => act(() => removed(register, { ref, words }))}
            />
          )}
          <Remarks remarks={state.remarks} words={words} />
          <Waiting waiting={state.waiting} words={words} now={now()} />
          <SyncPanel
            state={state}
            problems={found}
            isBusy={sync.isBusy}
            words={words}
            onSync={() => sync.run(() => register.syncNow().then(() => undefined))}
          />
        </s-stack>
      </s-scroll-box>
    </s-page>
  );
}

interface CustomerSectionsProps {
  readonly register: Register;
  readonly state: RegisterState;
  readonly customer: CustomerId;
  readonly isBusy: boolean;
  readonly words: Words;
  readonly now: number;
  readonly onRedeem: (request: RedeemRequest, done?: () => void) => void;
}

function CustomerSections(props: CustomerSectionsProps) {
  const { register, state, customer, isBusy, words, now, onRedeem } = props;
  const view = register.customer(customer);
  const { program } = state;
  return (
    <s-stack direction="block" gap="base">
      <Balances view={view} state={state} words={words} now={now} />
      <Rewards
        program={program}
        offers={register.offers(customer)}
        available={view.points.available}
        isBusy={isBusy}
        words={words}
        onRedeem={({ id }: Reward, title) => onRedeem({ customer, reward: id, title })}
      />
      {program?.storeCredit === true && view.credit !== undefined && (
        <StoreCredit
          currency={program.currency}
          available={view.credit.available}
          refusalOf={(amount) => register.creditRefusal(customer, amount)}
          isBusy={isBusy}
          words={words}
          onRedeem={(credit: Minor, done) =>
            onRedeem({ customer, credit, title: words.text('credit.title') }, done)
          }
        />
      )}
    </s-stack>
  );
}

function Starting(props: {
  readonly problem: Problem | undefined;
  readonly state: RegisterState;
  readonly words: Words;
}) {
  const { words } = props;
  return (
    <s-page heading={words.text('screen.heading')}>
      <s-stack direction="block" gap="base" padding="base" alignItems="center">
        <TopBanner notice={undefined} {...props} />
        <s-spinner />
        <s-text>{words.text('screen.starting')}</s-text>
      </s-stack>
    </s-page>
  );
}

/** One banner at a time: the answer to the last tap, else the most urgent problem. */
function TopBanner({
  notice,
  problem,
  state,
  words,
}: {
  readonly notice: Notice | undefined;
  readonly problem: Problem | undefined;
  readonly state: RegisterState;
  readonly words: Words;
}) {
  if (notice !== undefined)
    return <s-banner id="notice" tone={notice.tone} heading={notice.text} />;
  if (problem === undefined) return null;
  return <s-banner id="problem" tone={problem.tone} heading={problemText(words, problem, state)} />;
}

async function redeemed(
  register: Register,
  { request, words }: { readonly request: RedeemRequest; readonly words: Words },
): Promise<Notice> {
  const outcome = await register.redeem(request);
  if (outcome.status === 'refused') return failure(words.text(`refused.${outcome.reason}`));
  const key = outcome.offline ? 'result.appliedOffline' : 'result.applied';
  const text = words.text(key, { title: request.title, ref: outcome.ref });
  return { tone: 'success', text };
}

async function removed(
  register: Register,
  { ref, words }: { readonly ref: Reference; readonly words: Words },
): Promise<Notice> {
  const outcome = await register.remove(ref);
  if (outcome.status === 'removed') return { tone: 'success', text: words.text('result.removed') };
  return failure(words.text(`notRemoved.${outcome.reason}`));
}

function failure(text: string): Notice {
  return { tone: 'critical', text };
}
