/** The most that can be lost, computed while the limits are typed. */
import { useState } from 'react';
import type { Currency } from '../../../shared/amount.ts';
import type { PolicyAnswer } from '../../../shared/merchant/settings.ts';
import { maximumLoss } from '../../../shared/rules.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';
import type { PolicyRead } from './settings-policy-form.ts';

const WORDS = words({
  en: {
    heading: 'What this can cost at most',
    most: (registers: number, shop: string, customer: string) =>
      `${registers === 1 ? 'If the register is' : `If all ${registers} registers are`} cut off ` +
      `at once, customers could together spend at most ${shop} more than they have; one customer ` +
      `at most ${customer}.`,
    off: 'Nothing can be overspent: without a network nothing is redeemed.',
    strict: 'Nothing can be overspent: registers promise only what is set aside for them.',
    alone: 'Nothing can be overspent: one register alone knows all that it has promised.',
    none: 'No register has called in the last 30 days.',
    faults: 'As soon as the marked fields are right, the most that can be lost stands here.',
    online: 'Customers also spend points in the online shop or elsewhere',
    onlineDetails: 'Then a balance may be spent there at the same time, as on one more register.',
    counted: (registers: number, customers: string) =>
      `Counted for ${registers} ${registers === 1 ? 'register that has' : 'registers that have'} ` +
      `called in the last 30 days, and ${customers} customers.`,
  },
  fr: {
    heading: 'Ce que cela peut coûter au plus',
    most: (registers: number, shop: string, customer: string) =>
      `Si ${registers === 1 ? 'la caisse est coupée' : `les ${registers} caisses sont coupées`} ` +
      `du réseau en même temps, les clients pourraient ensemble dépenser au plus ${shop} de plus ` +
      `que ce qu’ils ont ; un client au plus ${customer}.`,
    off: 'Rien ne peut être dépassé : sans réseau, rien n’est utilisé.',
    strict: 'Rien ne peut être dépassé : les caisses ne promettent que ce qui leur est réservé.',
    alone: 'Rien ne peut être dépassé : une caisse seule sait tout ce qu’elle a promis.',
    none: 'Aucune caisse n’a appelé ces 30 derniers jours.',
    faults: 'Dès que les champs marqués seront corrects, la perte maximale sera indiquée ici.',
    online: 'Les clients utilisent aussi leurs points dans la boutique en ligne ou ailleurs',
    onlineDetails:
      'Un solde peut alors y être utilisé en même temps, comme sur une caisse de plus.',
    counted: (registers: number, customers: string) =>
      `Compté avec ${registers} ${registers < 2 ? 'caisse qui a' : 'caisses qui ont'} ` +
      `appelé ces 30 derniers jours, et ${customers} clients.`,
  },
});

export function MaximumLoss(props: {
  readonly answer: Pick<PolicyAnswer, 'registers' | 'customers' | 'policy'>;
  readonly read: PolicyRead;
  readonly currency: Currency;
}) {
  const said = useWords(WORDS);
  const { count } = useFormat();
  const [isOnline, setOnline] = useState(false);
  const { registers, customers } = props.answer;
  return (
    <s-section heading={said.heading}>
      <s-stack gap="small">
        <div role="status">
          <s-text type="strong">{useSentence(props, isOnline)}</s-text>
        </div>
        <s-checkbox
          label={said.online}
          details={said.onlineDetails}
          checked={isOnline}
          onChange={(event) => setOnline(event.currentTarget.checked)}
        />
        <s-text color="subdued">{said.counted(registers, count(customers))}</s-text>
      </s-stack>
    </s-section>
  );
}

function useSentence(
  { answer, read, currency }: Parameters<typeof MaximumLoss>[0],
  spendableOnline: boolean,
): string {
  const said = useWords(WORDS);
  const { amount } = useFormat();
  const { registers, customers } = answer;
  if (!('policy' in read)) return said.faults;
  if (!read.policy.redeemOffline) return said.off;
  if (read.policy.strict) return said.strict;
  if (registers === 0) return said.none;
  const policy = { ...read.policy, version: answer.policy.version, pin: null };
  const { perShop, perCustomer } = maximumLoss(policy, { registers, customers, spendableOnline });
  if (registers === 1 && !spendableOnline) return said.alone;
  return said.most(registers, amount(currency, perShop), amount(currency, perCustomer));
}
