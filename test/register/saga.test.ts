/** The saga as a finite machine: every state with everything that can be found out in it. */
import { describe, expect, it } from 'vitest';
import { step, type Event, type State } from '../../extensions/register/saga.ts';

type At = State['at'];

const all = <K extends keyof Event>(key: K, values: readonly Event[K][]): readonly Event[] =>
  values.map((value) => ({ [key]: value }));

/** Every combination of one event from each list. */
const each = (...lists: readonly (readonly Event[])[]): readonly Event[] =>
  lists.reduce<readonly Event[]>(
    (sofar, list) => sofar.flatMap((one) => list.map((other) => ({ ...one, ...other }))),
    [{}],
  );

const LATE = all('isLate', [false, true]);
const WRITES = each(all('outcome', ['stored', 'full', 'uncertain']), LATE);
const VIEWS = each(
  all('isStored', [false, true]),
  all('isClosed', [false, true]),
  all('isRefused', [false, true]),
  all('refusal', [undefined, 'balance-too-low']),
  LATE,
);
const CARTS = each(
  all('place', ['absent', 'there', 'changed']),
  all('isLocked', [false, true]),
  LATE,
);

/** What can be found out in each state of a tap and of a removal. */
const FOUND: Partial<Record<At, readonly Event[]>> = {
  looking: all('refusal', [undefined, 'balance-too-low']),
  storing: WRITES,
  checking: VIEWS,
  rechecking: VIEWS,
  asking: each(all('word', ['yes', 'no', 'set-aside', undefined]), LATE),
  applying: CARTS,
  withdrawing: CARTS,
  removing: CARTS,
  'taking-off': CARTS,
  closing: WRITES,
};

interface Path {
  readonly states: readonly State[];
  readonly events: readonly Event[];
}

/** Every way from `begin` to its end. */
function pathsFrom(begin: State): Path[] {
  const done: Path[] = [];
  const open: Path[] = [{ states: [begin], events: [] }];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const last = path.states.at(-1) ?? begin;
    const found = FOUND[last.at];
    if (found === undefined) {
      done.push(path);
      continue;
    }
    if (path.states.length > 12) throw new Error(`no end: ${JSON.stringify(path.states)}`);
    // Events that lead to the same next state are one way.
    const nexts = new Map(
      found.map((event) => {
        const next = step(last, event);
        const kept = last.at === 'applying' || last.at === 'storing' ? JSON.stringify(event) : '';
        return [JSON.stringify(next) + kept, { next, event }] as const;
      }),
    );
    for (const { next, event } of nexts.values())
      open.push({ states: [...path.states, next], events: [...path.events, event] });
  }
  return done;
}

const ats = ({ states }: Path): readonly At[] => states.map(({ at }) => at);
const eventAt = ({ states, events }: Path, at: At): Event | undefined =>
  events[states.findLastIndex((state, i) => state.at === at && i < events.length)];
const end = ({ states }: Path): State | undefined => states.at(-1);

const TAPS = [true, false].flatMap((offline) => pathsFrom({ at: 'looking', offline }));
const isDone = (path: Path): boolean => {
  const last = end(path);
  return last?.at === 'told' && last.refusal === undefined;
};

describe('every way that a tap can go', () => {
  it('[SG1] ends in something told, after at most ten steps', () => {
    expect(TAPS.length).toBeGreaterThan(100);
    for (const path of TAPS) {
      expect(end(path)?.at).toBe('told');
      expect(path.events.length).toBeLessThanOrEqual(10);
    }
  });

  it('[SG1] tells "applied" only of a stored intent whose discount the cart shows', () => {
    const applied = TAPS.filter(isDone);
    expect(applied.length).toBeGreaterThan(3);
    for (const path of applied) {
      expect(eventAt(path, 'storing')?.outcome).toBe('stored');
      expect(eventAt(path, 'checking')).toMatchObject({ isStored: true, isRefused: false });
      expect(eventAt(path, 'checking')?.refusal).toBeUndefined();
      expect(eventAt(path, 'applying')?.place).toBe('there');
    }
  });

  it('[SG1] tells a refusal only beside a void, once the intent may be stored', () => {
    const refused = TAPS.filter((path) => !isDone(path) && ats(path).includes('storing'));
    for (const path of refused) {
      const isFull = eventAt(path, 'storing')?.outcome === 'full';
      expect(ats(path).includes('closing')).toBe(!isFull);
    }
  });

  it('[SG1] never stores a void beside what it tells as applied', () => {
    for (const path of TAPS.filter(isDone)) expect(ats(path)).not.toContain('closing');
  });

  it('[SG1] promises without the ledger’s word only by the offline rules', () => {
    for (const path of TAPS.filter((one) => ats(one).includes('applying'))) {
      const applying = path.states.find(({ at }) => at === 'applying');
      const checked = path.states.findLast(({ at }) => at === 'checking');
      const hasWord = eventAt(path, 'asking')?.word === 'yes';
      expect(applying).toEqual({ at: 'applying', offline: !hasWord });
      if (!hasWord) expect(checked).toEqual({ at: 'checking', offline: true });
    }
  });

  it('[SG1] tells what the ledger set aside for another register as that, not as spent', () => {
    for (const word of ['no', 'set-aside'] as const)
      expect(step({ at: 'asking' }, { word })).toMatchObject({
        at: 'closing',
        reason: 'refused',
        refusal: word === 'no' ? 'ledger-refused' : 'set-aside',
      });
  });

  it('[SG5] promises nothing that took too long, unless it was looked at again', () => {
    for (const path of TAPS.filter(isDone)) {
      const last = eventAt(path, 'applying');
      expect(ats(path).includes('rechecking')).toBe(last?.isLate === true);
      if (last?.isLate === true)
        expect(eventAt(path, 'rechecking')).toMatchObject({ isStored: true, isClosed: false });
      expect(eventAt(path, 'checking')?.isLate).toBe(false);
      expect(eventAt(path, 'checking')?.isClosed).toBe(false);
    }
  });

  it('[SG1] of a removal gives back only what the cart no longer shows', () => {
    const removals = pathsFrom({ at: 'removing' });
    for (const path of removals) {
      const sights = path.events.filter(({ place }) => place !== undefined);
      const isVoided = ats(path).includes('closing');
      expect(isVoided).toBe(sights.at(-1)?.place === 'absent');
      expect(isDone(path)).toBe(isVoided && eventAt(path, 'closing')?.outcome === 'stored');
    }
    expect(removals.filter(isDone).length).toBeGreaterThan(1);
  });
});

/** What becomes of a followed redemption: when it is new, 3 s and 60 s out of the cart. */
const FOLLOWED = [
  ['in-cart', '–', '–', '–'],
  ['left', '–', 'removed-by-staff', 'removed-by-staff'],
  ['emptied', '–', '–', 'cart-cleared'],
  ['fresh', '–', '–', 'never-applied'],
  ['lost', '–', '–', 'missing'],
] as const;

describe('the recovery rule', () => {
  it.each(FOLLOWED)('[RD6] %s: %s, after 3 s %s, after 60 s %s', (at, ...expected) => {
    for (const [i, absence] of (['new', 'noticed', 'over'] as const).entries()) {
      const next = step({ at }, { absence, isReported: false });
      const word = next.at === 'closing' ? (next.reason ?? 'missing') : '–';
      expect(word).toBe(expected[i]);
      if (next.at !== 'closing') expect(next).toEqual({ at });
    }
  });

  it('[RD6] what is reported missing is not reported again', () => {
    expect(step({ at: 'lost' }, { absence: 'over', isReported: true })).toEqual({ at: 'lost' });
  });

  it('[RD6] what the cart shows moves a followed redemption as the table says', () => {
    const moves = FOLLOWED.flatMap(([at]) =>
      [
        { isInCart: true, hasLines: true },
        { isInCart: false, hasLines: true },
        { isInCart: false, hasLines: false },
      ].map((sight) => `${at} → ${step({ at }, { sight }).at}`),
    );
    expect(moves).toEqual([
      'in-cart → in-cart',
      'in-cart → left',
      'in-cart → emptied',
      'left → in-cart',
      'left → left',
      'left → emptied',
      'emptied → in-cart',
      'emptied → emptied',
      'emptied → emptied',
      'fresh → in-cart',
      'fresh → fresh',
      'fresh → fresh',
      'lost → in-cart',
      'lost → lost',
      'lost → lost',
    ]);
  });
});
