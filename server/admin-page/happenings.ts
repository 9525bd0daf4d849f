/**
 * What the ledger calls things, in a merchant's words: kinds of operations, how they ended and why,
 * what a person should look at, what is usually done about it, and what can be decided.
 */
import type { ReviewAction, ReviewKind } from '../../shared/merchant/review.ts';
import type { LogOperation, LogState } from '../../shared/merchant/log.ts';
import { useWords, words } from './words.ts';

export const HAPPENINGS = words({
  en: {
    kinds: {
      intent: 'Redemption',
      commit: 'Sale with a redemption',
      void: 'Redemption taken back',
      missing: 'Redemption gone missing',
      earn: 'Points earned',
      return: 'Goods returned',
      'give-back': 'Given back by staff',
      'take-back': 'Points taken back by staff',
      note: 'Note of a register',
      order: 'Order at Shopify',
      release: 'Hold given back',
      merge: 'Customers merged',
      forget: 'Customer redacted',
      opening: 'Opening balance',
      adjustment: 'Correction',
      review: 'Decision in the review',
      shares: 'Parts set aside for registers',
      unknown: 'Could not be read',
    },
    states: {
      applied: 'Booked',
      flagged: 'Booked, look at it',
      closed: 'Not booked',
      quarantined: 'Could not be read',
      mismatch: 'Same name, other content',
    },
    statuses: {
      applied: 'booked',
      duplicate: 'known already; nothing was booked twice',
      closed: 'not booked',
      quarantined: 'kept, could not be read',
      mismatch: 'kept, not booked: its name was used for something else',
    },
    reasons: {
      'balance-too-low': 'The balance was not enough, and the register was told so in time.',
      'already-closed': 'It had been sold, taken back, released or earned before.',
      'already-refused': 'The ledger had refused this redemption before.',
      invalid: 'It was not written as a register writes.',
      'unknown-kind': 'It is of a kind that this server does not know yet.',
      'foreign-shop': 'It belongs to another shop.',
      'too-large': 'It was larger than any operation can be.',
      'other-content': 'An operation of the same name with other content came before it.',
      'set-aside': 'The rest of the balance was set aside for registers that may be cut off.',
    },
    review: {
      overdrawn: {
        name: 'The balance went below zero',
        what: 'More was spent than the customer had: a register that was cut off could not know.',
        usual:
          'Usually it stays, and what the customer earns next makes up for it. Or the ' +
          'shop bears it.',
      },
      'over-limit': {
        name: 'More than the offline limits allow',
        what: 'A register promised more without a network than your offline policy allows.',
        usual: 'Usually nothing has to be booked. If it happens often, look at the limits.',
      },
      'late-commit': {
        name: 'Sold after it was taken back',
        what:
          'A sale used a redemption that had been taken back or refused. The goods ' +
          'are gone, so it was booked.',
        usual: 'Usually the booking is right. Check the order if the amount looks wrong.',
      },
      'amount-differs': {
        name: 'The amounts differ',
        what: 'The sale claimed another amount than was set aside, or its messages disagree.',
        usual: 'Compare with the order, and give or take the difference.',
      },
      'ref-reused': {
        name: 'One reference in two sales',
        what: 'The same reference stands on a second sale. Nothing was taken twice for it.',
        usual: 'Look at both orders. If both gave the discount, take the second amount.',
      },
      'no-intent': {
        name: 'A sale whose redemption never arrived',
        what:
          'An order carries a reference that no register has reported: its register ' +
          'may be lost.',
        usual: 'If the discount was given, take its amount from the customer.',
      },
      'other-customer': {
        name: 'Sold to another customer',
        what: 'The redemption was one customer’s and the sale was another’s.',
        usual:
          'Usually the redemption stays with whoever asked for it. If that is wrong, correct it.',
      },
      'unmatched-return': {
        name: 'A return without its sale',
        what: 'Goods came back of a sale that the ledger does not know or cannot measure.',
        usual: 'Look at the order, and give or take by hand what belongs to it.',
      },
      'closed-with-waiting': {
        name: 'Cash session closed too early',
        what: 'A register closed its cash session while it still had something to send.',
        usual: 'Open Tideover on that register with a network; then nothing is left to do.',
      },
      'lease-exceeded': {
        name: 'More than this register’s part',
        what: 'In strict mode a register promised more than its part of the balance.',
        usual: 'Usually the booking stays. Look at the register if it happens again.',
      },
      quarantined: {
        name: 'Could not be read',
        what: 'Something arrived that this server could not read or book. It is kept as it came.',
        usual: 'Try it again after an update of the server.',
      },
      mismatch: {
        name: 'Same name, other content',
        what:
          'Two different operations came under one name. The first was booked, this ' +
          'one was not.',
        usual: 'Compare the two. If something is missing, correct the customer’s balance.',
      },
      damaged: {
        name: 'Damaged record on a register',
        what:
          'A record in a register’s storage can’t be trusted any more. The register ' +
          'kept going.',
        usual: 'Nothing can be booked from it. Compare the register’s sales of that day.',
      },
      gap: {
        name: 'Operations that never arrived',
        what: 'A register made these operations, and they have not arrived.',
        usual: 'Open Tideover on that register with a network. Let go only what is lost for good.',
      },
      silent: {
        name: 'A silent register',
        what: 'Operations wait on this register, and it has not called for a day.',
        usual: 'Bring the register to a network and open Tideover on it.',
      },
      'open-hold': {
        name: 'A redemption that never ended',
        what:
          'Value has been set aside for a day, and neither a sale nor a taking back ' +
          'was heard of.',
        usual:
          'If there was no sale, give the hold back. A sale that is heard of later still counts.',
      },
    },
    actions: {
      carry: 'Leave it to be earned back',
      'write-off': 'The shop bears it',
      contacted: 'Mark as contacted',
      credit: 'Give an amount',
      debit: 'Take an amount',
      void: 'Give the hold back',
      retry: 'Read it again',
      dismiss: 'Nothing to do',
    },
    decided: {
      carry: 'Left to be earned back',
      'write-off': 'The shop bore it',
      contacted: 'Marked as contacted',
      credit: 'An amount was given',
      debit: 'An amount was taken',
      void: 'The hold was given back',
      retry: 'Read again',
      dismiss: 'Nothing was to be done',
      undo: 'Taken back',
    },
    redemption: {
      held: 'Set aside, the sale is not known yet',
      captured: 'Used by a sale',
      released: 'Given back by the ledger',
      voided: 'Taken back',
      refused: 'Refused',
      missing: 'Its register can’t tell what became of it',
    },
    /** Why somebody corrected something, at a register or here. */
    because: {
      goodwill: 'goodwill',
      correction: 'correction',
      complaint: 'complaint',
      gift: 'gift',
      other: 'other reason',
      'goods-returned': 'goods returned',
      'wrong-customer': 'wrong customer',
      'wrong-amount': 'wrong amount',
      'sale-cancelled': 'sale cancelled',
      'overdrawn-locally': 'the register saw that the balance was not enough',
      refused: 'refused by the ledger',
      'uncertain-write': 'the register could not store it safely',
      'never-applied': 'the discount never came onto the cart',
      removed: 'taken off by staff in Tideover',
      'removed-by-staff': 'taken off the cart by staff',
      'cart-cleared': 'the cart was emptied',
    },
  },
  fr: {
    kinds: {
      intent: 'Utilisation',
      commit: 'Vente avec utilisation',
      void: 'Utilisation annulée',
      missing: 'Utilisation perdue de vue',
      earn: 'Points gagnés',
      return: 'Marchandise rendue',
      'give-back': 'Rendu par le personnel',
      'take-back': 'Points repris par le personnel',
      note: 'Note d’une caisse',
      order: 'Commande chez Shopify',
      release: 'Réserve rendue',
      merge: 'Clients fusionnés',
      forget: 'Client effacé',
      opening: 'Solde d’ouverture',
      adjustment: 'Correction',
      review: 'Décision après vérification',
      shares: 'Parts réservées aux caisses',
      unknown: 'Illisible',
    },
    states: {
      applied: 'Comptabilisé',
      flagged: 'Comptabilisé, à vérifier',
      closed: 'Pas comptabilisé',
      quarantined: 'Illisible',
      mismatch: 'Même nom, autre contenu',
    },
    statuses: {
      applied: 'comptabilisé',
      duplicate: 'déjà connu ; rien n’a été compté deux fois',
      closed: 'pas comptabilisé',
      quarantined: 'conservé, illisible',
      mismatch: 'conservé, pas comptabilisé : son nom désignait déjà autre chose',
    },
    reasons: {
      'balance-too-low': 'Le solde ne suffisait pas, et la caisse l’a su à temps.',
      'already-closed': 'C’était déjà vendu, annulé, rendu ou gagné.',
      'already-refused': 'Le registre avait déjà refusé cette utilisation.',
      invalid: 'Ce n’était pas écrit comme une caisse écrit.',
      'unknown-kind': 'Ce serveur ne connaît pas encore ce genre d’opération.',
      'foreign-shop': 'Cela appartient à une autre boutique.',
      'too-large': 'C’était plus grand qu’une opération ne peut l’être.',
      'other-content': 'Une opération du même nom, au contenu différent, était déjà là.',
      'set-aside': 'Le reste du solde était réservé à des caisses peut-être coupées du réseau.',
    },
    review: {
      overdrawn: {
        name: 'Le solde est passé sous zéro',
        what:
          'Le client a dépensé plus qu’il n’avait : une caisse coupée du réseau ne ' +
          'pouvait le savoir.',
        usual:
          'D’habitude on laisse, et les prochains gains compensent. Ou la boutique prend ' +
          'à sa charge.',
      },
      'over-limit': {
        name: 'Au-delà des limites hors ligne',
        what: 'Une caisse sans réseau a promis plus que vos limites ne le permettent.',
        usual:
          'D’habitude rien n’est à comptabiliser. Si cela revient souvent, revoyez les limites.',
      },
      'late-commit': {
        name: 'Vendu après l’annulation',
        what:
          'Une vente a servi une utilisation annulée ou refusée. La marchandise est ' +
          'partie : c’est compté.',
        usual: 'D’habitude c’est juste. Vérifiez la commande si le montant semble faux.',
      },
      'amount-differs': {
        name: 'Les montants diffèrent',
        what: 'La vente réclame un autre montant que la réserve, ou ses messages se contredisent.',
        usual: 'Comparez avec la commande, puis donnez ou prenez la différence.',
      },
      'ref-reused': {
        name: 'Une référence dans deux ventes',
        what: 'La même référence figure sur une seconde vente. Rien n’a été pris deux fois.',
        usual:
          'Regardez les deux commandes. Si les deux ont eu la remise, prenez le second montant.',
      },
      'no-intent': {
        name: 'Une vente dont l’utilisation n’est jamais arrivée',
        what:
          'Une commande porte une référence qu’aucune caisse n’a annoncée : sa caisse ' +
          'est peut-être perdue.',
        usual: 'Si la remise a été accordée, prenez son montant au client.',
      },
      'other-customer': {
        name: 'Vendu à un autre client',
        what: 'L’utilisation était d’un client et la vente d’un autre.',
        usual: 'D’habitude elle reste à qui l’a demandée. Sinon, corrigez.',
      },
      'unmatched-return': {
        name: 'Un retour sans sa vente',
        what: 'De la marchandise est revenue d’une vente inconnue ou impossible à mesurer.',
        usual: 'Regardez la commande, puis donnez ou prenez à la main ce qui en dépend.',
      },
      'closed-with-waiting': {
        name: 'Caisse clôturée trop tôt',
        what: 'Une caisse a clôturé sa session alors qu’elle avait encore des envois à faire.',
        usual: 'Ouvrez Tideover sur cette caisse avec un réseau ; ensuite rien ne reste à faire.',
      },
      'lease-exceeded': {
        name: 'Plus que la part de cette caisse',
        what: 'En mode strict, une caisse a promis plus que sa part du solde.',
        usual: 'D’habitude l’écriture reste. Examinez la caisse si cela se répète.',
      },
      quarantined: {
        name: 'Illisible',
        what: 'Ce serveur n’a pas pu lire ou compter ce qui est arrivé. C’est conservé tel quel.',
        usual: 'Réessayez après une mise à jour du serveur.',
      },
      mismatch: {
        name: 'Même nom, autre contenu',
        what:
          'Deux opérations différentes portent un même nom. La première est comptée, ' +
          'pas celle-ci.',
        usual: 'Comparez les deux. S’il manque quelque chose, corrigez le solde du client.',
      },
      damaged: {
        name: 'Donnée abîmée sur une caisse',
        what: 'Un enregistrement d’une caisse n’est plus fiable. La caisse a continué.',
        usual: 'On ne peut rien en tirer. Comparez les ventes de cette caisse ce jour-là.',
      },
      gap: {
        name: 'Opérations jamais arrivées',
        what: 'Une caisse a fait ces opérations, et elles ne sont pas arrivées.',
        usual:
          'Ouvrez Tideover sur cette caisse avec un réseau. N’abandonnez que ce qui est perdu.',
      },
      silent: {
        name: 'Une caisse silencieuse',
        what: 'Des opérations attendent sur cette caisse, qui n’a pas appelé depuis un jour.',
        usual: 'Connectez la caisse à un réseau et ouvrez-y Tideover.',
      },
      'open-hold': {
        name: 'Une utilisation jamais terminée',
        what:
          'De la valeur est réservée depuis un jour, sans nouvelle d’une vente ni ' +
          'd’une annulation.',
        usual:
          'S’il n’y a pas eu de vente, rendez la réserve. Une vente annoncée plus tard comptera.',
      },
    },
    actions: {
      carry: 'Laisser les gains compenser',
      'write-off': 'La boutique prend à sa charge',
      contacted: 'Noter comme contacté',
      credit: 'Donner un montant',
      debit: 'Prendre un montant',
      void: 'Rendre la réserve',
      retry: 'Relire',
      dismiss: 'Rien à faire',
    },
    decided: {
      carry: 'Laissé aux prochains gains',
      'write-off': 'Pris en charge par la boutique',
      contacted: 'Noté comme contacté',
      credit: 'Un montant a été donné',
      debit: 'Un montant a été pris',
      void: 'La réserve a été rendue',
      retry: 'Relu',
      dismiss: 'Rien n’était à faire',
      undo: 'Annulé',
    },
    redemption: {
      held: 'Réservé, la vente n’est pas encore connue',
      captured: 'Servi dans une vente',
      released: 'Rendu par le registre',
      voided: 'Annulé',
      refused: 'Refusé',
      missing: 'Sa caisse ne sait pas ce qu’elle est devenue',
    },
    because: {
      goodwill: 'geste commercial',
      correction: 'correction',
      complaint: 'réclamation',
      gift: 'cadeau',
      other: 'autre raison',
      'goods-returned': 'marchandise rendue',
      'wrong-customer': 'mauvais client',
      'wrong-amount': 'mauvais montant',
      'sale-cancelled': 'vente annulée',
      'overdrawn-locally': 'la caisse a vu que le solde ne suffisait pas',
      refused: 'refusé par le registre',
      'uncertain-write': 'la caisse n’a pas pu l’enregistrer sûrement',
      'never-applied': 'la remise n’est jamais arrivée au panier',
      removed: 'retiré par le personnel dans Tideover',
      'removed-by-staff': 'retiré du panier par le personnel',
      'cart-cleared': 'le panier a été vidé',
    },
  },
});

export type Tone = 'neutral' | 'info' | 'success' | 'caution' | 'warning' | 'critical';

export const STATE_TONES: Readonly<Record<LogState, Tone>> = {
  applied: 'success',
  flagged: 'warning',
  closed: 'neutral',
  quarantined: 'critical',
  mismatch: 'critical',
};

/** How an operation ended, in the one word of the log's filter. */
export function stateOf({ status, flags }: Pick<LogOperation, 'status' | 'flags'>): LogState {
  if (status === 'applied' || status === 'duplicate')
    return flags.length > 0 ? 'flagged' : 'applied';
  return status;
}

export interface ReviewWords {
  readonly name: string;
  /** What happened, in a sentence. */
  readonly what: string;
  /** What is usually done about it. */
  readonly usual: string;
}

/** The words of one language; what a newer server names and this page doesn't know stays ' +
      'as it is. */
export interface Happenings {
  readonly kind: (kind: string) => string;
  readonly state: (state: LogState) => string;
  readonly status: (status: LogOperation['status']) => string;
  readonly reason: (reason: string) => string;
  /** The same names as in the review. */
  readonly flag: (flag: string) => string;
  /** `undefined` for a flag that this page doesn't know. */
  readonly flagWords: (flag: string) => ReviewWords | undefined;
  readonly review: (kind: ReviewKind) => ReviewWords;
  readonly action: (action: ReviewAction) => string;
  /** An action that was carried out, or `undo`. */
  readonly decided: (action: ReviewAction | 'undo') => string;
  /** Why a person, or a register, corrected something; of a decision, what was decided. */
  readonly because: (reason: string) => string;
  readonly redemption: (state: keyof typeof HAPPENINGS.en.redemption) => string;
}

export function useHappenings(): Happenings {
  const said = useWords(HAPPENINGS);
  const reviews: Readonly<Record<string, ReviewWords>> = said.review;
  return {
    kind: (kind) => named(said.kinds, kind),
    state: (state) => said.states[state],
    status: (status) => said.statuses[status],
    reason: (reason) => named(said.reasons, reason),
    flag: (flag) => reviews[flag]?.name ?? flag,
    flagWords: (flag) => (Object.hasOwn(reviews, flag) ? reviews[flag] : undefined),
    review: (kind) => said.review[kind],
    action: (action) => said.actions[action],
    decided: (action) => said.decided[action],
    because: (reason) => named({ ...said.decided, ...said.because }, reason),
    redemption: (state) => said.redemption[state],
  };
}

function named(names: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}
