/** The view "Settings". */
import { useWords, words } from '../words.ts';

const WORDS = words({ en: { heading: 'Settings' }, fr: { heading: 'Réglages' } });

export function SettingsView() {
  const said = useWords(WORDS);
  return <s-page heading={said.heading} />;
}
