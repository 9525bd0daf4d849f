/** What registers may promise while they are cut off, and what that can cost at most. */
import { useState } from 'react';
import type { Currency } from '../../../shared/amount.ts';
import { policyAnswerSchema, type PolicyAnswer } from '../../../shared/merchant/settings.ts';
import type { Answered } from '../answer.ts';
import { useWords } from '../words.ts';
import { usePolicyChanges } from './settings-changes.ts';
import { MaximumLoss } from './settings-loss.tsx';
import {
  oddities,
  policyDraft,
  readPolicy,
  type PolicyDraft,
  type PolicyFaults,
} from './settings-policy-form.ts';
import { POLICY_WORDS } from './settings-policy-words.ts';
import { Conflict, Refusal, SaveBar, useSaving } from './settings-saving.tsx';

interface PartProps {
  readonly draft: PolicyDraft;
  readonly faults: PolicyFaults;
  readonly currency: Currency;
  readonly hasPin: boolean;
  readonly onChange: (part: Partial<PolicyDraft>) => void;
}

export function PolicyForm(props: {
  readonly of: Answered<PolicyAnswer>;
  readonly answer: PolicyAnswer;
  readonly currency: Currency;
}) {
  const { of, answer, currency } = props;
  const { policy } = answer;
  const [draft, setDraft] = useState(() => policyDraft(policy, currency));
  const [isTried, setTried] = useState(false);
  const changes = usePolicyChanges(currency);
  const show = (next: PolicyAnswer) => {
    of.put(next);
    setDraft(policyDraft(next.policy, currency));
    setTried(false);
  };
  const saving = useSaving({ path: '/policy', schema: policyAnswerSchema, onSaved: show });
  const read = readPolicy(draft, currency);
  const faults = isTried && 'faults' in read ? read.faults : {};
  const isChanged = JSON.stringify(draft) !== JSON.stringify(policyDraft(policy, currency));
  const save = (expected: number) => {
    setTried(true);
    if ('policy' in read) void saving.save({ expected, policy: read.policy, ...read.pin });
  };
  const { theirs } = saving;
  const part: PartProps = {
    ...{ draft, faults, currency },
    hasPin: draft.pin === 'keep' ? policy.hasPin : draft.pin === 'set',
    onChange: (change) => setDraft({ ...draft, ...change }),
  };
  return (
    <s-stack gap="base">
      {theirs !== undefined && (
        <Conflict
          at={theirs.versions[0]?.at ?? null}
          by={theirs.versions[0]?.by ?? null}
          changes={changes(policy, theirs.policy)}
          onTake={() => {
            saving.settle();
            show(theirs);
          }}
          onOverwrite={() => save(theirs.policy.version)}
        />
      )}
      <Refusal text={saving.refusal} />
      <MaximumLoss answer={answer} read={read} currency={currency} />
      <Oddities read={read} hasPin={part.hasPin} />
      <Switches {...part} />
      <Limits {...part} />
      <PinPart {...part} wasSet={policy.hasPin} />
      <SaveBar
        id="tideover-policy"
        isChanged={isChanged}
        hasFaults={Object.keys(faults).length > 0}
        isSaving={saving.isSaving}
        onSave={() => save(policy.version)}
        onDiscard={() => {
          saving.settle();
          setTried(false);
          setDraft(policyDraft(policy, currency));
        }}
      />
    </s-stack>
  );
}

function Oddities(props: {
  readonly read: ReturnType<typeof readPolicy>;
  readonly hasPin: boolean;
}) {
  const said = useWords(POLICY_WORDS);
  const found = 'policy' in props.read ? oddities(props.read.policy, props.hasPin) : [];
  if (found.length === 0) return null;
  return (
    <s-banner tone="warning" heading={said.odd}>
      <s-unordered-list>
        {found.map((one) => (
          <s-list-item key={one}>{said.oddities[one]}</s-list-item>
        ))}
      </s-unordered-list>
    </s-banner>
  );
}

function Switches({ draft, onChange }: PartProps) {
  const said = useWords(POLICY_WORDS);
  return (
    <s-section heading={said.cutOff}>
      <s-stack gap="base">
        <s-switch
          label={said.redeemOffline}
          details={said.redeemOfflineDetails}
          checked={draft.redeemOffline}
          onChange={(event) => onChange({ redeemOffline: event.currentTarget.checked })}
        />
        <s-switch
          label={said.earnOffline}
          details={said.earnOfflineDetails}
          checked={draft.earnOffline}
          onChange={(event) => onChange({ earnOffline: event.currentTarget.checked })}
        />
        <s-switch
          label={said.strict}
          details={said.strictDetails}
          checked={draft.strict}
          onChange={(event) => onChange({ strict: event.currentTarget.checked })}
        />
      </s-stack>
    </s-section>
  );
}

const MONEY = ['perCustomer', 'perRegister'] as const;
const AGES = ['fullAgeHours', 'halfAgeHours'] as const;

function Limits({ draft, faults, currency, onChange }: PartProps) {
  const said = useWords(POLICY_WORDS);
  const field = (name: (typeof MONEY | typeof AGES)[number] | 'redemptionsMax', suffix: string) => (
    <s-number-field
      key={name}
      label={said.fields[name]}
      details={said.details[name]}
      suffix={suffix}
      min={0}
      disabled={!draft.redeemOffline}
      value={draft[name]}
      error={said.faults[faults[name] ?? 'none']}
      onInput={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <s-section heading={said.limits}>
      <div style={COLUMNS}>
        {MONEY.map((name) => field(name, currency))}
        {field('redemptionsMax', '')}
        {AGES.map((name) => field(name, said.hours))}
      </div>
    </s-section>
  );
}

const COLUMNS = {
  display: 'grid',
  gap: '12px',
  alignItems: 'start',
  gridTemplateColumns: 'repeat(auto-fit, minmax(220px, 1fr))',
} as const;

function PinPart({ draft, faults, wasSet, onChange }: PartProps & { readonly wasSet: boolean }) {
  const said = useWords(POLICY_WORDS);
  const { pin, digits } = draft;
  const state = pin === 'keep' ? (wasSet ? said.pinSet : said.pinNone) : said.pins[pin];
  return (
    <s-section heading={said.pin}>
      <s-stack gap="base">
        <s-paragraph color="subdued">{said.pinDetails}</s-paragraph>
        <s-text>{state}</s-text>
        {pin === 'set' && (
          <s-password-field
            label={said.pinDigits}
            autocomplete="off"
            value={digits}
            error={said.faults[faults.digits ?? 'none']}
            onInput={(event) => onChange({ digits: event.currentTarget.value })}
          />
        )}
        <s-stack direction="inline" gap="small">
          {pin !== 'set' && (
            <s-button onClick={() => onChange({ pin: 'set', digits: '' })}>
              {wasSet ? said.pinChange : said.pinMake}
            </s-button>
          )}
          {wasSet && pin !== 'remove' && (
            <s-button tone="critical" onClick={() => onChange({ pin: 'remove', digits: '' })}>
              {said.pinRemove}
            </s-button>
          )}
          {pin !== 'keep' && (
            <s-button variant="tertiary" onClick={() => onChange({ pin: 'keep', digits: '' })}>
              {said.pinKeep}
            </s-button>
          )}
        </s-stack>
      </s-stack>
    </s-section>
  );
}
