/**
 * The view "Review": what waits for a person, most urgent first, each with its evidence and what
 * can be decided about it. Which case is open stands in the address.
 */
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import {
  REVIEW_KINDS,
  reviewItemAnswerSchema,
  reviewPageSchema,
  type ReviewItem,
  type ReviewKind,
  type ReviewPage,
} from '../../../shared/merchant/review.ts';
import { useAnswer } from '../answer.ts';
import { useHappenings } from '../happenings.ts';
import { More } from '../parts/more.tsx';
import { usePages, type Pages } from '../parts/pages.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { CaseList } from './review-list.tsx';
import { DataRequests, StoreCreditConflicts, StuckWebhooks } from './review-others.tsx';
import { byUrgency, kindsByUrgency } from './review-sense.ts';
import { newestOf, useDecided, type Decided } from './review-decided.ts';
import { REVIEW_WORDS } from './review-words.ts';

const rowsOf = (page: ReviewPage) => page.items;
const nextOf = (page: ReviewPage) => page.next;

export function ReviewView() {
  const said = useWords(REVIEW_WORDS);
  const [address, setAddress] = useSearchParams();
  const state = address.get('state') === 'closed' ? 'closed' : 'open';
  const kind = REVIEW_KINDS.find((one) => one === address.get('kind'));
  const query = { state, ...(kind === undefined ? {} : { kind }) };
  const schema = reviewPageSchema;
  const pages = usePages({ path: '/review', schema, query, isLive: true, rowsOf, nextOf });
  const decided = useDecided(pages.first.refresh);
  const choose = (change: { state?: string; kind?: string | undefined }) =>
    setAddress(
      Object.fromEntries(
        Object.entries({ state, kind, ...change }).filter(
          (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== 'open',
        ),
      ),
    );
  return (
    <s-page heading={said.heading}>
      <s-section accessibilityLabel={said.heading}>
        <s-stack gap="base">
          <s-paragraph color="subdued">{said.intro}</s-paragraph>
          <s-stack direction="inline" gap="small" alignItems="center">
            {(['open', 'closed'] as const).map((one) => (
              <s-press-button
                key={one}
                pressed={state === one}
                onClick={() => choose({ state: one })}
              >
                {said[one]}
              </s-press-button>
            ))}
          </s-stack>
          <Shown of={pages.first}>
            {(page) => (
              <>
                {state === 'open' && (
                  <Kinds
                    counts={page.counts}
                    chosen={kind}
                    choose={(one) => choose({ kind: one })}
                  />
                )}
                <Cases state={state} pages={pages} decided={decided} />
              </>
            )}
          </Shown>
        </s-stack>
      </s-section>
      {state === 'open' && kind === undefined && (
        <>
          <StoreCreditConflicts />
          <StuckWebhooks />
          <DataRequests />
        </>
      )}
    </s-page>
  );
}

function Kinds(props: {
  readonly counts: ReviewPage['counts'];
  readonly chosen: ReviewKind | undefined;
  readonly choose: (kind: ReviewKind | undefined) => void;
}) {
  const said = useWords(REVIEW_WORDS);
  const { review } = useHappenings();
  const { count } = useFormat();
  const { counts, chosen, choose } = props;
  const there = REVIEW_KINDS.filter((kind) => (counts[kind] ?? 0) > 0 || kind === chosen);
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  if (there.length === 0) return null;
  return (
    <s-stack direction="inline" gap="small-300">
      <s-press-button pressed={chosen === undefined} onClick={() => choose(undefined)}>
        {said.counted(said.all, count(all))}
      </s-press-button>
      {kindsByUrgency(there).map((kind) => (
        <s-press-button key={kind} pressed={chosen === kind} onClick={() => choose(kind)}>
          {said.counted(review(kind).name, count(counts[kind] ?? 0))}
        </s-press-button>
      ))}
    </s-stack>
  );
}

function Cases(props: {
  readonly state: 'open' | 'closed';
  readonly pages: Pages<ReviewPage, ReviewItem>;
  readonly decided: Decided;
}) {
  const said = useWords(REVIEW_WORDS);
  const [address] = useSearchParams();
  const { state, pages, decided } = props;
  const isWanted = (item: ReviewItem) => item.isOpen === (state === 'open');
  const rows = pages.rows.map((row) => newestOf(row, decided.items)).filter(isWanted);
  const items = state === 'open' ? byUrgency(rows) : rows;
  const just = [...decided.items.values()].filter((item) => state === 'open' && !item.isOpen);
  const linked = address.get('item');
  const isElsewhere =
    linked !== null && ![...items, ...just].some(({ key }) => key === linked) && !pages.isAsking;
  return (
    <>
      {just.length > 0 && <JustDecided items={just} decided={decided} />}
      {isElsewhere && <Linked name={linked} decided={decided} />}
      {items.length === 0 && !pages.hasMore ? (
        <Nothing state={state} />
      ) : (
        <>
          <s-text color="subdued">{said.keys}</s-text>
          <CaseList items={items} decided={decided} label={said[state]} />
          <More of={pages} />
        </>
      )}
    </>
  );
}

/** Takes the focus that was on what has gone from the list: a keyboard goes on here. */
function JustDecided(props: { readonly items: readonly ReviewItem[]; readonly decided: Decided }) {
  const said = useWords(REVIEW_WORDS);
  const place = useRef<HTMLDivElement>(null);
  const { items, decided } = props;
  useEffect(() => {
    if (document.activeElement === document.body) place.current?.focus();
  }, [items.length]);
  return (
    <div ref={place} tabIndex={-1} style={PLACE}>
      <s-stack gap="small">
        <s-heading>{said.justDecided}</s-heading>
        <CaseList items={items} decided={decided} label={said.justDecided} />
      </s-stack>
    </div>
  );
}

const PLACE = { outline: 'none' } as const;

function Nothing({ state }: { readonly state: 'open' | 'closed' }) {
  const said = useWords(REVIEW_WORDS);
  return state === 'open' ? (
    <Empty heading={said.none} text={said.noneText} />
  ) : (
    <Empty heading={said.noneClosed} text={said.noneClosedText} />
  );
}

/** A case that a link names and the list does not show, such as one that was decided since. */
function Linked({ name, decided }: { readonly name: string; readonly decided: Decided }) {
  const said = useWords(REVIEW_WORDS);
  const answer = useAnswer('/review/item', reviewItemAnswerSchema, { query: { key: name } });
  if (answer.answer === undefined) return null;
  const item = newestOf(answer.answer.item, decided.items);
  return (
    <s-stack gap="small">
      <s-heading>{said.linked}</s-heading>
      <CaseList items={[item]} decided={decided} label={said.linked} />
    </s-stack>
  );
}
