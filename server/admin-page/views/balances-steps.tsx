/** What an import shows once its file has arrived: what is wrong, what it would do. */
import type { ImportState } from '../../../shared/merchant/balances-file.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { BALANCES_WORDS } from './balances-words.ts';

/** What is wrong, by line; nothing when nothing is. */
export function Problems(props: { readonly of: ImportState; readonly isDamaged?: boolean }) {
  const said = useWords(BALANCES_WORDS);
  const { count } = useFormat();
  const { problems, problemCount } = props.of;
  if (problemCount === 0) return null;
  return (
    <s-stack gap="small">
      {props.isDamaged === true ? (
        <s-banner tone="critical" heading={said.damaged} />
      ) : (
        <s-banner tone="critical" heading={said.refused}>
          <s-paragraph>{said.refusedText(count(problemCount))}</s-paragraph>
        </s-banner>
      )}
      <ProblemTable of={props.of} />
      {problemCount > problems.length && (
        <s-text color="subdued">{said.more(count(problemCount - problems.length))}</s-text>
      )}
    </s-stack>
  );
}

function ProblemTable({ of }: { readonly of: ImportState }) {
  const said = useWords(BALANCES_WORDS);
  const { count } = useFormat();
  return (
    <s-table>
      <s-table-header-row>
        <s-table-header format="numeric">{said.line}</s-table-header>
        <s-table-header listSlot="primary">{said.problem}</s-table-header>
      </s-table-header-row>
      <s-table-body>
        {of.problems.map(({ line, text }) => (
          <s-table-row key={`${line}/${text}`}>
            <s-table-cell>{line === 0 ? said.wholeFile : count(line)}</s-table-cell>
            <s-table-cell>{text}</s-table-cell>
          </s-table-row>
        ))}
      </s-table-body>
    </s-table>
  );
}

export function Checked(props: {
  readonly of: ImportState;
  readonly isAsking: boolean;
  readonly onApply: () => void;
  readonly onLeave: () => void;
}) {
  const said = useWords(BALANCES_WORDS);
  const { count, amount } = useFormat();
  const { rows, customers, sums } = props.of;
  return (
    <s-stack gap="small">
      <s-heading>{said.checked}</s-heading>
      <s-paragraph>{said.checkedText(count(rows), count(customers))}</s-paragraph>
      <s-text type="strong">
        {`${said.sum}: ${sums.map((sum) => amount(sum.unit, sum.amount)).join(', ')}`}
      </s-text>
      <s-stack direction="inline" gap="small">
        <s-button variant="primary" loading={props.isAsking} onClick={props.onApply}>
          {said.apply}
        </s-button>
        <s-button disabled={props.isAsking} onClick={props.onLeave}>
          {said.another}
        </s-button>
      </s-stack>
    </s-stack>
  );
}

export function Applying(props: { readonly of: ImportState; readonly isBroken: boolean }) {
  const said = useWords(BALANCES_WORDS);
  const { count } = useFormat();
  const { done, rows, problemCount } = props.of;
  return (
    <s-stack gap="small">
      <s-heading>{said.applying}</s-heading>
      <s-progress value={done} max={Math.max(1, rows)} accessibilityLabel={said.applying} />
      <s-text>{said.applied(count(done), count(rows))}</s-text>
      {props.isBroken && <s-banner tone="warning" heading={said.applyingBroken} />}
      {problemCount > 0 && (
        <>
          <s-banner tone="warning" heading={said.waits} />
          <ProblemTable of={props.of} />
        </>
      )}
    </s-stack>
  );
}

export function Done({ of, onLeave }: { readonly of: ImportState; readonly onLeave: () => void }) {
  const said = useWords(BALANCES_WORDS);
  const { count } = useFormat();
  return (
    <s-stack gap="small">
      <s-banner tone="success" heading={said.done}>
        <s-paragraph>{said.doneText(count(of.rows), count(of.customers))}</s-paragraph>
      </s-banner>
      <s-stack direction="inline">
        <s-button onClick={onLeave}>{said.another}</s-button>
      </s-stack>
    </s-stack>
  );
}
