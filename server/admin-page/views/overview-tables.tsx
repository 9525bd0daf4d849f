/** The pictures of time as tables, for whoever reads better than sees. */
import type { ReactNode } from 'react';
import type { Timeline } from '../../../shared/merchant/overview.ts';
import { countAt, type Mark } from '../parts/time-axis.ts';
import { COLOURS, type SpanState } from '../parts/timeline.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { TIMELINE_WORDS, useTapWords } from './timeline-words.ts';

export function TapTable({ timeline }: { readonly timeline: Timeline }) {
  const said = useWords(TIMELINE_WORDS);
  return timeline.registers.map((lane) => (
    <s-stack key={lane.device} gap="small">
      <s-heading>{lane.name === '' ? lane.device : lane.name}</s-heading>
      <Spans spans={lane.spans} />
      {lane.taps.length === 0 ? (
        <s-text color="subdued">{said.noTaps}</s-text>
      ) : (
        <Taps taps={lane.taps} />
      )}
    </s-stack>
  ));
}

type Lane = Timeline['registers'][number];

function Taps({ taps }: Pick<Lane, 'taps'>) {
  const said = useWords(TIMELINE_WORDS);
  const wordsOf = useTapWords();
  return (
    <s-table>
      <s-table-header-row>
        <s-table-header listSlot="primary">{said.what}</s-table-header>
        <s-table-header>{said.tapped}</s-table-header>
        <s-table-header>{said.arrived}</s-table-header>
        <s-table-header>{said.notes}</s-table-header>
      </s-table-header-row>
      <s-table-body>
        {taps.map((tap) => {
          const { what, asked, arrived, notes } = wordsOf(tap);
          return (
            <s-table-row key={tap.id}>
              <s-table-cell>
                <s-link href={`/app/log/operations/${encodeURIComponent(tap.id)}`}>{what}</s-link>
              </s-table-cell>
              <s-table-cell>{asked}</s-table-cell>
              <s-table-cell>{arrived}</s-table-cell>
              <s-table-cell>{notes}</s-table-cell>
            </s-table-row>
          );
        })}
      </s-table-body>
    </s-table>
  );
}

function Spans({ spans }: Pick<Lane, 'spans'>) {
  const said = useWords(TIMELINE_WORDS);
  const { moment } = useFormat();
  return (
    <s-unordered-list>
      {spans.map(({ state, from, to }) => (
        <s-list-item key={`${from}/${state}`}>
          {said.span(said.states[state], moment(from), moment(to))}
        </s-list-item>
      ))}
    </s-unordered-list>
  );
}

export function WaitingTable(props: {
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
}): ReactNode {
  const said = useWords(TIMELINE_WORDS);
  const { moment, count } = useFormat();
  return (
    <s-stack gap="small">
      <s-heading>{said.waitingHeading}</s-heading>
      <s-table>
        <s-table-header-row>
          <s-table-header listSlot="primary">{said.when}</s-table-header>
          <s-table-header format="numeric">{said.waitingCount}</s-table-header>
        </s-table-header-row>
        <s-table-body>
          {props.marks.map(({ at }) => (
            <s-table-row key={at}>
              <s-table-cell>{moment(at)}</s-table-cell>
              <s-table-cell>{count(countAt(props.timeline.waiting, at))}</s-table-cell>
            </s-table-row>
          ))}
        </s-table-body>
      </s-table>
    </s-stack>
  );
}

/** One entry of the legend: how a span of this state is drawn. */
export function SpanSwatch({ state, text }: { readonly state: SpanState; readonly text: string }) {
  const fill = state === 'connected' ? COLOURS.connected : 'url(#tideover-cut-off)';
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: '6px' }}>
      <svg width="28" height="12" aria-hidden="true">
        {state === 'away' ? (
          <line
            x1="0"
            x2="28"
            y1="6"
            y2="6"
            strokeDasharray="1 4"
            style={{ stroke: COLOURS.away }}
          />
        ) : (
          <rect width="28" height="12" rx="2" style={{ fill }} />
        )}
      </svg>
      <s-text color="subdued">{text}</s-text>
    </span>
  );
}
