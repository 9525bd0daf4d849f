/** What a person has to look at, before anything else; when there is nothing, that is said too. */
import type { Overview } from '../../../shared/merchant/overview.ts';
import { useWords, words } from '../words.ts';

const WORDS = words({
  en: {
    heading: 'This needs you',
    allWell: 'Nothing waits for you',
    allWellText: 'Every register and every booking is in order.',
    toReview: 'Open the review',
    review: (count: number) =>
      count === 1 ? '1 case is to be decided.' : `${count} cases are to be decided.`,
    silent: (names: string) =>
      `Nothing was heard for a day, and something waits there: ${names}. ` +
      'Bring it to a network and open Tideover on it.',
    storeCredit: (count: number) =>
      count === 1
        ? '1 payment to store credit at Shopify could not be settled.'
        : `${count} payments to store credit at Shopify could not be settled.`,
    webhooks: (count: number) =>
      count === 1
        ? '1 message from Shopify could not be dealt with; it is kept.'
        : `${count} messages from Shopify could not be dealt with; they are kept.`,
    dataRequests: (count: number) =>
      count === 1
        ? '1 customer asked for what is stored about them.'
        : `${count} customers asked for what is stored about them.`,
  },
  fr: {
    heading: 'À vous de voir',
    allWell: 'Rien ne vous attend',
    allWellText: 'Toutes les caisses et toutes les écritures sont en ordre.',
    toReview: 'Ouvrir les vérifications',
    review: (count: number) =>
      count < 2 ? '1 cas est à décider.' : `${count} cas sont à décider.`,
    silent: (names: string) =>
      `Sans nouvelles depuis un jour, et quelque chose y attend : ${names}. ` +
      'Connectez la caisse à un réseau et ouvrez-y Tideover.',
    storeCredit: (count: number) =>
      count < 2
        ? '1 paiement vers l’avoir chez Shopify n’a pas pu être réglé.'
        : `${count} paiements vers l’avoir chez Shopify n’ont pas pu être réglés.`,
    webhooks: (count: number) =>
      count < 2
        ? '1 message de Shopify n’a pas pu être traité ; il est conservé.'
        : `${count} messages de Shopify n’ont pas pu être traités ; ils sont conservés.`,
    dataRequests: (count: number) =>
      count < 2
        ? '1 client a demandé ce qui est enregistré à son sujet.'
        : `${count} clients ont demandé ce qui est enregistré à leur sujet.`,
  },
});

export function Attention({ overview }: { readonly overview: Overview }) {
  const said = useWords(WORDS);
  const { attention, registers } = overview;
  const silent = registers.filter(({ isSilent }) => isSilent).map(({ name }) => name);
  const counted = (['review', 'storeCredit', 'webhooks', 'dataRequests'] as const)
    .filter((kind) => attention[kind] > 0)
    .map((kind) => said[kind](attention[kind]));
  const lines = [...counted, ...(silent.length > 0 ? [said.silent(silent.join(', '))] : [])];
  if (lines.length === 0) {
    return (
      <s-banner tone="success" heading={said.allWell}>
        <s-paragraph>{said.allWellText}</s-paragraph>
      </s-banner>
    );
  }
  return (
    <s-banner tone="warning" heading={said.heading}>
      <s-unordered-list>
        {lines.map((line) => (
          <s-list-item key={line}>{line}</s-list-item>
        ))}
      </s-unordered-list>
      {(attention.review > 0 || silent.length > 0) && (
        <s-button slot="secondary-actions" href="/app/review">
          {said.toReview}
        </s-button>
      )}
    </s-banner>
  );
}
