/** Screens as a function of what the register says: every answer and every list, in words. */
import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import { HomeScreen } from '../../extensions/pos/src/ui/home-screen.tsx';
import { SyncPanel } from '../../extensions/pos/src/ui/sync-panel.tsx';
import { Remarks, Waiting } from '../../extensions/pos/src/ui/waiting.tsx';
import { createWords } from '../../extensions/screens/words.ts';
import type { RedeemOutcome, RemoveOutcome } from '../../extensions/register/redemption.ts';
import type { Register } from '../../extensions/register/register.ts';
import type { Remark, RegisterState } from '../../extensions/register/status.ts';
import { minor } from '../../shared/amount.ts';
import {
  FLAGS,
  REASONS,
  STATUSES,
  type OperationId,
  type Reference,
} from '../../shared/protocol.ts';
import { ALICE, PROGRAM, isDisabled, sees, shown, tap } from './counter.ts';
import { HOUR_MS, MINUTE_MS, NOON, quietState, waitingItem } from './states.ts';
import { createTranslator, LANGUAGES, textsOf } from './translator.ts';

const words = createWords(createTranslator('en-US'), { locale: () => 'en-US', now: () => NOON });
const english = textsOf(LANGUAGES.en ?? {});
const REF = '0123456789' as Reference;
const [coffee] = PROGRAM.rewards;
if (coffee === undefined) throw new Error('the program has a reward');

afterEach(() => render(null, document.body));

/** A register that gives these answers, whatever it is asked. */
function answeringRegister(answers: {
  readonly redeem?: () => Promise<RedeemOutcome>;
  readonly remove?: () => Promise<RemoveOutcome>;
}): Register {
  const state = quietState({
    program: PROGRAM,
    open: [
      {
        ref: REF,
        customer: ALICE,
        unit: 'points',
        amount: 200,
        discount: minor(350),
        title: 'Free coffee',
        place: 'in-cart',
        isOtherCustomer: false,
      },
    ],
  });
  const { sync } = state;
  const account = { pending: 0, available: 1_000 };
  return {
    start: () => Promise.resolve(),
    stop: () => undefined,
    state: () => state,
    subscribe: () => () => undefined,
    customer: (customer) => ({
      customer,
      points: { unit: 'points', ...account },
      credit: undefined,
      earning: 3,
      ageMs: HOUR_MS,
    }),
    offers: () => [{ reward: coffee ?? never(), discount: minor(350), refusal: undefined }],
    creditRefusal: () => undefined,
    recent: () => [],
    attach: never,
    order: never,
    history: never,
    giveBack: never,
    takeBack: never,
    redeem: answers.redeem ?? never,
    remove: answers.remove ?? never,
    syncNow: () => Promise.resolve(sync),
    watch: () => undefined,
    transactionComplete: () => Promise.resolve(),
    cashSession: () => Promise.resolve(),
  };
}

function never(): never {
  throw new Error('not asked in this test');
}

function show(register: Register): void {
  const customer = { read: () => ALICE, subscribe: () => () => undefined };
  render(
    <HomeScreen
      register={register}
      customer={customer}
      words={words}
      now={() => NOON}
      toast={() => undefined}
    />,
    document.body,
  );
}

const REFUSALS = {
  'amount-invalid': true,
  'balance-unknown': true,
  'balance-too-low': true,
  'offline-off': true,
  'balance-too-old': true,
  'customer-limit': true,
  'register-limit': true,
  'redemptions-limit': true,
  'cart-empty': true,
  'line-discounted': true,
  'cart-locked': true,
  'cart-failed': true,
  'reward-unknown': true,
  'storage-full': true,
  'storage-failing': true,
  'ledger-refused': true,
  'set-aside': true,
  'pin-needed': true,
  'pin-wrong': true,
  'pin-locked': true,
  'currency-differs': true,
} satisfies Record<Extract<RedeemOutcome, { status: 'refused' }>['reason'], true>;
type Refused = keyof typeof REFUSALS;

const NOT_REMOVED = {
  'not-found': true,
  'cart-locked': true,
  'cart-failed': true,
} satisfies Record<Extract<RemoveOutcome, { status: 'refused' }>['reason'], true>;

describe('refusals', () => {
  it.each(Object.keys(REFUSALS))('[TG17] %s tells the cashier what to do next', async (reason) => {
    show(
      answeringRegister({
        redeem: () => Promise.resolve({ status: 'refused', reason: reason as Refused }),
      }),
    );
    tap('redeem-coffee');
    const text = english.get(`refused.${reason}`)?.[''] ?? 'no text';
    await sees(text);
    expect(isDisabled('redeem-coffee')).toBe(false);
  });

  it('[TG17] no two refusals say the same, and none is left over', () => {
    const texts = [...english].filter(([key]) => key.startsWith('refused.'));
    expect(texts.map(([key]) => key.slice('refused.'.length)).sort()).toEqual(
      Object.keys(REFUSALS).sort(),
    );
    expect(new Set(texts.map(([, forms]) => forms[''])).size).toBe(texts.length);
  });

  it.each(Object.keys(NOT_REMOVED))(
    '[TG17] what can’t be removed (%s) is explained',
    async (reason) => {
      show(
        answeringRegister({
          remove: () =>
            Promise.resolve({ status: 'refused', reason: reason as keyof typeof NOT_REMOVED }),
        }),
      );
      tap(`remove-${REF}`);
      await sees(english.get(`notRemoved.${reason}`)?.[''] ?? 'no text');
    },
  );

  it('[TG18] an error that never should be promises nothing and frees the buttons', async () => {
    show(answeringRegister({ redeem: () => Promise.reject(new Error('a bug')) }));
    tap('redeem-coffee');
    await sees('Something went wrong and nothing was confirmed.');
    expect(isDisabled('redeem-coffee')).toBe(false);
    expect(shown()).not.toContain('a bug');
  });
});

describe('what waits and what came back', () => {
  const remark = (part: Partial<Remark>): Remark => ({
    id: `ABCDEFGH01.${part.at ?? 1}` as OperationId,
    kind: 'intent',
    ref: REF,
    status: 'closed',
    reason: null,
    flags: [],
    at: NOON,
    ...part,
  });

  it('[TG19] every status, reason and flag of the ledger has its words', () => {
    for (const [group, ids] of Object.entries({ status: STATUSES, reason: REASONS, flag: FLAGS })) {
      const texts = [...english.keys()].filter((key) => key.startsWith(`${group}.`));
      expect(texts.sort()).toEqual(ids.map((id) => `${group}.${id}`).sort());
    }
    render(
      <Remarks
        words={words}
        remarks={[
          remark({ at: NOON - HOUR_MS, reason: 'balance-too-low' }),
          remark({
            at: NOON,
            kind: 'commit',
            status: 'applied',
            flags: ['overdrawn', 'late-commit'],
          }),
        ]}
      />,
      document.body,
    );
    expect(shown()).toBe(
      [
        'Tell your manager',
        'Sale with a redemption 0123456789 · 12:00 PM',
        'Booked. The customer’s balance went below zero. ' +
          'The sale arrived after the redemption was taken back; the sale counts.',
        'Redemption 0123456789 · 11:00 AM',
        'Not booked: this redemption was closed already. The balance was too low.',
      ].join('\n'),
    );
  });

  it('[TG19] the waiting list is short, oldest first, and knows what it doesn’t know', () => {
    const many = Array.from({ length: 12 }, (_, i) => waitingItem(i + 1, NOON - i * MINUTE_MS));
    const [first, ...rest] = many;
    if (first === undefined) throw new Error('a first item');
    const future = {
      ...first,
      kind: 'gift',
      title: undefined,
      unit: undefined,
      at: NOON - HOUR_MS,
    };
    render(<Waiting waiting={[...rest, future]} words={words} now={NOON} />, document.body);
    const lines = shown().split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'Waiting to sync',
      'Don’t log out while 12 are waiting',
      'Saved by another version of the app · 1 hour',
      'Free coffee · 200 points · 11 min',
    ]);
    expect(lines.at(-1)).toBe('and 4 more');
    expect(lines).toHaveLength(11);
  });

  it('[TG19] with nothing waiting and nothing to tell, neither list is there', () => {
    render(
      <>
        <Waiting waiting={[]} words={words} now={NOON} />
        <Remarks remarks={[]} words={words} />
      </>,
      document.body,
    );
    expect(shown()).toBe('');
  });
});

describe('sync', () => {
  const panel = (changes: Partial<RegisterState['sync']>) => {
    const state = quietState({ sync: { ...quietState().sync, ...changes } });
    render(
      <SyncPanel register={answeringRegister({})} state={state} words={words} />,
      document.body,
    );
    return shown();
  };

  it('[TG21] progress counts operations, and customers while a snapshot loads', () => {
    expect(panel({ phase: 'syncing' })).toContain('Syncing…');
    expect(panel({ phase: 'syncing', done: 120, total: 1_400 })).toContain('Syncing: 120 of 1,400');
    const snapshot = { loaded: 1_200, total: 2_000 };
    expect(panel({ phase: 'syncing', snapshot })).toContain('Loading customers: 1,200 of 2,000');
    expect(isDisabled('sync-now')).toBe(true);
  });

  it('[TG21] between two tries it says when the next one is, and can be told not to wait', () => {
    expect(panel({ phase: 'waiting', nextTryAt: NOON + HOUR_MS })).toContain('Next try at 1:00 PM');
    expect(isDisabled('sync-now')).toBe(false);
    expect(panel({})).toContain('Last sync 11:59 AM\nMemory: 4 of 100 records, 12 KB');
  });
});
