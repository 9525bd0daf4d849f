/**
 * A person corrects what an order came to: how much, why, a word for the log, and the question
 * whether that is meant. Nothing is booked before the second tap.
 */
import { useState } from 'preact/hooks';
import { currency, type Unit } from '../../../../shared/amount.ts';
import {
  CORRECTION_REASONS,
  type CorrectionReason,
  type Reference,
} from '../../../../shared/protocol.ts';
import { parseEntry } from '../../../screens/amount-entry.ts';
import { typed } from './text-entry.tsx';
import type { Words } from '../../../screens/words.ts';

/** What the wire takes of a note is a little more. */
const NOTE_LENGTH_MAX = 200;

/** Something on an order that can be corrected. */
export interface Correctable {
  /** The redemption to give back; without one, points that the order earned are taken back. */
  readonly ref: Reference | undefined;
  readonly unit: Unit;
  /** Whole points or minor units that are left to correct, at least 1. */
  readonly left: number;
}

export interface Correction {
  readonly amount: number;
  readonly reason: CorrectionReason;
  readonly text: string;
}

interface CorrectionFormProps {
  readonly about: Correctable;
  /** Says what is corrected: "Free coffee: 200 points, reference …". */
  readonly heading: string;
  readonly isBusy: boolean;
  readonly words: Words;
  readonly onCorrect: (correction: Correction) => void;
  readonly onBack: () => void;
}

/** The fields first, then the question. */
export function CorrectionForm(props: CorrectionFormProps) {
  const { about, heading, isBusy, words, onCorrect, onBack } = props;
  const [entry, setEntry] = useState('');
  const [reason, setReason] = useState<CorrectionReason>();
  const [text, setText] = useState('');
  const [isSure, setSure] = useState(false);
  const { unit, left, ref } = about;
  const amount = amountOf(entry, unit, left);
  const isUnexplained = reason === 'other' && text.trim() === '';
  const verb = words.text(ref === undefined ? 'correct.take' : 'correct.give');
  const value = words.value({ unit, amount: amount ?? left });
  if (isSure && amount !== undefined && reason !== undefined)
    return (
      <s-section heading={heading}>
        <s-text type="strong" tone="warning">
          {words.text(ref === undefined ? 'correct.sureTake' : 'correct.sureGive', { value })}
        </s-text>
        <Buttons
          label={verb}
          isDisabled={isBusy}
          words={words}
          onNext={() => onCorrect({ amount, reason, text: text.slice(0, NOTE_LENGTH_MAX) })}
          onBack={() => setSure(false)}
        />
      </s-section>
    );
  const details = words.text('credit.details', { money: words.value({ unit, amount: left }) });
  return (
    <s-section heading={heading}>
      <s-number-field
        id="correct-amount"
        label={words.text('correct.amount')}
        details={details}
        inputMode="decimal"
        value={entry}
        {...(entry === '' || amount !== undefined ? {} : { error: details })}
        onInput={typed(setEntry)}
      />
      <s-choice-list
        id="correct-reason"
        values={reason === undefined ? [] : [reason]}
        onChange={({ currentTarget: { values } }) =>
          setReason(CORRECTION_REASONS.find((one) => values?.includes(one)))
        }
      >
        {CORRECTION_REASONS.map((one) => (
          <s-choice key={one} value={one}>
            {words.text(`correct.${one === 'other' ? 'else' : one}`)}
          </s-choice>
        ))}
      </s-choice-list>
      <s-text-field
        id="correct-text"
        label={words.text('correct.text')}
        maxLength={NOTE_LENGTH_MAX}
        value={text}
        onInput={typed(setText)}
      />
      <Buttons
        label={words.text('correct.next')}
        isDisabled={amount === undefined || reason === undefined || isUnexplained}
        words={words}
        onNext={() => setSure(true)}
        onBack={onBack}
      />
    </s-section>
  );
}

interface ButtonsProps {
  readonly label: string;
  readonly isDisabled: boolean;
  readonly words: Words;
  readonly onNext: () => void;
  readonly onBack: () => void;
}

function Buttons({ label, isDisabled, words, onNext, onBack }: ButtonsProps) {
  return (
    <s-stack direction="inline" gap="base" paddingBlock="small">
      <s-button
        id="correct-next"
        variant="primary"
        disabled={isDisabled}
        onClick={() => {
          if (!isDisabled) onNext();
        }}
      >
        {label}
      </s-button>
      <s-button id="correct-back" onClick={onBack}>
        {words.text('correct.back')}
      </s-button>
    </s-stack>
  );
}

/** From one to what is left; points have no decimals, as yen have none. */
function amountOf(entry: string, unit: Unit, left: number): number | undefined {
  const amount = parseEntry(entry, unit === 'points' ? currency('JPY') : unit);
  return amount !== undefined && amount > 0 && amount <= left ? amount : undefined;
}
