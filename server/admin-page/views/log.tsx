/** The view "Sync log". */
import { useWords, words } from '../words.ts';

const WORDS = words({ en: { heading: 'Sync log' }, fr: { heading: 'Journal' } });

export function LogView() {
  const said = useWords(WORDS);
  return <s-page heading={said.heading} />;
}
