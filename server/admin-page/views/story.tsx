/** The view "Operation". */
import { useWords, words } from '../words.ts';

const WORDS = words({ en: { heading: 'Operation' }, fr: { heading: 'Opération' } });

export function StoryView() {
  const said = useWords(WORDS);
  return <s-page heading={said.heading} />;
}
