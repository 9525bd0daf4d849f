/** One decision in a line: what, who, when, why, and the way back where there is one. */
import type { ReviewDecision } from '../../../shared/merchant/review.ts';
import { useHappenings } from '../happenings.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { REVIEW_WORDS } from './review-words.ts';

export function DecisionLine(props: {
  readonly decision: ReviewDecision;
  readonly undo?: () => void;
}) {
  const said = useWords(REVIEW_WORDS);
  const happenings = useHappenings();
  const format = useFormat();
  const { decision, undo } = props;
  const { action, by, at, comment, unit, amount } = decision;
  const moved = unit === null || amount === null ? '' : `: ${format.change(unit, amount)}`;
  const text = said.decidedBy(`${happenings.decided(action)}${moved}`, by, format.moment(at));
  const parts = [
    text,
    ...(comment === '' ? [] : [`“${comment}”`]),
    ...(decision.isUndone ? [said.takenBack] : []),
  ];
  return (
    <s-list-item>
      {`${parts.join(', ')} `}
      {decision.canUndo && undo !== undefined && (
        <s-button variant="tertiary" onClick={undo}>
          {said.undo}
        </s-button>
      )}
    </s-list-item>
  );
}
