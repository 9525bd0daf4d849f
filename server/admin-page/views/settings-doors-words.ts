/** The words of what the server does at Shopify beside the registers. */
import { words } from '../words.ts';

export const DOORS_WORDS = words({
  en: {
    credit: 'Store credit at Shopify',
    creditText:
      'Store credit can be kept in Shopify’s own accounts, so that the online shop takes it too. ' +
      'What registers promise without a network is moved there as soon as it arrives.',
    keptHere: 'Kept by Tideover',
    keptAtShopify: 'Kept by Shopify',
    keepAtShopify: 'Keep it at Shopify',
    keepHere: 'Keep it in Tideover',
    permissions: 'Permissions for store credit',
    allow: 'Allow',
    plan: (name: string) => `Plan “${name}”`,
    met: 'given',
    unmet: 'missing',
    leads: 'Shopify asks for your agreement on a page of its own.',
    unreachable: 'Nothing was changed: the server can’t be reached.',
    saved: 'Changed.',
    cart: 'Cart extension for older registers',
    cartText:
      'Registers on a version of Shopify POS before 10.0 show rewards in the cart through this. ' +
      'It needs a network; the tile does not.',
    on: 'On',
    off: 'Off',
    switchOn: 'Switch it on',
    switchOff: 'Switch it off',
    offers: 'Offers of the cart extension alone',
    noOffers: 'No offers of its own',
    noOffersText:
      'The program’s rewards are offered anyway. An offer that costs 0 points is for everyone.',
  },
  fr: {
    credit: 'Avoir chez Shopify',
    creditText:
      'L’avoir peut être tenu dans les comptes de Shopify, si bien que la boutique en ligne le ' +
      'prend aussi. Ce que les caisses promettent sans réseau y est reporté dès son arrivée.',
    keptHere: 'Tenu par Tideover',
    keptAtShopify: 'Tenu par Shopify',
    keepAtShopify: 'Le tenir chez Shopify',
    keepHere: 'Le tenir dans Tideover',
    permissions: 'Autorisations pour l’avoir',
    allow: 'Autoriser',
    plan: (name: string) => `Forfait « ${name} »`,
    met: 'oui',
    unmet: 'manque',
    leads: 'Shopify vous demande votre accord sur sa propre page.',
    unreachable: 'Rien n’a changé : le serveur est injoignable.',
    saved: 'Modifié.',
    cart: 'Extension du panier pour caisses plus anciennes',
    cartText:
      'Les caisses avec Shopify POS antérieur à 10.0 montrent ainsi les récompenses dans le ' +
      'panier. Il lui faut le réseau ; à la tuile, non.',
    on: 'Activée',
    off: 'Désactivée',
    switchOn: 'Activer',
    switchOff: 'Désactiver',
    offers: 'Offres propres à l’extension du panier',
    noOffers: 'Aucune offre propre',
    noOffersText:
      'Les récompenses du programme sont offertes de toute façon. Une offre à 0 point est pour ' +
      'tous.',
  },
});
