/**
 * Deciding about a case, and taking a decision back: says beforehand what will happen, asks why,
 * and sends it once however often it must be sent.
 */
import { useEffect, useState } from 'react';
import {
  isClosing,
  reviewItemAnswerSchema,
  type ReviewAction,
  type ReviewDecision,
  type ReviewItem,
} from '../../../shared/merchant/review.ts';
import { COMMENT_MAX } from '../../../shared/merchant/fields.ts';
import type { Refused } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { useHappenings } from '../happenings.ts';
import type { CustomerNames } from '../names.ts';
import { readAmount } from '../parts/amounts.ts';
import { useDecision, type Deciding } from '../parts/decision.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useRefusals } from '../parts/refusals.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import type { Decided } from './review-decided.ts';
import { DecisionLine } from './review-decision-line.tsx';
import { takesAmount, wantsComment } from './review-sense.ts';
import { useWill } from './review-will.ts';
import { REVIEW_WORDS } from './review-words.ts';

interface DialogProps {
  readonly item: ReviewItem;
  readonly names: CustomerNames;
  readonly decided: Decided;
  readonly onClose: () => void;
}

export function DecisionDialog(props: DialogProps & { readonly action: ReviewAction }) {
  const { item, action, names, decided, onClose } = props;
  const said = useWords(REVIEW_WORDS);
  const happenings = useHappenings();
  const { bridge } = useDeps();
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const deciding = useDecision('/review/decide', reviewItemAnswerSchema);
  const will = useWill(names);
  const amount = takesAmount(action) ? readAmount(typed, item.unit ?? 'points') : undefined;
  const isAmountMissing = takesAmount(action) && amount === undefined;
  const isCommentMissing = wantsComment(item.kind, action) && comment.trim() === '';
  const decide = async () => {
    setIsChecked(true);
    if (deciding.state === 'ready' && (isAmountMissing || isCommentMissing)) return;
    const { key, at } = item;
    const body = { key, at, action, comment: comment.trim(), amount: amount ?? null };
    const answer = await deciding.send(body);
    if (answer === undefined) return;
    bridge.toast(said.done(happenings.decided(action)));
    decided.put(answer.item);
    onClose();
  };
  const close = () => {
    // What came of a lost answer shows in the list.
    if (deciding.state === 'lost' || deciding.refusal !== undefined) void decided.refresh();
    onClose();
  };
  return (
    <Dialog heading={happenings.action(action)} onClose={close}>
      <s-stack gap="base">
        <s-paragraph>{will(item, action, amount)}</s-paragraph>
        {takesAmount(action) && (
          <s-text-field
            label={action === 'credit' ? said.amountToGive : said.amountToTake}
            value={typed}
            required
            disabled={deciding.state !== 'ready'}
            error={isChecked && isAmountMissing ? said.amountWrong : ''}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        )}
        <Comment
          value={comment}
          isNeeded={wantsComment(item.kind, action)}
          isMissing={isChecked && isCommentMissing}
          isDisabled={deciding.state !== 'ready'}
          onInput={setComment}
        />
        <Standing item={item} refusal={deciding.refusal} state={deciding.state} />
        <Buttons
          text={said.confirm}
          label={`${said.confirm}: ${happenings.action(action)}`}
          state={deciding.state}
          isOver={deciding.refusal?.code === 'changed'}
          decide={() => void decide()}
          close={close}
        />
      </s-stack>
    </Dialog>
  );
}

export function UndoDialog(props: DialogProps & { readonly decision: ReviewDecision }) {
  const { item, decision, names, decided, onClose } = props;
  const said = useWords(REVIEW_WORDS);
  const happenings = useHappenings();
  const format = useFormat();
  const { bridge } = useDeps();
  const [comment, setComment] = useState('');
  const deciding = useDecision('/review/undo', reviewItemAnswerSchema);
  const { unit, amount } = decision;
  const who = item.customer === null ? said.someone : names.of(item.customer);
  const moves =
    unit === null || amount === null ? '' : said.undoMoves(who, format.change(unit, 0 - amount));
  const undo = async () => {
    const { key, at } = item;
    const body = { key, at, of: decision.id, comment: comment.trim() };
    const answer = await deciding.send(body);
    if (answer === undefined) return;
    bridge.toast(said.done(happenings.decided('undo')));
    decided.put(answer.item);
    onClose();
  };
  const close = () => {
    if (deciding.state === 'lost' || deciding.refusal !== undefined) void decided.refresh();
    onClose();
  };
  return (
    <Dialog heading={said.undoHeading} onClose={close}>
      <s-stack gap="base">
        <s-paragraph>{isClosing(actionOf(decision)) ? said.willUndo(moves) : moves}</s-paragraph>
        <Comment
          value={comment}
          isNeeded={false}
          isMissing={false}
          isDisabled={deciding.state !== 'ready'}
          onInput={setComment}
        />
        <Standing item={item} refusal={deciding.refusal} state={deciding.state} />
        <Buttons
          text={said.undo}
          label={said.undo}
          state={deciding.state}
          isOver={deciding.refusal?.code === 'changed'}
          decide={() => void undo()}
          close={close}
        />
      </s-stack>
    </Dialog>
  );
}

const actionOf = ({ action }: ReviewDecision): ReviewAction =>
  action === 'undo' ? 'dismiss' : action;

function Comment(props: {
  readonly value: string;
  readonly isNeeded: boolean;
  readonly isMissing: boolean;
  readonly isDisabled: boolean;
  readonly onInput: (text: string) => void;
}) {
  const said = useWords(REVIEW_WORDS);
  return (
    <s-text-area
      label={props.isNeeded ? said.commentNeeded : said.comment}
      value={props.value}
      rows={3}
      maxLength={COMMENT_MAX}
      required={props.isNeeded}
      disabled={props.isDisabled}
      error={props.isMissing ? said.commentMissing : ''}
      onInput={({ currentTarget }) => props.onInput(currentTarget.value)}
    />
  );
}

/** What became of the last try; of a case that somebody else has decided, how it stands now. */
function Standing(props: {
  readonly item: ReviewItem;
  readonly refusal: Refused | undefined;
  readonly state: Deciding<unknown>['state'];
}) {
  const said = useWords(REVIEW_WORDS);
  const refusalText = useRefusals();
  const { item, refusal, state } = props;
  const now = useNow(item.key, refusal?.code === 'changed');
  return (
    <div role="status">
      {state === 'lost' && (
        <s-banner tone="warning">
          <s-paragraph>{said.lost}</s-paragraph>
        </s-banner>
      )}
      {refusal !== undefined && (
        <s-banner tone="critical">
          <s-paragraph>{refusalText(refusal)}</s-paragraph>
          {now !== undefined && (
            <s-unordered-list>
              {now.decisions.slice(item.decisions.length).map((decision) => (
                <DecisionLine key={decision.id} decision={decision} />
              ))}
            </s-unordered-list>
          )}
        </s-banner>
      )}
    </div>
  );
}

function useNow(key: string, isAsked: boolean): ReviewItem | undefined {
  const { asking } = useDeps();
  const [item, setItem] = useState<ReviewItem>();
  useEffect(() => {
    if (!isAsked) return;
    let isWanted = true;
    asking.get('/review/item', reviewItemAnswerSchema, { key }).then(
      (answer) => isWanted && setItem(answer.item),
      // The message alone says that it has changed.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [asking, isAsked, key]);
  return item;
}

function Buttons(props: {
  readonly text: string;
  readonly label: string;
  readonly state: Deciding<unknown>['state'];
  /** It cannot be decided any more. */
  readonly isOver: boolean;
  readonly decide: () => void;
  readonly close: () => void;
}) {
  const said = useWords(REVIEW_WORDS);
  const { text, label, state, isOver, decide, close } = props;
  return (
    <s-stack direction="inline" gap="small" justifyContent="end">
      <s-button onClick={close}>{isOver || state === 'lost' ? said.close : said.cancel}</s-button>
      {!isOver && (
        <s-button
          variant="primary"
          loading={state === 'sending'}
          accessibilityLabel={state === 'lost' ? said.sendAgain : label}
          onClick={decide}
        >
          {state === 'lost' ? said.sendAgain : text}
        </s-button>
      )}
    </s-stack>
  );
}
