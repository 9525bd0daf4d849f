/** The view "Customers". */
import { useWords, words } from '../words.ts';

const WORDS = words({ en: { heading: 'Customers' }, fr: { heading: 'Clients' } });

export function CustomersView() {
  const said = useWords(WORDS);
  return <s-page heading={said.heading} />;
}
