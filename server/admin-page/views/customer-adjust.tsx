/**
 * Giving to a customer, or taking: the new balance is shown before it is sent, and it is booked
 * once however often it must be sent.
 */
import { useState } from 'react';
import { AMOUNT_MAX, type Unit } from '../../../shared/amount.ts';
import {
  ADJUST_REASONS,
  customerPageSchema,
  type AdjustReason,
  type CustomerPage,
} from '../../../shared/merchant/customer.ts';
import { COMMENT_MAX } from '../../../shared/merchant/fields.ts';
import { programAnswerSchema } from '../../../shared/merchant/settings.ts';
import { useAnswer } from '../answer.ts';
import { useDeps } from '../deps.ts';
import { useHappenings } from '../happenings.ts';
import { readAmount } from '../parts/amounts.ts';
import { useDecision } from '../parts/decision.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useRefusals } from '../parts/refusals.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { CUSTOMER_WORDS } from './customer-words.ts';

/** What is being filled in, as it stands in the fields. */
export interface Adjustment {
  readonly direction: 'give' | 'take';
  readonly unit: Unit;
  readonly typed: string;
  readonly reason: AdjustReason | undefined;
  readonly comment: string;
}

const EMPTY: Adjustment = {
  direction: 'give',
  unit: 'points',
  typed: '',
  reason: undefined,
  comment: '',
};

/** What is missing in it, by field; nothing when it can be sent. Taking away asks for a comment. */
export function faultsOf(filled: Adjustment): ReadonlySet<'amount' | 'reason' | 'comment'> {
  const { direction, reason, comment } = filled;
  const needsComment = direction === 'take' || reason === 'other';
  return new Set([
    ...(signedAmount(filled) === undefined ? (['amount'] as const) : []),
    ...(reason === undefined ? (['reason'] as const) : []),
    ...(needsComment && comment.trim() === '' ? (['comment'] as const) : []),
  ]);
}

/** Below zero where it takes. */
export function signedAmount({ direction, typed, unit }: Adjustment): number | undefined {
  const amount = readAmount(typed, unit);
  if (amount === undefined) return undefined;
  return direction === 'give' ? amount : 0 - amount;
}

interface AdjustProps {
  readonly page: CustomerPage;
  readonly who: string;
  readonly put: (page: CustomerPage) => void;
  readonly refresh: () => Promise<void>;
  readonly onClose: () => void;
}

export function AdjustDialog({ page, who, put, refresh, onClose }: AdjustProps) {
  const said = useWords(CUSTOMER_WORDS);
  const { bridge } = useDeps();
  const format = useFormat();
  const [filled, setFilled] = useState(EMPTY);
  const [isChecked, setIsChecked] = useState(false);
  const deciding = useDecision(`/customers/${page.customer}/adjust`, customerPageSchema);
  const amount = signedAmount(filled);
  const faults = faultsOf(filled);
  const isFixed = deciding.state !== 'ready';
  const send = async () => {
    setIsChecked(true);
    if (!isFixed && faults.size > 0) return;
    const { unit, reason } = filled;
    const answer = await deciding.send({ unit, amount, reason, comment: filled.comment.trim() });
    if (answer === undefined) return;
    bridge.toast(said.done(format.change(unit, amount ?? 0)));
    put(answer);
    onClose();
  };
  const close = () => {
    if (deciding.state === 'lost' || deciding.refusal !== undefined) void refresh();
    onClose();
  };
  return (
    <Dialog heading={said.adjust} onClose={close}>
      <s-stack gap="base">
        <Fields
          filled={filled}
          faults={isChecked ? faults : new Set()}
          isFixed={isFixed}
          onChange={(change) => setFilled({ ...filled, ...change })}
        />
        <Will page={page} who={who} unit={filled.unit} amount={amount} />
        <Standing of={deciding} />
        <s-stack direction="inline" gap="small" justifyContent="end">
          <s-button onClick={close}>{isFixed ? said.close : said.cancel}</s-button>
          <s-button
            variant="primary"
            loading={deciding.state === 'sending'}
            onClick={() => void send()}
          >
            {deciding.state === 'lost' ? said.sendAgain : said[filled.direction]}
          </s-button>
        </s-stack>
      </s-stack>
    </Dialog>
  );
}

/** How the balance will stand; it may have moved until it is sent, which the server then counts. */
function Will(props: {
  readonly page: CustomerPage;
  readonly who: string;
  readonly unit: Unit;
  readonly amount: number | undefined;
}) {
  const said = useWords(CUSTOMER_WORDS);
  const format = useFormat();
  const { page, who, unit, amount } = props;
  if (amount === undefined) return <s-paragraph color="subdued">{said.willType}</s-paragraph>;
  const before = page.balances.find((one) => one.unit === unit)?.balance ?? 0;
  const after = Math.max(-AMOUNT_MAX, Math.min(AMOUNT_MAX, before + amount));
  return (
    <s-paragraph>
      {said.will(who, format.amount(unit, before), format.amount(unit, after))}
      {after < 0 && amount < 0 ? ` ${said.willBelow}` : ''}
    </s-paragraph>
  );
}

function Standing({
  of,
}: {
  readonly of: Pick<ReturnType<typeof useDecision>, 'state' | 'refusal'>;
}) {
  const said = useWords(CUSTOMER_WORDS);
  const refusalText = useRefusals();
  return (
    <div role="status">
      {of.state === 'lost' && (
        <s-banner tone="warning">
          <s-paragraph>{said.lost}</s-paragraph>
        </s-banner>
      )}
      {of.refusal !== undefined && (
        <s-banner tone="critical">
          <s-paragraph>{refusalText(of.refusal)}</s-paragraph>
        </s-banner>
      )}
    </div>
  );
}

interface FieldsProps {
  readonly filled: Adjustment;
  readonly faults: ReadonlySet<string>;
  readonly isFixed: boolean;
  readonly onChange: (change: Partial<Adjustment>) => void;
}

function Fields(props: FieldsProps) {
  const said = useWords(CUSTOMER_WORDS);
  const { filled, faults, isFixed, onChange } = props;
  return (
    <>
      <s-stack direction="inline" gap="small" alignItems="center">
        <s-text>{said.direction}</s-text>
        {(['give', 'take'] as const).map((direction) => (
          <s-press-button
            key={direction}
            pressed={filled.direction === direction}
            disabled={isFixed}
            onClick={() => onChange({ direction })}
          >
            {said[direction]}
          </s-press-button>
        ))}
      </s-stack>
      <UnitField filled={filled} isFixed={isFixed} onChange={onChange} />
      <s-text-field
        label={said.amount}
        value={filled.typed}
        required
        disabled={isFixed}
        error={faults.has('amount') ? said.amountWrong : ''}
        onInput={({ currentTarget }) => onChange({ typed: currentTarget.value })}
      />
      <Reasons {...props} />
    </>
  );
}

/** Points, and the money that the program counts store credit in. */
function UnitField({ filled, isFixed, onChange }: Omit<FieldsProps, 'faults'>) {
  const said = useWords(CUSTOMER_WORDS);
  const program = useAnswer('/program', programAnswerSchema, { isLive: false });
  const currency = program.answer?.program.currency;
  const units: readonly Unit[] = currency === undefined ? ['points'] : ['points', currency];
  const choose = (value: string) => {
    const unit = units.find((one) => one === value);
    if (unit !== undefined) onChange({ unit });
  };
  return (
    <s-select
      label={said.unit}
      value={filled.unit}
      disabled={isFixed}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    >
      {units.map((unit) => (
        <s-option key={unit} value={unit}>
          {unit === 'points' ? said.points : `${said.credit} (${unit})`}
        </s-option>
      ))}
    </s-select>
  );
}

function Reasons({ filled, faults, isFixed, onChange }: FieldsProps) {
  const said = useWords(CUSTOMER_WORDS);
  const { because } = useHappenings();
  const needsComment = filled.direction === 'take' || filled.reason === 'other';
  const choose = (value: string) => {
    onChange({ reason: ADJUST_REASONS.find((one) => one === value) });
  };
  return (
    <>
      <s-select
        label={said.reason}
        value={filled.reason ?? ''}
        required
        disabled={isFixed}
        error={faults.has('reason') ? said.reasonMissing : ''}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        <s-option value="">…</s-option>
        {ADJUST_REASONS.map((reason) => (
          <s-option key={reason} value={reason}>
            {because(reason)}
          </s-option>
        ))}
      </s-select>
      <s-text-area
        label={needsComment ? said.commentNeeded : said.comment}
        value={filled.comment}
        rows={2}
        maxLength={COMMENT_MAX}
        required={needsComment}
        disabled={isFixed}
        error={faults.has('comment') ? said.commentMissing : ''}
        onInput={({ currentTarget }) => onChange({ comment: currentTarget.value })}
      />
    </>
  );
}
