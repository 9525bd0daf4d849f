/** The view "Review". */
import { useWords, words } from '../words.ts';

const WORDS = words({ en: { heading: 'Review' }, fr: { heading: 'À vérifier' } });

export function ReviewView() {
  const said = useWords(WORDS);
  return <s-page heading={said.heading} />;
}
