/** The extension's own words on the register, in the languages that the registers speak. */

interface Words {
  readonly balance: string;
  readonly free: string;
  cost(points: number): string;
}

const latin =
  (one: string, other: string) =>
  (points: number): string =>
    `-${points} ${points === 1 ? one : other}`;

const EN: Words = {
  balance: 'Points balance',
  free: 'No points needed',
  cost: latin('point', 'points'),
};

const WORDS: Readonly<Record<string, Words>> = {
  en: EN,
  fr: {
    balance: 'Solde de points',
    free: 'Sans points',
    cost: latin('point', 'points'),
  },
  de: {
    balance: 'Punktestand',
    free: 'Ohne Punkte',
    cost: latin('Punkt', 'Punkte'),
  },
  es: {
    balance: 'Saldo de puntos',
    free: 'Sin puntos',
    cost: latin('punto', 'puntos'),
  },
  ja: {
    balance: 'ポイント残高',
    free: 'ポイント不要',
    cost: (points) => `-${points} ポイント`,
  },
};

/** The words for "fr-CA" are those for "fr"; every other language reads English. */
export function wordsFor(locale: string): Words {
  const language = locale.split(/[-_]/)[0]?.toLowerCase() ?? '';
  return Object.hasOwn(WORDS, language) ? (WORDS[language] ?? EN) : EN;
}
