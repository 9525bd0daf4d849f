/** The words of the offline policy's form. */
import { PIN_DIGITS_MAX, PIN_DIGITS_MIN } from '../../../shared/program.ts';
import { words } from '../words.ts';

export const POLICY_WORDS = words({
  en: {
    cutOff: 'While a register is cut off',
    redeemOffline: 'Customers can redeem',
    redeemOfflineDetails: 'Within the limits below. Off: redeeming waits for the network.',
    earnOffline: 'Sales earn points',
    earnOfflineDetails: 'They are counted on the register and sent when the network is back.',
    strict: 'Strict: promise only what is set aside',
    strictDetails:
      'Each register may promise its own part of a balance while cut off, so that registers ' +
      'can’t overspend together. A customer may have to wait for the network to spend the rest.',
    limits: 'Limits without a network',
    hours: 'hours',
    fields: {
      perCustomer: 'For one customer',
      perRegister: 'For one register',
      redemptionsMax: 'Redemptions on one register',
      fullAgeHours: 'Limits hold in full for',
      halfAgeHours: 'Limits are halved until',
    },
    details: {
      perCustomer: 'Until the register has sent what waits.',
      perRegister: 'All customers together.',
      redemptionsMax: 'Waiting at the same time.',
      fullAgeHours: 'Counted from the last contact.',
      halfAgeHours: 'After that, nothing is redeemed without a network.',
    },
    faults: {
      none: '',
      'not-whole': 'A whole number is needed here.',
      'not-amount': 'An amount is needed here, like 50 or 2.50.',
      'before-full': 'This can’t be shorter than the time for which limits hold in full.',
      digits: `${PIN_DIGITS_MIN} to ${PIN_DIGITS_MAX} digits are needed here.`,
    },
    odd: 'Is this what you mean?',
    oddities: {
      'nothing-redeemed':
        'With a limit of 0 nothing can be redeemed without a network, though it is switched on.',
      'customer-above-register':
        'The limit for a customer is above the limit for a register: the lower one decides.',
      'no-half': 'Both times are the same: limits are never halved before redeeming ends.',
      'pin-never': 'Both times are the same: the manager’s PIN is never asked for.',
      'forgotten-first': 'A register keeps what it knows for 30 days at most.',
    },
    pin: 'Manager’s PIN',
    pinDetails:
      'Asked for where the limits are halved. Registers hold it in a form that can’t be read.',
    pinSet: 'A PIN is set.',
    pinNone: 'No PIN is set: nobody is asked.',
    pins: {
      set: 'This PIN will be set when you save.',
      remove: 'The PIN will be removed when you save.',
    },
    pinDigits: 'New PIN',
    pinMake: 'Set a PIN',
    pinChange: 'Change the PIN',
    pinRemove: 'Remove the PIN',
    pinKeep: 'Leave it as it is',
  },
  fr: {
    cutOff: 'Quand une caisse est coupée du réseau',
    redeemOffline: 'Les clients peuvent utiliser leurs points',
    redeemOfflineDetails: 'Dans les limites ci-dessous. Sinon, il faut attendre le réseau.',
    earnOffline: 'Les ventes rapportent des points',
    earnOfflineDetails: 'Comptés sur la caisse, envoyés quand le réseau revient.',
    strict: 'Strict : ne promettre que ce qui est réservé',
    strictDetails:
      'Chaque caisse peut promettre sa propre part d’un solde, si bien que les caisses ne ' +
      'peuvent pas dépasser ensemble. Un client peut devoir attendre le réseau pour le reste.',
    limits: 'Limites sans réseau',
    hours: 'heures',
    fields: {
      perCustomer: 'Par client',
      perRegister: 'Par caisse',
      redemptionsMax: 'Utilisations par caisse',
      fullAgeHours: 'Limites entières pendant',
      halfAgeHours: 'Limites de moitié jusqu’à',
    },
    details: {
      perCustomer: 'Jusqu’à ce que la caisse ait envoyé ce qui attend.',
      perRegister: 'Tous les clients ensemble.',
      redemptionsMax: 'En attente en même temps.',
      fullAgeHours: 'À compter du dernier contact.',
      halfAgeHours: 'Ensuite, plus rien n’est utilisé sans réseau.',
    },
    faults: {
      none: '',
      'not-whole': 'Il faut un nombre entier.',
      'not-amount': 'Il faut un montant, comme 50 ou 2,50.',
      'before-full': 'Cela ne peut pas être plus court que le temps des limites entières.',
      digits: `Il faut de ${PIN_DIGITS_MIN} à ${PIN_DIGITS_MAX} chiffres.`,
    },
    odd: 'Est-ce bien ce que vous voulez ?',
    oddities: {
      'nothing-redeemed':
        'Avec une limite de 0, rien ne peut être utilisé sans réseau, bien que ce soit activé.',
      'customer-above-register':
        'La limite par client dépasse celle par caisse : la plus basse décide.',
      'no-half': 'Les deux durées sont égales : les limites ne sont jamais réduites de moitié.',
      'pin-never': 'Les deux durées sont égales : le code du responsable n’est jamais demandé.',
      'forgotten-first': 'Une caisse garde ce qu’elle sait 30 jours au plus.',
    },
    pin: 'Code du responsable',
    pinDetails:
      'Demandé quand les limites sont réduites de moitié. Les caisses le gardent illisible.',
    pinSet: 'Un code est défini.',
    pinNone: 'Aucun code : personne n’est appelé.',
    pins: {
      set: 'Ce code sera défini à l’enregistrement.',
      remove: 'Le code sera retiré à l’enregistrement.',
    },
    pinDigits: 'Nouveau code',
    pinMake: 'Définir un code',
    pinChange: 'Changer le code',
    pinRemove: 'Retirer le code',
    pinKeep: 'Le laisser tel quel',
  },
});
