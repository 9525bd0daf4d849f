/** What stands around every view: the admin's navigation, and the stream of what is new. */
import { Outlet } from 'react-router';
import { Live } from './live.tsx';
import { useWords, words } from './words.ts';

const WORDS = words({
  en: {
    overview: 'Overview',
    log: 'Sync log',
    review: 'Review',
    customers: 'Customers',
    balances: 'Import and export',
    settings: 'Settings',
  },
  fr: {
    overview: 'Vue d’ensemble',
    log: 'Journal',
    review: 'À vérifier',
    customers: 'Clients',
    balances: 'Import et export',
    settings: 'Réglages',
  },
});

/** Which of the links is the app's own name; a word of App Bridge's. */
const HOME = { rel: 'home' } as const;
const PLACES = ['log', 'review', 'customers', 'balances', 'settings'] as const;

export function Shell() {
  const said = useWords(WORDS);
  return (
    <Live>
      <s-app-nav>
        <s-link href="/app" {...HOME}>
          {said.overview}
        </s-link>
        {PLACES.map((place) => (
          <s-link key={place} href={`/app/${place}`}>
            {said[place]}
          </s-link>
        ))}
      </s-app-nav>
      <Outlet />
    </Live>
  );
}
