/** What a person asks of the bench: which parts, and how large. */

export interface Options {
  /** In place of each part's own number; such a run is a trial and changes no document. */
  readonly operations: number | undefined;
  /** Also what takes longer than three minutes. */
  readonly isLong: boolean;
}

export interface Asked extends Options {
  /** In the order given; all of them when none is named. */
  readonly parts: readonly string[];
}

/** Reads `drain tap --operations 500 --long`; throws one sentence about what it can't read. */
export function readArguments(words: readonly string[], known: readonly string[]): Asked {
  const parts: string[] = [];
  let operations: number | undefined;
  let isLong = false;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === '--long') isLong = true;
    else if (word === '--operations') {
      i += 1;
      operations = Number(words[i]);
      if (!Number.isSafeInteger(operations) || operations < 1)
        throw new Error('--operations takes a whole number, 1 or more');
    } else if (known.includes(word)) parts.push(word);
    else throw new Error(`"${word}" is no part of the bench: ${known.join(', ')}`);
  }
  return { parts: parts.length === 0 ? known : parts, operations, isLong };
}
