/** The view of one customer: what they have, what waits for a decision, and every entry. */
import { useState } from 'react';
import { useParams } from 'react-router';
import {
  customerPageSchema,
  type CustomerEntry,
  type CustomerPage,
} from '../../../shared/merchant/customer.ts';
import { Refused } from '../asking.ts';
import { useNames } from '../names.ts';
import { CustomerInAdmin } from '../parts/links.tsx';
import { More } from '../parts/more.tsx';
import { usePages, type Pages } from '../parts/pages.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { AdjustDialog } from './customer-adjust.tsx';
import { EntryTable } from './customer-entries.tsx';
import { CUSTOMER_WORDS } from './customer-words.ts';

const rowsOf = (page: CustomerPage) => page.entries;
const nextOf = (page: CustomerPage) => page.next;
const NOTHING = {};

export function CustomerView() {
  const said = useWords(CUSTOMER_WORDS);
  const { id: text = '' } = useParams();
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined;
  return id === undefined || !Number.isSafeInteger(id) ? (
    <s-page heading={said.heading}>
      <Unknown />
    </s-page>
  ) : (
    <Known key={id} id={id} />
  );
}

function Unknown() {
  const said = useWords(CUSTOMER_WORDS);
  return (
    <s-section accessibilityLabel={said.unknown}>
      <Empty heading={said.unknown} text={said.unknownText}>
        <s-button href="/app/customers">{said.search}</s-button>
      </Empty>
    </s-section>
  );
}

function Known({ id }: { readonly id: number }) {
  const said = useWords(CUSTOMER_WORDS);
  const path = `/customers/${id}`;
  const schema = customerPageSchema;
  const pages = usePages({ path, schema, query: NOTHING, isLive: true, rowsOf, nextOf });
  const { failure, answer } = pages.first;
  const names = useNames([id]);
  const isUnknown = failure instanceof Refused && failure.status === 404 && answer === undefined;
  return (
    <s-page heading={names.of(id)}>
      <s-link slot="breadcrumb-actions" href="/app/customers">
        {said.heading}
      </s-link>
      {isUnknown ? (
        <Unknown />
      ) : (
        <Shown of={pages.first}>
          {(page) => <Told page={page} pages={pages} who={names.of(id)} />}
        </Shown>
      )}
    </s-page>
  );
}

function Told(props: {
  readonly page: CustomerPage;
  readonly pages: Pages<CustomerPage, CustomerEntry>;
  readonly who: string;
}) {
  const said = useWords(CUSTOMER_WORDS);
  const [isAdjusting, setIsAdjusting] = useState(false);
  const { page, pages, who } = props;
  return (
    <>
      <Heir page={page} />
      <Waiting page={page} />
      <s-section heading={said.balances}>
        <s-stack gap="base">
          <Balances page={page} />
          <s-stack direction="inline" gap="base" alignItems="center">
            {page.heir === null && (
              <s-button onClick={() => setIsAdjusting(true)}>{said.adjust}</s-button>
            )}
            <CustomerInAdmin id={page.customer}>{said.inShopify}</CustomerInAdmin>
          </s-stack>
        </s-stack>
      </s-section>
      <s-section heading={said.entries}>
        {pages.rows.length === 0 && !pages.hasMore ? (
          <Empty heading={said.noEntries} text={said.noEntriesText} />
        ) : (
          <>
            <EntryTable entries={pages.rows} />
            <More of={pages} />
          </>
        )}
      </s-section>
      {isAdjusting && (
        <AdjustDialog
          page={page}
          who={who}
          put={pages.first.put}
          refresh={pages.first.refresh}
          onClose={() => setIsAdjusting(false)}
        />
      )}
    </>
  );
}

function Heir({ page }: { readonly page: CustomerPage }) {
  const said = useWords(CUSTOMER_WORDS);
  const names = useNames([page.heir]);
  if (page.heir === null) return null;
  return (
    <s-banner tone="info">
      <s-paragraph>
        {`${said.merged} `}
        <s-link href={`/app/customers/${page.heir}`}>{names.of(page.heir)}</s-link>
      </s-paragraph>
    </s-banner>
  );
}

function Waiting({ page }: { readonly page: CustomerPage }) {
  const said = useWords(CUSTOMER_WORDS);
  if (page.review.length === 0) return null;
  return (
    <s-banner tone="warning" heading={said.toReview(page.review.length)}>
      <s-unordered-list>
        {page.review.map((key, place) => (
          <s-list-item key={key}>
            <s-link href={`/app/review?item=${encodeURIComponent(key)}`}>
              {said.openCase(String(place + 1))}
            </s-link>
          </s-list-item>
        ))}
      </s-unordered-list>
    </s-banner>
  );
}

function Balances({ page }: { readonly page: CustomerPage }) {
  const said = useWords(CUSTOMER_WORDS);
  const { amount } = useFormat();
  if (page.balances.length === 0) return <s-paragraph>{said.noBalances}</s-paragraph>;
  return (
    <dl style={BALANCES}>
      {page.balances.map(({ unit, balance, held }) => (
        <div key={unit}>
          <dt>
            <s-text color="subdued">{unit === 'points' ? said.points : said.credit}</s-text>
          </dt>
          <dd style={FIGURE}>{amount(unit, balance)}</dd>
          {held > 0 && (
            <dd style={BELOW}>
              <s-text color="subdued">{said.held(amount(unit, held))}</s-text>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

const BALANCES = { display: 'flex', flexWrap: 'wrap', gap: '16px 40px', margin: 0 } as const;
const FIGURE = { margin: 0, fontSize: '1.5rem', fontWeight: 600, lineHeight: 1.3 } as const;
const BELOW = { margin: 0 } as const;
