/** One entry of the books in words: what moved between a balance, what is set aside, and sales. */
import type { Unit } from '../../../shared/amount.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { STORY_WORDS } from './story-words.ts';

export interface Moved {
  readonly unit: Unit;
  readonly customer: number;
  readonly held: number;
  readonly redeemed: number;
  readonly issued: number;
}

/** From where to where, by the name of its sentence; what moves in other ways has none. */
const WAYS = [
  { from: 'customer', to: 'held', said: 'setAside' },
  { from: 'held', to: 'redeemed', said: 'used' },
  { from: 'customer', to: 'redeemed', said: 'usedAtOnce' },
  { from: 'held', to: 'customer', said: 'released' },
  { from: 'redeemed', to: 'customer', said: 'givenBack' },
  { from: 'issued', to: 'customer', said: 'given' },
  { from: 'customer', to: 'issued', said: 'taken' },
] as const;
const ACCOUNTS = ['customer', 'held', 'redeemed', 'issued'] as const;

export interface Step {
  readonly said: (typeof WAYS)[number]['said'];
  readonly amount: number;
}

/** The steps that an entry is made of; what no sentence tells is left over. */
export function stepsOf(entry: Moved): { readonly steps: readonly Step[]; readonly rest: boolean } {
  const left = { ...entry };
  const steps = WAYS.flatMap(({ from, to, said }): Step[] => {
    const amount = Math.min(Math.max(0, 0 - left[from]), Math.max(0, left[to]));
    if (amount === 0) return [];
    left[from] += amount;
    left[to] -= amount;
    return [{ said, amount }];
  });
  return { steps, rest: ACCOUNTS.some((account) => left[account] !== 0) };
}

export function useEntryText(): (entry: Moved) => string {
  const { entry: said } = useWords(STORY_WORDS);
  const { amount, change } = useFormat();
  return (entry) => {
    const { steps, rest } = stepsOf(entry);
    if (!rest)
      return steps.map((step) => said[step.said](amount(entry.unit, step.amount))).join('; ');
    const parts = ACCOUNTS.filter((account) => entry[account] !== 0);
    return parts
      .map((account) => `${said.parts[account]} ${change(entry.unit, entry[account])}`)
      .join(', ');
  };
}
