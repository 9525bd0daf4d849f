/** The rewards: added, removed and put in order by keyboard as well as by pointer. */
import { useState } from 'react';
import { TITLE_LENGTH_MAX } from '../../../shared/program.ts';
import { useDeps } from '../deps.ts';
import { Empty } from '../parts/states.tsx';
import { useWords } from '../words.ts';
import {
  moved,
  newReward,
  type Fault,
  type Faults,
  type GiftType,
  type ProgramPartProps,
  type RewardDraft,
} from './settings-program-form.ts';
import { PROGRAM_WORDS } from './settings-program-words.ts';

/** The languages that Shopify's point of sale speaks. */
const LANGUAGES =
  'cs da de en es fi fr it ja ko nb nl pl pt-BR pt-PT sv th tr vi zh-CN zh-TW'.split(' ');

export function Rewards({ draft, faults, currency, onChange }: ProgramPartProps) {
  const said = useWords(PROGRAM_WORDS);
  return (
    <RewardList
      heading={said.rewards}
      empty={{ heading: said.noRewards, text: said.noRewardsText }}
      types={['fixed', 'percent']}
      rewards={draft.rewards}
      faults={faults}
      currency={currency}
      onChange={(rewards) => onChange({ rewards })}
    />
  );
}

/** Rewards of the program, or offers of the cart extension. */
export function RewardList(props: {
  readonly heading: string;
  readonly empty: { readonly heading: string; readonly text: string };
  readonly types: readonly GiftType[];
  readonly rewards: readonly RewardDraft[];
  readonly faults: Faults;
  readonly currency: string;
  readonly onChange: (rewards: readonly RewardDraft[]) => void;
}) {
  const said = useWords(PROGRAM_WORDS);
  const { newId } = useDeps();
  const [language, setLanguage] = useState('');
  const { rewards, types, faults, currency, onChange: put } = props;
  return (
    <s-section heading={props.heading}>
      <s-stack gap="base">
        {rewards.length === 0 ? (
          <Empty {...props.empty} />
        ) : (
          <LanguagePicker rewards={rewards} value={language} onChange={setLanguage} />
        )}
        {rewards.map((reward, place) => (
          <Reward
            key={reward.key}
            {...{ reward, place, language, currency, types }}
            isFirst={place === 0}
            isLast={place === rewards.length - 1}
            faultOf={(field) => faults[`rewards.${place}.${field}`]}
            onChange={(part) =>
              put(rewards.map((one) => (one === reward ? { ...one, ...part } : one)))
            }
            onMove={(by) => put(moved(rewards, place, by))}
            onRemove={() => put(rewards.filter((one) => one !== reward))}
          />
        ))}
        {faults['rewards'] !== undefined && (
          <s-text tone="critical">{said.faults[faults['rewards']]}</s-text>
        )}
        <s-button icon="plus" onClick={() => put([...rewards, newReward(newId())])}>
          {said.add}
        </s-button>
      </s-stack>
    </s-section>
  );
}

function LanguagePicker(props: {
  readonly rewards: readonly RewardDraft[];
  readonly value: string;
  readonly onChange: (language: string) => void;
}) {
  const said = useWords(PROGRAM_WORDS);
  const nameOf = useLanguageNames();
  const used = props.rewards.flatMap(({ titles }) => Object.keys(titles));
  const codes = [...new Set([...LANGUAGES, ...used])];
  return (
    <s-select
      label={said.language}
      details={said.languageDetails}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    >
      <s-option value="">{said.everyLanguage}</s-option>
      {codes.map((code) => (
        <s-option key={code} value={code}>
          {nameOf(code)}
        </s-option>
      ))}
    </s-select>
  );
}

function useLanguageNames(): (code: string) => string {
  const { language } = useDeps();
  const names = new Intl.DisplayNames([language], { type: 'language', fallback: 'code' });
  return (code) => {
    try {
      return names.of(code) ?? code;
    } catch {
      return code;
    }
  };
}

interface RewardProps {
  readonly reward: RewardDraft;
  readonly place: number;
  /** Empty for the name that serves every language. */
  readonly language: string;
  readonly currency: string;
  readonly types: readonly GiftType[];
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly faultOf: (field: string) => Fault | undefined;
  readonly onChange: (part: Partial<RewardDraft>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

function Reward(props: RewardProps) {
  const said = useWords(PROGRAM_WORDS);
  const { reward, place, isFirst, isLast, onMove, onRemove } = props;
  const title = reward.title.trim() === '' ? said.untitled : reward.title;
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="small">
        <s-stack direction="inline" gap="small" alignItems="center" justifyContent="space-between">
          <s-heading>{said.reward(place + 1)}</s-heading>
          <s-stack direction="inline" gap="small-300">
            <s-button
              icon="arrow-up"
              disabled={isFirst}
              accessibilityLabel={said.up(title)}
              onClick={() => onMove(-1)}
            />
            <s-button
              icon="arrow-down"
              disabled={isLast}
              accessibilityLabel={said.down(title)}
              onClick={() => onMove(1)}
            />
            <s-button
              icon="delete"
              tone="critical"
              accessibilityLabel={said.remove(title)}
              onClick={onRemove}
            />
          </s-stack>
        </s-stack>
        <RewardFields {...props} />
      </s-stack>
    </s-box>
  );
}

function RewardFields({ reward, language, currency, types, faultOf, onChange }: RewardProps) {
  const said = useWords(PROGRAM_WORDS);
  const nameOf = useLanguageNames();
  const fault = (field: string) => said.faults[faultOf(field) ?? 'none'];
  return (
    <div style={FIELDS}>
      {language === '' ? (
        <s-text-field
          label={said.title}
          maxLength={TITLE_LENGTH_MAX}
          value={reward.title}
          error={fault('title')}
          onInput={(event) => onChange({ title: event.currentTarget.value })}
        />
      ) : (
        <s-text-field
          label={said.titleIn(nameOf(language))}
          maxLength={TITLE_LENGTH_MAX}
          placeholder={reward.title}
          value={reward.titles[language] ?? ''}
          error={fault(`titles.${language}`)}
          onInput={(event) =>
            onChange({ titles: named(reward.titles, language, event.currentTarget.value) })
          }
        />
      )}
      <s-number-field
        label={said.cost}
        suffix={said.pointsUnit}
        inputMode="numeric"
        min={0}
        value={reward.points}
        error={fault('points')}
        onInput={(event) => onChange({ points: event.currentTarget.value })}
      />
      <s-select
        label={said.type}
        value={reward.type}
        onChange={({ currentTarget: { value } }) =>
          onChange({ type: types.find((type) => type === value) ?? 'fixed' })
        }
      >
        {types.map((type) => (
          <s-option key={type} value={type}>
            {said.types[type]}
          </s-option>
        ))}
      </s-select>
      <s-number-field
        label={reward.type === 'variant' ? said.variantNumber : said.value}
        suffix={{ fixed: currency, percent: '%', variant: '' }[reward.type]}
        min={0}
        value={reward.value}
        error={fault('value')}
        onInput={(event) => onChange({ value: event.currentTarget.value })}
      />
    </div>
  );
}

const FIELDS = {
  display: 'grid',
  gap: '12px',
  alignItems: 'start',
  gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))',
} as const;

/** A name that is taken away leaves no trace. */
function named(
  titles: Readonly<Record<string, string>>,
  language: string,
  text: string,
): Readonly<Record<string, string>> {
  const { [language]: _before, ...rest } = titles;
  return text === '' ? rest : { ...titles, [language]: text };
}
