/** The view "Import and export". */
import { useWords, words } from '../words.ts';

const WORDS = words({ en: { heading: 'Import and export' }, fr: { heading: 'Import et export' } });

export function BalancesView() {
  const said = useWords(WORDS);
  return <s-page heading={said.heading} />;
}
