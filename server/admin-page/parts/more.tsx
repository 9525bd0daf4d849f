/** The end of a list that goes on: how far it was looked through, and the button that goes on. */
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';
import type { Pages } from './pages.ts';

const WORDS = words({
  en: {
    more: 'Show more',
    looking: 'Looking further back …',
    lookedTo: (moment: string) => `Looked back to ${moment}.`,
    unreachable: 'What comes next could not be loaded. Nothing is lost.',
    again: 'Try again',
    end: 'This is all.',
  },
  fr: {
    more: 'Afficher la suite',
    looking: 'Recherche plus loin …',
    lookedTo: (moment: string) => `Recherché jusqu’au ${moment}.`,
    unreachable: 'La suite n’a pas pu être chargée. Rien n’est perdu.',
    again: 'Réessayer',
    end: 'C’est tout.',
  },
});

type Standing = Pick<Pages<unknown, unknown>, 'hasMore' | 'isAsking' | 'failure' | 'more'>;

/** `reached`: the time down to which an unfinished search has looked. */
export function More({ of, reached }: { readonly of: Standing; readonly reached?: number | null }) {
  const said = useWords(WORDS);
  const { moment } = useFormat();
  const to = reached === null || reached === undefined ? '' : said.lookedTo(moment(reached));
  return (
    <div role="status" style={FOOT}>
      <Going of={of} to={to} />
    </div>
  );
}

const FOOT = { paddingBlock: 12 } as const;

function Going({ of, to }: { readonly of: Standing; readonly to: string }) {
  const said = useWords(WORDS);
  if (of.failure !== undefined) {
    return (
      <s-stack direction="inline" gap="base" alignItems="center">
        <s-text tone="critical">{said.unreachable}</s-text>
        <s-button onClick={of.more}>{said.again}</s-button>
      </s-stack>
    );
  }
  if (!of.hasMore) return <s-text color="subdued">{said.end}</s-text>;
  return (
    <s-stack direction="inline" gap="base" alignItems="center">
      {of.isAsking ? (
        <>
          <s-spinner accessibilityLabel={said.looking} />
          <s-text color="subdued">{`${said.looking} ${to}`.trim()}</s-text>
        </>
      ) : (
        <>
          <s-button onClick={of.more}>{said.more}</s-button>
          <s-text color="subdued">{to}</s-text>
        </>
      )}
    </s-stack>
  );
}
