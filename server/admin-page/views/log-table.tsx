/** Operations as a table; what comes while somebody reads is announced and moves nothing. */
import { useEffect, useState } from 'react';
import { logPageSchema, type LogOperation, type LogPage } from '../../../shared/merchant/log.ts';
import type { Query } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { STATE_TONES, stateOf, useHappenings } from '../happenings.ts';
import { useChanges } from '../live.tsx';
import { useNames, type CustomerNames } from '../names.ts';
import { useMoments } from '../parts/moments.ts';
import { More } from '../parts/more.tsx';
import { usePages } from '../parts/pages.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { LOG_WORDS } from './log-words.ts';

const rowsOf = (page: LogPage) => page.operations;
const nextOf = (page: LogPage) => page.next;

export const storyPath = (id: string): string => `/app/log/operations/${encodeURIComponent(id)}`;

export function OperationList({ query }: { readonly query: Query }) {
  const path = '/operations';
  const options = { path, schema: logPageSchema, query, isLive: false, rowsOf, nextOf };
  const pages = usePages(options);
  const { first, rows, last } = pages;
  const isWhole = first.copiedAt === undefined && first.answer !== undefined;
  const news = useNews(query, isWhole ? (rows[0]?.seq ?? 0) : undefined);
  return (
    <Shown of={first}>
      {() => (
        <>
          <News count={news} refresh={first.refresh} />
          {rows.length === 0 && !pages.hasMore ? (
            <Nothing isFiltered={Object.keys(query).length > 0} />
          ) : (
            <>
              {rows.length > 0 && <OperationTable rows={rows} />}
              <More of={pages} reached={pages.hasMore ? (last?.reached ?? null) : null} />
            </>
          )}
        </>
      )}
    </Shown>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  const said = useWords(LOG_WORDS);
  return isFiltered ? (
    <Empty heading={said.noMatch} text={said.noMatchText} />
  ) : (
    <Empty heading={said.none} text={said.noneText} />
  );
}

/** As many new rows are counted; beyond it is "more than". */
const NEWS_MAX = 50;

/** How many rows above `newest` match now; nothing is asked while `newest` is not known. */
function useNews(query: Query, newest: number | undefined): number {
  const { asking } = useDeps();
  const changes = useChanges(true);
  const name = JSON.stringify({ query, newest });
  const [found, setFound] = useState({ name, count: 0 });
  useEffect(() => {
    if (changes === 0 || newest === undefined) return;
    let isWanted = true;
    const limited = { ...query, limit: NEWS_MAX };
    asking.get('/operations', logPageSchema, limited).then(
      ({ operations }) => {
        const count = operations.filter(({ seq }) => seq > newest).length;
        if (isWanted) setFound({ name, count });
      },
      // What is new is told with the next change.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
    // `name` holds what is asked.
  }, [asking, changes, name]);
  return found.name === name ? found.count : 0;
}

function News(props: { readonly count: number; readonly refresh: () => Promise<void> }) {
  const said = useWords(LOG_WORDS);
  const format = useFormat();
  const { count } = props;
  const text = `${format.count(count)}${count >= NEWS_MAX ? '+' : ''}`;
  return (
    <div role="status">
      {count > 0 && (
        <s-button icon="arrow-up" onClick={() => void props.refresh()}>
          {said.news(text, count === 1)}
        </s-button>
      )}
    </div>
  );
}

export function OperationTable({ rows }: { readonly rows: readonly LogOperation[] }) {
  const said = useWords(LOG_WORDS);
  const names = useNames(rows.map(({ customer }) => customer));
  return (
    <s-table>
      <s-table-header-row>
        <s-table-header listSlot="primary">{said.kind}</s-table-header>
        <s-table-header listSlot="labeled">{said.when}</s-table-header>
        <s-table-header listSlot="labeled">{said.who}</s-table-header>
        <s-table-header listSlot="labeled">{said.customerName}</s-table-header>
        <s-table-header listSlot="labeled" format="numeric">
          {said.amount}
        </s-table-header>
        <s-table-header listSlot="inline">{said.state}</s-table-header>
      </s-table-header-row>
      <s-table-body>
        {rows.map((row) => (
          <Row key={row.seq} row={row} names={names} />
        ))}
      </s-table-body>
    </s-table>
  );
}

function Row({ row, names }: { readonly row: LogOperation; readonly names: CustomerNames }) {
  const said = useWords(LOG_WORDS);
  const happenings = useHappenings();
  const format = useFormat();
  const momentsOf = useMoments();
  const { when, late } = momentsOf(row);
  const { customer, unit, amount, ref } = row;
  const state = stateOf(row);
  const notes = [
    ...(row.offline ? [said.noNetwork] : []),
    ...(row.repeats > 0 ? [said.repeated(format.count(row.repeats))] : []),
  ];
  const link = `operation-${row.seq}`;
  return (
    <s-table-row clickDelegate={link}>
      <s-table-cell>
        <s-stack gap="none">
          <s-link id={link} href={storyPath(row.id)}>
            {happenings.kind(row.kind)}
          </s-link>
          {ref !== null && <s-text color="subdued">{ref}</s-text>}
        </s-stack>
      </s-table-cell>
      <s-table-cell>
        <s-stack gap="none">
          <s-text>{when}</s-text>
          <s-text color="subdued">{[late, ...notes].filter(Boolean).join(', ')}</s-text>
        </s-stack>
      </s-table-cell>
      <s-table-cell>
        <s-stack gap="none">
          <s-text>{row.register ?? row.device ?? said.ofServer}</s-text>
          {row.staff !== null && (
            <s-text color="subdued">{said.staffNumber(String(row.staff))}</s-text>
          )}
        </s-stack>
      </s-table-cell>
      <s-table-cell>
        {customer !== null && (
          <s-link href={`/app/customers/${customer}`}>{names.of(customer)}</s-link>
        )}
      </s-table-cell>
      <s-table-cell>{unit !== null && amount !== null && format.amount(unit, amount)}</s-table-cell>
      <s-table-cell>
        <s-badge tone={STATE_TONES[state]}>{happenings.state(state)}</s-badge>
      </s-table-cell>
    </s-table-row>
  );
}
