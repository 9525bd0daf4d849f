/** The view "Overview". */
import { useWords, words } from '../words.ts';

const WORDS = words({ en: { heading: 'Overview' }, fr: { heading: 'Vue d’ensemble' } });

export function OverviewView() {
  const said = useWords(WORDS);
  return <s-page heading={said.heading} />;
}
