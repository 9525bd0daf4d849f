/** The program as a merchant types it, and back: pure, with what is wrong by field. */
import {
  AMOUNT_MAX,
  decimals,
  formatDecimal,
  minor,
  parseMinor,
  points,
  type Currency,
  type Minor,
} from '../../../shared/amount.ts';
import { OFFERS_MAX, type CartOffer, type Gives } from '../../../shared/merchant/cart-offers.ts';
import {
  EXCLUDED_MAX,
  REWARDS_MAX,
  TITLE_LENGTH_MAX,
  type Program,
  type Reward,
} from '../../../shared/program.ts';

/** What is given; a product's variant only by the cart extension's own offers. */
export type GiftType = 'fixed' | 'percent' | 'variant';

export interface RewardDraft {
  /** Names the row while it is edited. */
  readonly key: string;
  /** Stays for ever, since registers name a reward by it; `undefined` until it is saved. */
  readonly id: string | undefined;
  readonly title: string;
  readonly titles: Readonly<Record<string, string>>;
  readonly points: string;
  readonly type: GiftType;
  /** Decimal text of an amount, a whole percentage, or a product variant's number. */
  readonly value: string;
}

export interface ProgramDraft {
  readonly name: string;
  readonly rewards: readonly RewardDraft[];
  readonly earnPoints: string;
  readonly earnPer: string;
  readonly storeCredit: boolean;
  /** Numbers of products that earn nothing, apart by commas or lines. */
  readonly excluded: string;
}

/** What is wrong with a field; words for each stand beside the view. */
export type Fault =
  | 'empty'
  | 'too-long'
  | 'not-whole'
  | 'not-amount'
  | 'nothing'
  | 'percent'
  | 'same-title'
  | 'too-many'
  | 'not-product';

/** By place: "name", "rewards.0.points". */
export type Faults = Readonly<Record<string, Fault>>;

/** What each part of the form gets. */
export interface ProgramPartProps {
  readonly draft: ProgramDraft;
  readonly faults: Faults;
  readonly currency: string;
  readonly onChange: (part: Partial<ProgramDraft>) => void;
}

export function programDraft({
  name,
  currency,
  rewards,
  earn,
  storeCredit,
}: Program): ProgramDraft {
  return {
    name,
    rewards: rewards.map((reward) => rewardDraft(reward, currency)),
    earnPoints: String(earn.points),
    earnPer: formatDecimal({ currency, amount: minor(earn.per) }),
    storeCredit,
    excluded: (earn.excludedProducts ?? []).join('\n'),
  };
}

function rewardDraft({ id, title, titles, points, discount }: Reward, currency: Currency) {
  const value =
    discount.type === 'fixed'
      ? formatDecimal({ currency, amount: discount.amount })
      : String(discount.percent);
  const { type } = discount;
  return { key: id, id, title, titles: present(titles), points: String(points), type, value };
}

export const newReward = (key: string): RewardDraft => ({
  key,
  id: undefined,
  title: '',
  titles: {},
  points: '',
  type: 'fixed',
  value: '',
});

/** The program that a draft means; fields that the form does not know stay as they were. */
export function readProgram(
  draft: ProgramDraft,
  base: Program,
): { readonly program: Program } | { readonly faults: Faults } {
  const faults: Record<string, Fault> = {};
  const note = (place: string, fault: Fault | undefined) => {
    if (fault !== undefined) faults[place] = fault;
  };
  const { currency } = base;
  note('name', titleFault(draft.name));
  const earnPoints = readWhole(draft.earnPoints, 0);
  if (earnPoints === undefined) note('earnPoints', 'not-whole');
  const per = readMoney(draft.earnPer, currency);
  if (per === undefined) note('earnPer', 'not-amount');
  else if (per === 0) note('earnPer', 'nothing');
  const excluded = readProducts(draft.excluded);
  if (excluded === undefined) note('excluded', 'not-product');
  else if (excluded.length > EXCLUDED_MAX) note('excluded', 'too-many');
  if (draft.rewards.length > REWARDS_MAX) note('rewards', 'too-many');
  Object.assign(faults, listFaults(draft.rewards, { currency, pointsLeast: 1 }));
  if (Object.keys(faults).length > 0) return { faults };
  const program: Program = {
    ...base,
    name: draft.name.trim(),
    rewards: withIds(draft.rewards).map((reward) => rewardOf(reward, currency)),
    earn: earnOf({ points: earnPoints ?? 0, per: per ?? 1 }, excluded ?? []),
    storeCredit: draft.storeCredit,
  };
  return { program };
}

/** A program that excludes nothing is written as those that know of no exclusions. */
function earnOf(
  rule: Pick<Program['earn'], 'points' | 'per'>,
  excludedProducts: readonly number[],
): Program['earn'] {
  return excludedProducts.length === 0
    ? rule
    : { ...rule, excludedProducts: [...excludedProducts] };
}

/**
 * Products by Shopify's number, as typed or as their address in the admin says it; each once.
 * `undefined` when something is no product.
 */
export function readProducts(text: string): readonly number[] | undefined {
  const names = text.split(/[\s,;]+/).filter((name) => name !== '');
  const numbers = names.map((name) => Number(/^(?:\S*\/)?([1-9]\d{0,15})$/.exec(name)?.[1]));
  return numbers.every(Number.isSafeInteger) ? [...new Set(numbers)] : undefined;
}

interface Bounds {
  readonly currency: Currency;
  /** What a reward costs at least; an offer may be for everyone. */
  readonly pointsLeast: number;
}

/** What is wrong in a list of rewards or offers, by place. */
function listFaults(rewards: readonly RewardDraft[], bounds: Bounds): Faults {
  const faults: Record<string, Fault> = {};
  const titles = rewards.map(({ title }) => title.trim().toLowerCase());
  rewards.forEach((reward, place) => {
    const found = rewardFaults(reward, bounds);
    for (const [field, fault] of Object.entries(found)) faults[`rewards.${place}.${field}`] = fault;
    const isSame = titles.indexOf(titles[place] ?? '') < place;
    if (found['title'] === undefined && isSame) faults[`rewards.${place}.title`] = 'same-title';
  });
  return faults;
}

function rewardFaults(
  reward: RewardDraft,
  { currency, pointsLeast }: Bounds,
): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  const title = titleFault(reward.title);
  if (title !== undefined) faults['title'] = title;
  for (const [code, text] of Object.entries(reward.titles)) {
    if (text.trim().length > TITLE_LENGTH_MAX) faults[`titles.${code}`] = 'too-long';
  }
  const cost = readWhole(reward.points, pointsLeast);
  if (cost === undefined) faults['points'] = 'not-whole';
  const value = valueFault(reward, currency);
  if (value !== undefined) faults['value'] = value;
  return faults;
}

function valueFault({ type, value }: RewardDraft, currency: Currency): Fault | undefined {
  if (type === 'variant') return /^[1-9]\d{0,14}$/.test(value.trim()) ? undefined : 'not-whole';
  if (type === 'percent') {
    const percent = readWhole(value, 1);
    return percent === undefined || percent > 100 ? 'percent' : undefined;
  }
  const amount = readMoney(value, currency);
  if (amount === undefined) return 'not-amount';
  return amount === 0 ? 'nothing' : undefined;
}

function titleFault(text: string): Fault | undefined {
  if (text.trim() === '') return 'empty';
  return text.trim().length > TITLE_LENGTH_MAX ? 'too-long' : undefined;
}

/** `reward` is without faults. */
function rewardOf(reward: RewardDraft & { readonly id: string }, currency: Currency): Reward {
  return {
    ...namesOf(reward),
    points: points(readWhole(reward.points, 1) ?? 1),
    discount:
      reward.type === 'percent'
        ? { type: 'percent', percent: readWhole(reward.value, 1) ?? 1 }
        : { type: 'fixed', amount: readMoney(reward.value, currency) ?? minor(0) },
  };
}

function namesOf({ id, title, titles }: RewardDraft & { readonly id: string }) {
  const named = Object.entries(titles)
    .map(([code, text]) => [code, text.trim()] as const)
    .filter(([, text]) => text !== '');
  return { id, title: title.trim(), titles: Object.fromEntries(named) };
}

export function offerDraft(
  { id, title, titles, points, gives }: CartOffer,
  currency: Currency,
): RewardDraft {
  const draft = { key: id, id, title, titles: present(titles), points: String(points) };
  if (gives.type === 'variant') return { ...draft, type: 'variant', value: String(gives.variant) };
  if (gives.type === 'percent') return { ...draft, type: 'percent', value: String(gives.percent) };
  return { ...draft, type: 'fixed', value: formatDecimal({ currency, amount: gives.amount }) };
}

/** The cart extension's own offers, as the drafts mean them. */
export function readOffers(
  drafts: readonly RewardDraft[],
  currency: Currency,
): { readonly offers: readonly CartOffer[] } | { readonly faults: Faults } {
  const faults: Record<string, Fault> = { ...listFaults(drafts, { currency, pointsLeast: 0 }) };
  if (drafts.length > OFFERS_MAX) faults['rewards'] = 'too-many';
  if (Object.keys(faults).length > 0) return { faults };
  const offers = withIds(drafts).map((draft) => ({
    ...namesOf(draft),
    points: points(readWhole(draft.points, 0) ?? 0),
    gives: givesOf(draft, currency),
  }));
  return { offers };
}

function givesOf({ type, value }: RewardDraft, currency: Currency): Gives {
  if (type === 'variant') return { type, variant: Number(value.trim()) };
  if (type === 'percent') return { type, percent: readWhole(value, 1) ?? 1 };
  return { type, amount: readMoney(value, currency) ?? minor(0) };
}

const present = (titles: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(titles).flatMap(([code, text]) => (text === undefined ? [] : [[code, text]])),
  );

/** New rewards get an id made from their title, apart from every other. */
function withIds(rewards: readonly RewardDraft[]): (RewardDraft & { readonly id: string })[] {
  const taken = new Set(rewards.flatMap(({ id }) => (id === undefined ? [] : [id])));
  return rewards.map((reward) => {
    if (reward.id !== undefined) return { ...reward, id: reward.id };
    const plain = plainId(reward.title);
    let id = plain;
    for (let count = 2; taken.has(id); count += 1) id = `${plain}-${count}`;
    taken.add(id);
    return { ...reward, id };
  });
}

const ID_LENGTH = 32;

/** "Café offert !" becomes "cafe-offert". */
export function plainId(title: string): string {
  const plain = title.normalize('NFD').replace(/\p{Mark}/gu, '');
  const words = plain.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, ID_LENGTH).replace(/-$/, '') || 'reward';
}

/** A whole number from `least` on, as typed; `undefined` for anything else. */
export function readWhole(text: string, least: number): number | undefined {
  if (!/^\d{1,13}$/.test(text.trim())) return undefined;
  const value = Number(text.trim());
  return value >= least && value <= AMOUNT_MAX ? value : undefined;
}

/** Decimal text with a point or a comma, and no more digits behind it than the currency has. */
export function readMoney(text: string, currency: Currency): Minor | undefined {
  const plain = text.trim().replace(',', '.');
  const read = /^\d{1,12}(?:\.(\d+))?$/.exec(plain);
  if (read === null || (read[1] ?? '').length > decimals(currency)) return undefined;
  return parseMinor(plain, currency);
}

/** The list with one item moved up (-1) or down (1); unchanged where there is no further. */
export function moved<T>(list: readonly T[], at: number, by: -1 | 1): readonly T[] {
  const to = at + by;
  const [one, other] = [list[at], list[to]];
  if (one === undefined || other === undefined) return list;
  return list.map((item, place) => (place === at ? other : place === to ? one : item));
}
