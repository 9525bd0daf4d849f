/** What one version changed against another, in words that a merchant knows. */
import type { Currency } from '../../../shared/amount.ts';
import type { ShownPolicy, Switches } from '../../../shared/merchant/settings.ts';
import type { Program, Reward } from '../../../shared/program.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';

const WORDS = words({
  en: {
    change: (what: string, before: string, after: string) => `${what}: ${before} → ${after}`,
    yes: 'on',
    no: 'off',
    added: (title: string) => `Reward added: ${title}`,
    removed: (title: string) => `Reward removed: ${title}`,
    order: 'Rewards are in another order',
    translations: (title: string) => `Names in other languages: ${title}`,
    name: 'Name of the program',
    earn: 'Sales earn',
    earnRule: (points: string, per: string) => `${points} for every ${per}`,
    credit: 'Store credit at the register',
    excluded: 'Products that earn nothing',
    reward: (title: string, points: string, off: string) => `${title} (${points}, ${off})`,
    percent: (value: number) => `${value}% off`,
    off: (amount: string) => `${amount} off`,
    hours: (value: string) => `${value} hours`,
    pinSet: 'A PIN was set',
    pinRemoved: 'The PIN was removed',
    policy: {
      redeemOffline: 'Redeeming without a network',
      earnOffline: 'Earning without a network',
      strict: 'Strict mode',
      perCustomer: 'Limit for one customer',
      perRegister: 'Limit for one register',
      redemptionsMax: 'Redemptions on one register',
      fullAgeHours: 'Limits hold in full for',
      halfAgeHours: 'Limits are halved until',
    },
    cartExtension: 'Cart extension for older registers',
    storeCredit: 'Store credit is kept by',
    keepers: { tideover: 'Tideover', shopify: 'Shopify' },
  },
  fr: {
    change: (what: string, before: string, after: string) => `${what} : ${before} → ${after}`,
    yes: 'oui',
    no: 'non',
    added: (title: string) => `Récompense ajoutée : ${title}`,
    removed: (title: string) => `Récompense retirée : ${title}`,
    order: 'Les récompenses sont dans un autre ordre',
    translations: (title: string) => `Noms dans d’autres langues : ${title}`,
    name: 'Nom du programme',
    earn: 'Les ventes rapportent',
    earnRule: (points: string, per: string) => `${points} par tranche de ${per}`,
    credit: 'Avoir à la caisse',
    excluded: 'Produits qui ne rapportent rien',
    reward: (title: string, points: string, off: string) => `${title} (${points}, ${off})`,
    percent: (value: number) => `${value} % de remise`,
    off: (amount: string) => `${amount} de remise`,
    hours: (value: string) => `${value} heures`,
    pinSet: 'Un code a été défini',
    pinRemoved: 'Le code a été retiré',
    policy: {
      redeemOffline: 'Utilisation sans réseau',
      earnOffline: 'Gain de points sans réseau',
      strict: 'Mode strict',
      perCustomer: 'Limite par client',
      perRegister: 'Limite par caisse',
      redemptionsMax: 'Utilisations par caisse',
      fullAgeHours: 'Limites entières pendant',
      halfAgeHours: 'Limites de moitié jusqu’à',
    },
    cartExtension: 'Extension du panier pour caisses plus anciennes',
    storeCredit: 'L’avoir est tenu par',
    keepers: { tideover: 'Tideover', shopify: 'Shopify' },
  },
});

/** Reads what changed from the first program to the second; empty when nothing did. */
export function useProgramChanges(): (before: Program, after: Program) => readonly string[] {
  const said = useWords(WORDS);
  const { amount } = useFormat();
  const onOff = (is: boolean) => (is ? said.yes : said.no);
  const rule = ({ earn, currency }: Program) =>
    earn.points === 0
      ? said.no
      : said.earnRule(amount('points', earn.points), amount(currency, earn.per));
  const excluded = ({ earn }: Program) => (earn.excludedProducts ?? []).join(', ') || '—';
  const text = ({ title, points, discount }: Reward, currency: Currency) => {
    const off =
      discount.type === 'fixed'
        ? said.off(amount(currency, discount.amount))
        : said.percent(discount.percent);
    return said.reward(title, amount('points', points), off);
  };
  const rewards = (before: Program, after: Program): string[] => {
    const old = new Map(before.rewards.map((reward) => [reward.id, reward]));
    const kept = new Set(after.rewards.map(({ id }) => id));
    const gone = before.rewards.filter(({ id }) => !kept.has(id));
    const lines = gone.map((reward) => said.removed(text(reward, before.currency)));
    for (const reward of after.rewards) {
      const was = old.get(reward.id);
      const now = text(reward, after.currency);
      if (was === undefined) lines.push(said.added(now));
      else if (text(was, before.currency) !== now)
        lines.push(said.change(was.title, text(was, before.currency), now));
      else if (JSON.stringify(was.titles) !== JSON.stringify(reward.titles))
        lines.push(said.translations(reward.title));
    }
    const order = (list: Program, other: ReadonlySet<string>) =>
      list.rewards.flatMap(({ id }) => (other.has(id) ? [id] : [])).join();
    const isReordered = order(before, kept) !== order(after, new Set(old.keys()));
    return isReordered ? [...lines, said.order] : lines;
  };
  return (before, after) => [
    ...differing(said, said.name, before.name, after.name),
    ...differing(said, said.earn, rule(before), rule(after)),
    ...differing(said, said.excluded, excluded(before), excluded(after)),
    ...differing(said, said.credit, onOff(before.storeCredit), onOff(after.storeCredit)),
    ...rewards(before, after),
  ];
}

/** The same of two policies; amounts are in `currency`. */
export function usePolicyChanges(
  currency: Currency,
): (before: ShownPolicy, after: ShownPolicy) => readonly string[] {
  const said = useWords(WORDS);
  const { amount, count } = useFormat();
  const onOff = (is: boolean) => (is ? said.yes : said.no);
  const texts = (policy: ShownPolicy) => ({
    redeemOffline: onOff(policy.redeemOffline),
    earnOffline: onOff(policy.earnOffline),
    strict: onOff(policy.strict),
    perCustomer: amount(currency, policy.perCustomer),
    perRegister: amount(currency, policy.perRegister),
    redemptionsMax: count(policy.redemptionsMax),
    fullAgeHours: said.hours(count(policy.fullAgeHours)),
    halfAgeHours: said.hours(count(policy.halfAgeHours)),
  });
  return (before, after) => {
    const [old, now] = [texts(before), texts(after)];
    const fields = Object.keys(now) as readonly (keyof typeof now)[];
    const lines = fields.flatMap((field) =>
      differing(said, said.policy[field], old[field], now[field]),
    );
    if (before.hasPin === after.hasPin) return lines;
    return [...lines, after.hasPin ? said.pinSet : said.pinRemoved];
  };
}

/** The same of the server's own switches. */
export function useSwitchChanges(): (before: Switches, after: Switches) => readonly string[] {
  const said = useWords(WORDS);
  const onOff = (is: boolean) => (is ? said.yes : said.no);
  return (before, after) => [
    ...differing(said, said.cartExtension, onOff(before.cartExtension), onOff(after.cartExtension)),
    ...differing(
      said,
      said.storeCredit,
      said.keepers[before.storeCredit],
      said.keepers[after.storeCredit],
    ),
  ];
}

function differing(
  said: { change(what: string, before: string, after: string): string },
  what: string,
  before: string,
  after: string,
): readonly string[] {
  return before === after ? [] : [said.change(what, before, after)];
}
