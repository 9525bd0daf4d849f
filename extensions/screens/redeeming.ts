/**
 * What a tap on a reward, on store credit or on "remove" does, and what is said of it: the same in
 * every screen that redeems. A screen lends the places where it keeps what lasts between drawings.
 */
import type { CustomerId, Reference } from '../../shared/protocol.ts';
import type { RedeemRequest } from '../register/plan.ts';
import type { Register } from '../register/register.ts';
import type { RegisterState } from '../register/status.ts';
import { problems, problemText } from './problems.ts';
import type { Words } from './words.ts';

export interface Notice {
  readonly tone: 'success' | 'critical';
  readonly text: string;
}

/** What became of the last tap, and for whom it was. */
export interface Said {
  readonly to: CustomerId | undefined;
  readonly notice: Notice;
}

/** What waits for a manager's PIN. */
export interface Asked {
  readonly request: RedeemRequest;
  /** Called once it is redeemed, to empty the field that it came from. */
  readonly done: (() => void) | undefined;
}

/** A value that a screen keeps, and the way to change it: what `useState` gives. */
export type Cell<T> = readonly [T, (next: T) => void];

/** What `useOneAtATime` gives. */
export interface OneAtATime {
  readonly isBusy: boolean;
  readonly run: (action: () => Promise<unknown>) => void;
}

interface RedeemingProps {
  readonly register: Pick<Register, 'redeem' | 'remove'>;
  /** Whom the screen acts for. */
  readonly customer: CustomerId | undefined;
  readonly words: Words;
  /** A short confirmation over the screen; never the only place where something is said. */
  readonly toast: (text: string) => void;
}

/** One action at a time, and what became of the last one. */
export function redeeming(
  { register, customer, words, toast }: RedeemingProps,
  { isBusy, run }: OneAtATime,
  [said, setSaid]: Cell<Said | undefined>,
  [asked, setAsked]: Cell<Asked | undefined>,
) {
  const act = (action: () => Promise<Notice>, done?: () => void) =>
    run(() => {
      setSaid(undefined);
      const said = action().catch(() => failure(words.text('screen.failed')));
      return said.then((notice) => {
        setSaid({ to: customer, notice });
        if (notice.tone !== 'success') return;
        done?.();
        toast(notice.text);
      });
    });

  return {
    isBusy,
    // What was said about one customer is no news to the next, and a PIN is given for one.
    notice: said?.to === customer ? said?.notice : undefined,
    asked: asked?.request.customer === customer ? asked : undefined,
    redeem: (request: RedeemRequest, done?: () => void) =>
      act(() => {
        // What asks for a PIN again after this is the answer to this tap alone.
        setAsked(undefined);
        return register.redeem(request).then((outcome): Notice => {
          if (outcome.status !== 'refused') {
            const key = outcome.offline ? 'result.appliedOffline' : 'result.applied';
            return success(words.text(key, { title: request.title, ref: outcome.ref }));
          }
          const { reason } = outcome;
          if (reason === 'pin-needed' || reason === 'pin-wrong') setAsked({ request, done });
          return failure(words.text(`refused.${reason}`));
        });
      }, done),
    remove: (ref: Reference) =>
      act(() =>
        register
          .remove(ref)
          .then((outcome) =>
            outcome.status === 'removed'
              ? success(words.text('result.removed'))
              : failure(words.text(`notRemoved.${outcome.reason}`)),
          ),
      ),
  };
}

const success = (text: string): Notice => ({ tone: 'success', text });
const failure = (text: string): Notice => ({ tone: 'critical', text });

/** The most urgent problem, as a notice. */
export function worstProblem(state: RegisterState, words: Words) {
  const [problem] = problems(state);
  return problem && { tone: problem.tone, text: problemText(words, problem, state) };
}
