/** The loyalty program: its name, what a sale earns, and the rewards. */
import { useState } from 'react';
import { programAnswerSchema, type ProgramAnswer } from '../../../shared/merchant/settings.ts';
import { TITLE_LENGTH_MAX } from '../../../shared/program.ts';
import type { Answered } from '../answer.ts';
import { useWords } from '../words.ts';
import { useProgramChanges } from './settings-changes.ts';
import { PROGRAM_WORDS } from './settings-program-words.ts';
import {
  programDraft,
  readProgram,
  type ProgramDraft,
  type ProgramPartProps,
} from './settings-program-form.ts';
import { Rewards } from './settings-rewards.tsx';
import { Conflict, Refusal, SaveBar, useSaving } from './settings-saving.tsx';

export function ProgramForm({
  of,
  answer,
}: {
  of: Answered<ProgramAnswer>;
  answer: ProgramAnswer;
}) {
  const { program } = answer;
  const [draft, setDraft] = useState(() => programDraft(program));
  const [isTried, setTried] = useState(false);
  const changes = useProgramChanges();
  const show = (next: ProgramAnswer) => {
    of.put(next);
    setDraft(programDraft(next.program));
    setTried(false);
  };
  const saving = useSaving({ path: '/program', schema: programAnswerSchema, onSaved: show });
  const read = readProgram(draft, program);
  const faults = isTried && 'faults' in read ? read.faults : {};
  const isChanged = JSON.stringify(draft) !== JSON.stringify(programDraft(program));

  const save = (expected: number) => {
    setTried(true);
    if ('program' in read) void saving.save({ expected, program: read.program });
  };
  const { theirs } = saving;
  const part = {
    draft,
    faults,
    currency: program.currency,
    onChange: (change: Partial<ProgramDraft>) => setDraft({ ...draft, ...change }),
  };
  return (
    <s-stack gap="base">
      {theirs !== undefined && (
        <Conflict
          at={theirs.versions[0]?.at ?? null}
          by={theirs.versions[0]?.by ?? null}
          changes={changes(program, theirs.program)}
          onTake={() => {
            saving.settle();
            show(theirs);
          }}
          onOverwrite={() => save(theirs.program.version)}
        />
      )}
      <Refusal text={saving.refusal} />
      <Basics {...part} />
      <Rewards {...part} />
      <SaveBar
        id="tideover-program"
        isChanged={isChanged}
        hasFaults={Object.keys(faults).length > 0}
        isSaving={saving.isSaving}
        onSave={() => save(program.version)}
        onDiscard={() => {
          saving.settle();
          setTried(false);
          setDraft(programDraft(program));
        }}
      />
    </s-stack>
  );
}

function Basics({ draft, faults, currency, onChange }: ProgramPartProps) {
  const said = useWords(PROGRAM_WORDS);
  const fault = (place: string) => said.faults[faults[place] ?? 'none'];
  return (
    <s-section heading={said.program}>
      <s-stack gap="base">
        <s-text-field
          label={said.name}
          details={said.nameDetails}
          maxLength={TITLE_LENGTH_MAX}
          value={draft.name}
          error={fault('name')}
          onInput={(event) => onChange({ name: event.currentTarget.value })}
        />
        <div style={COLUMNS}>
          <s-number-field
            label={said.earnPoints}
            details={draft.earnPoints.trim() === '0' ? said.earnOff : ''}
            inputMode="numeric"
            min={0}
            value={draft.earnPoints}
            error={fault('earnPoints')}
            onInput={(event) => onChange({ earnPoints: event.currentTarget.value })}
          />
          <s-number-field
            label={said.earnPer}
            suffix={currency}
            min={0}
            value={draft.earnPer}
            error={fault('earnPer')}
            onInput={(event) => onChange({ earnPer: event.currentTarget.value })}
          />
        </div>
        <s-paragraph color="subdued">
          {said.earnRule(draft.earnPoints, `${draft.earnPer} ${currency}`)}
        </s-paragraph>
        <s-text-area
          label={said.excluded}
          details={said.excludedDetails}
          rows={2}
          value={draft.excluded}
          error={fault('excluded')}
          onInput={(event) => onChange({ excluded: event.currentTarget.value })}
        />
        <s-switch
          label={said.storeCredit}
          details={said.storeCreditDetails}
          checked={draft.storeCredit}
          onChange={(event) => onChange({ storeCredit: event.currentTarget.checked })}
        />
      </s-stack>
    </s-section>
  );
}

const COLUMNS = {
  display: 'grid',
  gap: '12px',
  gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))',
} as const;
