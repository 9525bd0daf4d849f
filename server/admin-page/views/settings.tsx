/** The view "Settings": the program, the offline policy, the server's own doors, and versions. */
import { useSearchParams } from 'react-router';
import { policyAnswerSchema, programAnswerSchema } from '../../../shared/merchant/settings.ts';
import { useAnswer } from '../answer.ts';
import { Shown } from '../parts/states.tsx';
import { useWords, words } from '../words.ts';
import { DoorsPart } from './settings-doors.tsx';
import { PolicyForm } from './settings-policy.tsx';
import { ProgramForm } from './settings-program.tsx';
import { VersionsPart } from './settings-versions.tsx';

const WORDS = words({
  en: {
    heading: 'Settings',
    parts: {
      program: 'Program',
      policy: 'Without a network',
      doors: 'Shopify',
      versions: 'What was changed',
    },
  },
  fr: {
    heading: 'Réglages',
    parts: {
      program: 'Programme',
      policy: 'Sans réseau',
      doors: 'Shopify',
      versions: 'Ce qui a changé',
    },
  },
});

const PARTS = ['program', 'policy', 'doors', 'versions'] as const;
type Part = (typeof PARTS)[number];

export function SettingsView() {
  const said = useWords(WORDS);
  const [query, setQuery] = useSearchParams();
  const part: Part = PARTS.find((one) => one === query.get('part')) ?? 'program';
  return (
    <s-page heading={said.heading}>
      <s-stack gap="base">
        <nav aria-label={said.heading}>
          <s-stack direction="inline" gap="small-300">
            {PARTS.map((one) => (
              <s-press-button
                key={one}
                pressed={one === part}
                onClick={() => setQuery(one === 'program' ? {} : { part: one })}
              >
                {said.parts[one]}
              </s-press-button>
            ))}
          </s-stack>
        </nav>
        {part === 'program' && <ProgramPart />}
        {part === 'policy' && <PolicyPart />}
        {part === 'doors' && <DoorsPart />}
        {part === 'versions' && <VersionsPart />}
      </s-stack>
    </s-page>
  );
}

/** What a person is filling in is not asked for again while they do. */
const FILLED_IN = { isLive: false } as const;

function ProgramPart() {
  const program = useAnswer('/program', programAnswerSchema, FILLED_IN);
  return <Shown of={program}>{(answer) => <ProgramForm of={program} answer={answer} />}</Shown>;
}

function PolicyPart() {
  const program = useAnswer('/program', programAnswerSchema, FILLED_IN);
  const policy = useAnswer('/policy', policyAnswerSchema, FILLED_IN);
  return (
    <Shown of={program}>
      {({ program: { currency } }) => (
        <Shown of={policy}>
          {(answer) => <PolicyForm of={policy} answer={answer} currency={currency} />}
        </Shown>
      )}
    </Shown>
  );
}
