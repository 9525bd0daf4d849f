/** How a view looks while it has nothing to show yet, nothing at all, or only an old copy. */
import type { ReactNode } from 'react';
import type { Answered } from '../answer.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';

const WORDS = words({
  en: {
    loading: 'Loading …',
    failed: 'This could not be loaded',
    unreachable: 'The server can’t be reached. Nothing is lost; try again in a moment.',
    again: 'Try again',
    old: (ago: string) => `The server can’t be reached. This is what was shown ${ago}.`,
    oldHeading: 'You are looking at a copy',
  },
  fr: {
    loading: 'Chargement …',
    failed: 'Chargement impossible',
    unreachable: 'Le serveur est injoignable. Rien n’est perdu ; réessayez dans un instant.',
    again: 'Réessayer',
    old: (ago: string) => `Le serveur est injoignable. Voici ce qui était affiché ${ago}.`,
    oldHeading: 'Vous consultez une copie',
  },
});

type Standing = Pick<Answered<unknown>, 'failure' | 'copiedAt' | 'isAsking' | 'refresh'>;

/** Draws `children` with the answer; before that, or when there is none, says so. */
export function Shown<T>(props: {
  readonly of: Answered<T>;
  readonly children: (answer: T) => ReactNode;
}) {
  const { answer } = props.of;
  if (answer === undefined) return <Nothing of={props.of} />;
  return (
    <>
      <OldCopy of={props.of} />
      {props.children(answer)}
    </>
  );
}

/** Says that what is shown is a copy, as long as it is one. */
export function OldCopy({ of }: { readonly of: Standing }) {
  const said = useWords(WORDS);
  const { ago } = useFormat();
  if (of.copiedAt === undefined) return null;
  return (
    <s-banner tone="warning" heading={said.oldHeading}>
      <s-paragraph>{said.old(ago(of.copiedAt))}</s-paragraph>
      <s-button slot="secondary-actions" onClick={() => void of.refresh()}>
        {said.again}
      </s-button>
    </s-banner>
  );
}

function Nothing({ of }: { readonly of: Standing }) {
  const said = useWords(WORDS);
  if (of.failure === undefined) return <Loading />;
  const text = of.failure === 'unreachable' ? said.unreachable : of.failure.message;
  return (
    <s-banner tone="critical" heading={said.failed}>
      <s-paragraph>{text}</s-paragraph>
      <s-button slot="secondary-actions" loading={of.isAsking} onClick={() => void of.refresh()}>
        {said.again}
      </s-button>
    </s-banner>
  );
}

export function Loading() {
  const said = useWords(WORDS);
  return (
    <s-stack direction="inline" gap="base" alignItems="center" padding="large">
      <s-spinner accessibilityLabel={said.loading} />
      <s-text color="subdued">{said.loading}</s-text>
    </s-stack>
  );
}

/** Nothing to show is a state of its own: what it means, and what to do about it. */
export function Empty(props: {
  readonly heading: string;
  readonly text: string;
  readonly children?: ReactNode;
}) {
  return (
    <s-stack gap="small" alignItems="center" padding="large-300">
      <s-heading>{props.heading}</s-heading>
      <s-paragraph color="subdued">{props.text}</s-paragraph>
      {props.children}
    </s-stack>
  );
}
