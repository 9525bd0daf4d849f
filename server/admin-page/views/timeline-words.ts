/** The words of the picture of time, and one tap in a sentence. */
import { useHappenings } from '../happenings.ts';
import type { Tap } from '../parts/timeline.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';

export const TIMELINE_WORDS = words({
  en: {
    heading: 'What happened when',
    zooms: { day: 'Day', week: 'Week' },
    earlier: { day: 'The day before', week: 'The week before' },
    later: { day: 'The next day', week: 'The next week' },
    week: (from: string, to: string) => `${from} to ${to}`,
    states: { connected: 'Connected', 'cut-off': 'Cut off', away: 'Not in use' },
    span: (state: string, from: string, to: string) => `${state} from ${from} to ${to}`,
    lane: (name: string, taps: number) =>
      `${name}: ${taps} taps. Arrow keys go from tap to tap, Enter opens one.`,
    pointAt: 'Point at a tap, or go to it with Tab and the arrow keys, to read what it was.',
    redemption: 'Redemption',
    earning: 'Points earned',
    other: 'Something else',
    hollow: 'Hollow: tapped without a network',
    flagged: 'Ringed: to be looked at',
    unused: (names: string) => `Not used in this time: ${names}`,
    quiet: 'No register was used in this time.',
    cut: 'Too much happened for one picture: some of it may be left out.',
    asTable: 'Show as a table',
    asPicture: 'Show as a picture',
    noTaps: 'No taps',
    what: 'What',
    tapped: 'Tapped',
    arrived: 'Arrived',
    notes: 'Notes',
    offline: 'without a network',
    isFlagged: 'to be looked at',
    late: (duration: string) => `${duration} later`,
    tap: (what: string, asked: string, arrived: string) =>
      `${what}: tapped ${asked}, arrived ${arrived}`,
    waitingHeading: 'Operations that were waiting',
    when: 'When',
    waitingCount: 'Waiting',
    noneWaited: 'Nothing waited: all that was tapped arrived at once.',
    mostWaited: (most: string, at: string, rest: string) =>
      `At most ${most} operations waited, at ${at}; ${rest} at the end.`,
  },
  fr: {
    heading: 'Ce qui s’est passé, et quand',
    zooms: { day: 'Jour', week: 'Semaine' },
    earlier: { day: 'Le jour précédent', week: 'La semaine précédente' },
    later: { day: 'Le jour suivant', week: 'La semaine suivante' },
    week: (from: string, to: string) => `du ${from} au ${to}`,
    states: { connected: 'Connectée', 'cut-off': 'Coupée du réseau', away: 'Pas en service' },
    span: (state: string, from: string, to: string) => `${state} du ${from} au ${to}`,
    lane: (name: string, taps: number) =>
      `${name} : ${taps} gestes. Les flèches vont de l’un à l’autre, Entrée ouvre.`,
    pointAt: 'Pointez un geste, ou allez-y avec Tab et les flèches, pour lire ce que c’était.',
    redemption: 'Utilisation',
    earning: 'Points gagnés',
    other: 'Autre chose',
    hollow: 'Creux : fait sans réseau',
    flagged: 'Cerclé : à vérifier',
    unused: (names: string) => `Pas utilisées pendant ce temps : ${names}`,
    quiet: 'Aucune caisse n’a servi pendant ce temps.',
    cut: 'Il s’est passé trop de choses pour une seule image : il peut en manquer.',
    asTable: 'Afficher en tableau',
    asPicture: 'Afficher en image',
    noTaps: 'Aucun geste',
    what: 'Quoi',
    tapped: 'Fait',
    arrived: 'Arrivé',
    notes: 'Remarques',
    offline: 'sans réseau',
    isFlagged: 'à vérifier',
    late: (duration: string) => `${duration} plus tard`,
    tap: (what: string, asked: string, arrived: string) =>
      `${what} : fait ${asked}, arrivé ${arrived}`,
    waitingHeading: 'Opérations en attente',
    when: 'Quand',
    waitingCount: 'En attente',
    noneWaited: 'Rien n’a attendu : tout est arrivé aussitôt.',
    mostWaited: (most: string, at: string, rest: string) =>
      `Au plus ${most} opérations ont attendu, à ${at} ; ${rest} à la fin.`,
  },
});

/** Below this, an arrival is said to be at once. */
const AT_ONCE_MS = 60_000;

export interface TapWords {
  /** "Redemption, 500 points" */
  readonly what: string;
  readonly asked: string;
  /** With how much later that was. */
  readonly arrived: string;
  readonly notes: string;
}

export function useTapWords(): (tap: Tap) => TapWords {
  const said = useWords(TIMELINE_WORDS);
  const { kind: kindOf } = useHappenings();
  const format = useFormat();
  return (tap) => {
    const kind = kindOf(tap.kind);
    const { unit, amount } = tap;
    const what =
      unit === null || amount === null ? kind : `${kind}, ${format.amount(unit, amount)}`;
    const isSameDay = format.date(tap.askedAt) === format.date(tap.arrivedAt);
    const arrived = isSameDay ? format.time(tap.arrivedAt) : format.moment(tap.arrivedAt);
    const lateMs = tap.arrivedAt - tap.askedAt;
    const late = lateMs >= AT_ONCE_MS ? ` (${said.late(format.duration(lateMs))})` : '';
    const notes = [
      ...(tap.offline ? [said.offline] : []),
      ...(tap.isFlagged ? [said.isFlagged] : []),
    ];
    return {
      what,
      asked: format.moment(tap.askedAt),
      arrived: `${arrived}${late}`,
      notes: notes.join(', '),
    };
  };
}

/** "Redemption, 500 points: tapped 1 Dec 2026, 14:03, arrived 17:40 (4 hours later)" */
export function useTapText(): (tap: Tap) => string {
  const said = useWords(TIMELINE_WORDS);
  const wordsOf = useTapWords();
  return (tap) => {
    const { what, asked, arrived, notes } = wordsOf(tap);
    const sentence = said.tap(what, asked, arrived);
    return notes === '' ? sentence : `${sentence}; ${notes}`;
  };
}
