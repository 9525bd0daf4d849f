/** When something was tapped and when it arrived, as people say it. */
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';

const WORDS = words({
  en: {
    late: (tap: string, arrival: string) => `Tap at ${tap}, arrived ${arrival}`,
    later: (duration: string) => `${duration} later`,
  },
  fr: {
    late: (tap: string, arrival: string) => `Geste le ${tap}, arrivé ${arrival}`,
    later: (duration: string) => `${duration} plus tard`,
  },
});

/** Below this, an arrival is said to be at once. */
const AT_ONCE_MS = 60_000;

export interface Moments {
  /** "1 Dec 2026, 14:03" or "Tap at 1 Dec 2026, 14:03, arrived 17:40" */
  readonly when: string;
  /** "4 hours later", or empty where it arrived at once. */
  readonly late: string;
}

export function useMoments(): (of: {
  readonly at: number;
  readonly askedAt: number | null;
}) => Moments {
  const said = useWords(WORDS);
  const format = useFormat();
  return ({ at, askedAt }) => {
    if (askedAt === null || at - askedAt < AT_ONCE_MS) return { when: format.moment(at), late: '' };
    const isSameDay = format.date(askedAt) === format.date(at);
    const arrival = isSameDay ? format.time(at) : format.moment(at);
    return {
      when: said.late(format.moment(askedAt), arrival),
      late: said.later(format.duration(at - askedAt)),
    };
  };
}
