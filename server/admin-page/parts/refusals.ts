/** Why the server did not do what was decided, in the merchant's language. */
import type { Refused } from '../asking.ts';
import { useWords, words } from '../words.ts';

const WORDS = words({
  en: {
    changed: 'Somebody was faster, or it is not possible any more. This is how it is now.',
    'not-found': 'This is not there any more: it may have been put right meanwhile.',
    'comment-needed': 'Say why what is missing is let go.',
    'out-of-bounds': 'The balance would be larger than any balance can be. Nothing was changed.',
    unreadable: 'It still can’t be read. It may be readable after an update of the server.',
    'decision-taken':
      'This decision was sent before with something else in it. Nothing was changed.',
    full: 'Too much was decided about this already.',
    'at-shopify': 'Store credit is kept at Shopify. Correct it there, in the customer’s page.',
    forgotten: 'This customer is being erased, as the law asks. Nothing can be given or taken.',
    'unknown-unit': 'The program knows neither points nor money of this kind.',
    'plan-required': 'Your plan does not hold this.',
    'too-many-requests': 'That was a lot at once. Try again in a moment.',
  },
  fr: {
    changed: 'Quelqu’un a été plus rapide, ou ce n’est plus possible. Voici l’état actuel.',
    'not-found': 'Ce n’est plus là : c’est peut-être rentré dans l’ordre entre-temps.',
    'comment-needed': 'Dites pourquoi ce qui manque est abandonné.',
    'out-of-bounds': 'Le solde dépasserait ce qu’un solde peut être. Rien n’a changé.',
    unreadable: 'C’est toujours illisible. Une mise à jour du serveur y remédiera peut-être.',
    'decision-taken': 'Cette décision a déjà été envoyée avec un autre contenu. Rien n’a changé.',
    full: 'Trop de choses ont déjà été décidées ici.',
    'at-shopify': 'L’avoir est tenu chez Shopify. Corrigez-le là-bas, sur la page du client.',
    forgotten:
      'Ce client est en cours d’effacement, comme la loi l’exige. Rien ne peut être compté.',
    'unknown-unit': 'Le programme ne connaît ni ces points ni cette monnaie.',
    'plan-required': 'Votre forfait ne comprend pas cela.',
    'too-many-requests': 'C’était beaucoup d’un coup. Réessayez dans un instant.',
  },
});

/** What is not in the table is said in the server's own words. */
export function useRefusals(): (refusal: Refused) => string {
  const said: Readonly<Record<string, string>> = useWords(WORDS);
  return ({ code, message }) => (Object.hasOwn(said, code) ? (said[code] ?? message) : message);
}
