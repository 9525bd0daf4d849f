/** Syncs as a table: each round trip of a register, what it brought, and what waited then. */
import { syncPageSchema, type LogSync, type SyncPage } from '../../../shared/merchant/log.ts';
import type { Query } from '../asking.ts';
import { More } from '../parts/more.tsx';
import { usePages } from '../parts/pages.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { LOG_WORDS } from './log-words.ts';

const rowsOf = (page: SyncPage) => page.syncs;
const nextOf = (page: SyncPage) => page.next;
/** A clock that differs by less is right. */
const RIGHT_MS = 30_000;

export function SyncList({ query }: { readonly query: Query }) {
  const said = useWords(LOG_WORDS);
  const path = '/syncs';
  const options = { path, schema: syncPageSchema, query, isLive: false, rowsOf, nextOf };
  const pages = usePages(options);
  const { rows } = pages;
  const isFiltered = Object.keys(query).length > 0;
  return (
    <Shown of={pages.first}>
      {() =>
        rows.length === 0 && !pages.hasMore ? (
          <Empty
            heading={isFiltered ? said.noMatch : said.none}
            text={isFiltered ? said.noMatchText : said.noneText}
          />
        ) : (
          <>
            <SyncTable rows={rows} />
            <More of={pages} />
          </>
        )
      }
    </Shown>
  );
}

function SyncTable({ rows }: { readonly rows: readonly LogSync[] }) {
  const said = useWords(LOG_WORDS);
  return (
    <s-table>
      <s-table-header-row>
        <s-table-header listSlot="primary">{said.received}</s-table-header>
        <s-table-header listSlot="labeled">{said.who}</s-table-header>
        <s-table-header listSlot="labeled">{said.brought}</s-table-header>
        <s-table-header listSlot="labeled">{said.waiting}</s-table-header>
        <s-table-header listSlot="labeled">{said.clock}</s-table-header>
        <s-table-header listSlot="labeled" format="numeric">
          {said.took}
        </s-table-header>
      </s-table-header-row>
      <s-table-body>
        {rows.map((row) => (
          <Row key={row.log} row={row} />
        ))}
      </s-table-body>
    </s-table>
  );
}

function Row({ row }: { readonly row: LogSync }) {
  const said = useWords(LOG_WORDS);
  const format = useFormat();
  const brought = useBrought();
  const place = [
    said.locationNumber(String(row.location)),
    ...(row.staff === null ? [] : [said.staffNumber(String(row.staff))]),
    said.build(row.build),
  ];
  const off = Math.abs(row.clockOffsetMs);
  const clock =
    off < RIGHT_MS
      ? said.clockRight
      : said[row.clockOffsetMs > 0 ? 'fast' : 'slow'](format.duration(off));
  const { pendingCount, oldestPendingAt: oldest } = row;
  const pending = format.count(pendingCount);
  return (
    <s-table-row>
      <s-table-cell>{format.moment(row.receivedAt)}</s-table-cell>
      <s-table-cell>
        <s-stack gap="none">
          <s-text>{row.register === '' ? row.device : row.register}</s-text>
          <s-text color="subdued">{place.join(', ')}</s-text>
        </s-stack>
      </s-table-cell>
      <s-table-cell>{brought(row)}</s-table-cell>
      <s-table-cell>
        {pendingCount === 0
          ? said.noneWaiting
          : oldest === null
            ? pending
            : said.oldest(pending, format.moment(oldest))}
      </s-table-cell>
      <s-table-cell>{clock}</s-table-cell>
      <s-table-cell>{said.ms(format.count(row.ms))}</s-table-cell>
    </s-table-row>
  );
}

/** "3 booked, 1 known already" */
function useBrought(): (row: LogSync) => string {
  const said = useWords(LOG_WORDS);
  const { count } = useFormat();
  return ({ counts, damaged }) => {
    const unread = (counts.quarantined ?? 0) + (counts.mismatch ?? 0);
    const parts = [
      ...((counts.applied ?? 0) > 0 ? [said.counts(count(counts.applied ?? 0))] : []),
      ...((counts.closed ?? 0) > 0 ? [said.closed(count(counts.closed ?? 0))] : []),
      ...((counts.duplicate ?? 0) > 0 ? [said.duplicates(count(counts.duplicate ?? 0))] : []),
      ...(unread > 0 ? [said.unread(count(unread))] : []),
      ...(damaged > 0 ? [said.damaged(count(damaged))] : []),
    ];
    return parts.length === 0 ? said.nothing : parts.join(', ');
  };
}
