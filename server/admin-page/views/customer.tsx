/** The view "Customer". */
import { useWords, words } from '../words.ts';

const WORDS = words({ en: { heading: 'Customer' }, fr: { heading: 'Client' } });

export function CustomerView() {
  const said = useWords(WORDS);
  return <s-page heading={said.heading} />;
}
