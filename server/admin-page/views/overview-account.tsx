/** What Shopify has not been asked or told yet: permissions that are missing, and the plan. */
import { useState } from 'react';
import { meSchema, type Me } from '../../../shared/merchant/settings.ts';
import * as v from '../../../shared/schema.ts';
import { useAnswer } from '../answer.ts';
import { LEADS_TO_SHOPIFY, Refused } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { useFormat } from '../surroundings.tsx';
import { isCurrency, parseMinor } from '../../../shared/amount.ts';
import { useWords, words } from '../words.ts';

const WORDS = words({
  en: {
    scopes: 'Some things need your permission',
    allow: 'Allow',
    leads: 'Shopify asks for your agreement on a page of its own.',
    failed: 'Shopify could not be asked. Try again in a moment.',
    plan: (name: string) => `The plan “${name}” has not been taken`,
    planText: (price: string) =>
      `${price} every 30 days. Registers sell, redeem and sync without it; store credit at ` +
      'Shopify and the cart extension can be switched on with it.',
    take: 'Take the plan',
    without: {
      read_customers: 'Customers are shown by number, not by name.',
      read_orders:
        'Orders are not compared with the books: a sale may stay open until a day has gone.',
      read_store_credit_accounts: 'Shopify’s own store credit can’t be read.',
      read_store_credit_account_transactions: 'What became of a payment can’t be looked up.',
      write_store_credit_account_transactions: 'Shopify’s own store credit can’t be used.',
    },
  },
  fr: {
    scopes: 'Certaines choses demandent votre accord',
    allow: 'Autoriser',
    leads: 'Shopify vous demande votre accord sur sa propre page.',
    failed: 'Shopify n’a pas pu être joint. Réessayez dans un instant.',
    plan: (name: string) => `Le forfait « ${name} » n’est pas souscrit`,
    planText: (price: string) =>
      `${price} tous les 30 jours. Les caisses vendent, utilisent et synchronisent sans lui ; ` +
      'l’avoir chez Shopify et l’extension du panier s’activent avec lui.',
    take: 'Souscrire',
    without: {
      read_customers: 'Les clients sont affichés par numéro, pas par nom.',
      read_orders:
        'Les commandes ne sont pas comparées aux livres : une vente peut rester ouverte un jour.',
      read_store_credit_accounts: 'L’avoir propre à Shopify ne peut pas être lu.',
      read_store_credit_account_transactions: 'Le sort d’un paiement ne peut pas être retrouvé.',
      write_store_credit_account_transactions: 'L’avoir propre à Shopify ne peut pas être utilisé.',
    },
  },
});

/** What an answer says is not read: it leads away, or `/me` is asked again. */
const anySchema = v.unknown();

/** Says nothing while nothing is known, and nothing when nothing is missing. */
export function Account() {
  const me = useAnswer('/me', meSchema);
  const { answer } = me;
  if (answer === undefined) return null;
  return (
    <>
      <Plan plan={answer.plan} onChanged={me.refresh} />
      <Permissions missing={answer.scopes.missing} onChanged={me.refresh} />
    </>
  );
}

/** Asks for something that Shopify's own page may have to answer. */
function useRequest(onChanged: () => Promise<void>) {
  const { asking, bridge } = useDeps();
  const said = useWords(WORDS);
  const [isAsking, setAsking] = useState(false);
  const request = async (path: string, body: unknown) => {
    setAsking(true);
    try {
      await asking.send('POST', path, body, anySchema);
      await onChanged();
    } catch (error) {
      const leads = error instanceof Refused && error.code === LEADS_TO_SHOPIFY;
      bridge.toast(leads ? said.leads : said.failed, { isError: !leads });
    }
    setAsking(false);
  };
  return { isAsking, request };
}

function Permissions(props: {
  readonly missing: Me['scopes']['missing'];
  readonly onChanged: () => Promise<void>;
}) {
  const said = useWords(WORDS);
  const { isAsking, request } = useRequest(props.onChanged);
  const { missing } = props;
  if (missing.length === 0) return null;
  const texts: Readonly<Record<string, string>> = said.without;
  return (
    <s-banner tone="info" heading={said.scopes}>
      <s-unordered-list>
        {missing.map(({ scope, without }) => (
          <s-list-item key={scope}>
            {texts[scope] ?? without} <s-text color="subdued">({scope})</s-text>{' '}
            <s-button
              variant="tertiary"
              disabled={isAsking}
              accessibilityLabel={`${said.allow}: ${scope}`}
              onClick={() => void request('/scopes/request', { scopes: [scope] })}
            >
              {said.allow}
            </s-button>
          </s-list-item>
        ))}
      </s-unordered-list>
    </s-banner>
  );
}

function Plan(props: { readonly plan: Me['plan']; readonly onChanged: () => Promise<void> }) {
  const said = useWords(WORDS);
  const { amount } = useFormat();
  const { isAsking, request } = useRequest(props.onChanged);
  const { plan } = props;
  if (plan === null || plan.isActive) return null;
  const minor = isCurrency(plan.currency) ? parseMinor(plan.amount, plan.currency) : undefined;
  const price =
    minor === undefined || !isCurrency(plan.currency)
      ? `${plan.amount} ${plan.currency}`
      : amount(plan.currency, minor);
  return (
    <s-banner tone="info" heading={said.plan(plan.name)}>
      <s-paragraph>{said.planText(price)}</s-paragraph>
      <s-button
        slot="secondary-actions"
        loading={isAsking}
        onClick={() => void request('/plan/request', {})}
      >
        {said.take}
      </s-button>
    </s-banner>
  );
}
