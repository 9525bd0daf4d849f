/** Every version of what was decided: when, by whom, what it changed, and who still holds it. */
import type { Currency } from '../../../shared/amount.ts';
import { overviewSchema, type RegisterState } from '../../../shared/merchant/overview.ts';
import {
  policyAnswerSchema,
  programAnswerSchema,
  switchesAnswerSchema,
  type PolicyAnswer,
  type ProgramAnswer,
  type SwitchesAnswer,
} from '../../../shared/merchant/settings.ts';
import { useAnswer } from '../answer.ts';
import { useDeps } from '../deps.ts';
import { Shown } from '../parts/states.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';
import { usePolicyChanges, useProgramChanges, useSwitchChanges } from './settings-changes.ts';
import { useWho } from './settings-saving.tsx';

const WORDS = words({
  en: {
    program: 'Program',
    policy: 'Without a network',
    switches: 'Shopify',
    version: (version: number) => `Version ${version}`,
    present: 'In force',
    first: 'As it began',
    unseen: 'Changed in a part that is not shown here',
    held: (names: string) => `Still held by ${names}; the next call brings the newest.`,
    by: (when: string, who: string) => `${when}, by ${who}`,
    begin: 'At the beginning',
    none: 'Nothing was changed yet.',
  },
  fr: {
    program: 'Programme',
    policy: 'Sans réseau',
    switches: 'Shopify',
    version: (version: number) => `Version ${version}`,
    present: 'En vigueur',
    first: 'Telle qu’au début',
    unseen: 'Changée dans une partie qui n’est pas montrée ici',
    held: (names: string) => `Encore sur ${names} ; le prochain appel apporte la plus récente.`,
    by: (when: string, who: string) => `${when}, par ${who}`,
    begin: 'Au début',
    none: 'Rien n’a encore changé.',
  },
});

export function VersionsPart() {
  const program = useAnswer('/program', programAnswerSchema);
  const policy = useAnswer('/policy', policyAnswerSchema);
  const switches = useAnswer('/settings', switchesAnswerSchema);
  const { now } = useDeps();
  const { startOfDay } = useFormat();
  const overview = useAnswer('/overview', overviewSchema, { query: { since: startOfDay(now()) } });
  const registers = overview.answer?.registers ?? [];
  return (
    <s-stack gap="base">
      <Shown of={program}>
        {(answer) => <ProgramVersions answer={answer} registers={registers} />}
      </Shown>
      <Shown of={program}>
        {({ program: { currency } }) => (
          <Shown of={policy}>
            {(answer) => <PolicyVersions {...{ answer, currency, registers }} />}
          </Shown>
        )}
      </Shown>
      <Shown of={switches}>{(answer) => <SwitchVersions answer={answer} />}</Shown>
    </s-stack>
  );
}

type Registers = readonly RegisterState[];

function ProgramVersions(props: { readonly answer: ProgramAnswer; readonly registers: Registers }) {
  const said = useWords(WORDS);
  const changes = useProgramChanges();
  const { versions, program } = props.answer;
  return (
    <List
      heading={said.program}
      present={program.version}
      rows={versions.map(({ version, at, by, program: one }, place) => {
        const before = versions[place + 1];
        return {
          ...{ version, at, by },
          changes: before === undefined ? undefined : changes(before.program, one),
          holders: props.registers.filter((register) => register.program === version),
        };
      })}
    />
  );
}

function PolicyVersions(props: {
  readonly answer: PolicyAnswer;
  readonly currency: Currency;
  readonly registers: Registers;
}) {
  const said = useWords(WORDS);
  const changes = usePolicyChanges(props.currency);
  const { versions, policy } = props.answer;
  return (
    <List
      heading={said.policy}
      present={policy.version}
      rows={versions.map(({ version, at, by, policy: one }, place) => {
        const before = versions[place + 1];
        return {
          ...{ version, at, by },
          changes: before === undefined ? undefined : changes(before.policy, one),
          holders: props.registers.filter((register) => register.policy === version),
        };
      })}
    />
  );
}

const BEFORE_ANY = { cartExtension: false, storeCredit: 'tideover' } as const;

function SwitchVersions({ answer }: { readonly answer: SwitchesAnswer }) {
  const said = useWords(WORDS);
  const changes = useSwitchChanges();
  const { versions } = answer;
  return (
    <List
      heading={said.switches}
      present={versions[0]?.version ?? 0}
      rows={versions.map(({ version, changedAt, changedBy, settings }, place) => ({
        version,
        at: changedAt,
        by: changedBy,
        changes: changes(versions[place + 1]?.settings ?? BEFORE_ANY, settings),
        holders: [],
      }))}
    />
  );
}

interface Row {
  readonly version: number;
  readonly at: number | null;
  readonly by: string | null;
  /** `undefined` for the oldest, before which nothing is known. */
  readonly changes: readonly string[] | undefined;
  readonly holders: Registers;
}

function List(props: {
  readonly heading: string;
  readonly present: number;
  readonly rows: readonly Row[];
}) {
  const said = useWords(WORDS);
  const { heading, present, rows } = props;
  return (
    <s-section heading={heading}>
      {rows.length === 0 && <s-text color="subdued">{said.none}</s-text>}
      <s-stack gap="base">
        {rows.map((row) => (
          <Version key={row.version} row={row} isPresent={row.version === present} />
        ))}
      </s-stack>
    </s-section>
  );
}

function Version({ row, isPresent }: { readonly row: Row; readonly isPresent: boolean }) {
  const said = useWords(WORDS);
  const { moment, ago } = useFormat();
  const who = useWho();
  const { version, at, by, changes, holders } = row;
  const names = holders.map(({ name, device }) => (name === '' ? device : name)).join(', ');
  const when = at === null ? said.begin : `${moment(at)} (${ago(at)})`;
  const lines = changes ?? [said.first];
  return (
    <s-box padding="small" border="base" borderRadius="base">
      <s-stack gap="small-300">
        <s-stack direction="inline" gap="small" alignItems="center">
          <s-text type="strong">{said.version(version)}</s-text>
          {isPresent && <s-badge tone="success">{said.present}</s-badge>}
          <s-text color="subdued">{at === null ? when : said.by(when, who(by))}</s-text>
        </s-stack>
        <s-unordered-list>
          {(lines.length === 0 ? [said.unseen] : lines).map((line) => (
            <s-list-item key={line}>{line}</s-list-item>
          ))}
        </s-unordered-list>
        {!isPresent && names !== '' && <s-text>{said.held(names)}</s-text>}
      </s-stack>
    </s-box>
  );
}
