/** One case in full: what it means, the evidence, what was decided, and what can be. */
import { useState, type ReactNode } from 'react';
import type { ReviewAction, ReviewDecision, ReviewItem } from '../../../shared/merchant/review.ts';
import { useHappenings } from '../happenings.ts';
import type { CustomerNames } from '../names.ts';
import { OrderLink } from '../parts/links.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { LOG_WORDS } from './log-words.ts';
import { storyPath } from './log-table.tsx';
import type { Decided } from './review-decided.ts';
import { DecisionLine } from './review-decision-line.tsx';
import { DecisionDialog, UndoDialog } from './review-dialogs.tsx';
import { REVIEW_WORDS } from './review-words.ts';

interface CaseProps {
  readonly item: ReviewItem;
  readonly names: CustomerNames;
  readonly decided: Decided;
}

export function Evidence({ item, names, decided }: CaseProps) {
  const said = useWords(REVIEW_WORDS);
  const { review } = useHappenings();
  const { what, usual } = review(item.kind);
  return (
    <s-stack gap="base">
      <s-stack gap="small-300">
        <s-paragraph>{what}</s-paragraph>
        {item.isOpen && (
          <s-paragraph>
            <s-text type="strong">{said.usually}: </s-text>
            {usual}
          </s-paragraph>
        )}
      </s-stack>
      <Facts item={item} names={names} />
      <Detail item={item} />
      {item.operationId !== null && (
        <s-link href={storyPath(item.operationId)}>{said.story}</s-link>
      )}
      <Decisions item={item} names={names} decided={decided} />
      <Actions item={item} names={names} decided={decided} />
    </s-stack>
  );
}

/** What cannot be known is left out. */
function Facts({ item, names }: Pick<CaseProps, 'item' | 'names'>) {
  const said = useWords(REVIEW_WORDS);
  const log = useWords(LOG_WORDS);
  const format = useFormat();
  const { customer, unit, orderId } = item;
  const money = (amount: number | null) =>
    unit === null || amount === null ? null : format.amount(unit, amount);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      said.customer,
      customer === null ? null : (
        <s-link href={`/app/customers/${customer}`}>{names.of(customer)}</s-link>
      ),
    ],
    [said.amount, money(item.amount)],
    [said.overBy, money(item.overBy)],
    [said.balance, money(item.balance)],
    [said.register, item.register ?? item.device],
    [said.staff, item.staff === null ? null : log.staffNumber(String(item.staff))],
    [said.location, item.location === null ? null : log.locationNumber(String(item.location))],
    [said.cacheAge, item.cacheAgeMs === null ? null : said.old(format.duration(item.cacheAgeMs))],
    [said.at, `${format.moment(item.at)} (${format.ago(item.at)})`],
    [
      said.reference,
      item.ref === null ? null : <s-link href={`/app/log?text=${item.ref}`}>{item.ref}</s-link>,
    ],
    [
      said.order,
      orderId === null ? null : (
        <OrderLink id={orderId}>{said.orderInShopify(String(orderId))}</OrderLink>
      ),
    ],
  ];
  return (
    <dl style={FACTS}>
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>
              <s-text color="subdued">{name}</s-text>
            </dt>
            <dd style={VALUE}>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

const FACTS = {
  display: 'grid',
  gridTemplateColumns: 'repeat(auto-fill, minmax(170px, 1fr))',
  gap: '10px 20px',
  margin: 0,
} as const;
const VALUE = { margin: 0, overflowWrap: 'anywhere' } as const;
const RAW = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: '12px' } as const;

function Detail({ item }: { readonly item: ReviewItem }) {
  const said = useWords(REVIEW_WORDS);
  const { detail, kind } = item;
  if (detail === null) return null;
  if (kind === 'gap') return <s-paragraph>{said.missing(detail)}.</s-paragraph>;
  if (kind === 'silent') return <s-paragraph>{said.waiting(detail)}.</s-paragraph>;
  return (
    <details>
      <summary>{said.raw}</summary>
      <pre style={RAW}>{detail}</pre>
    </details>
  );
}

function Decisions({ item, names, decided }: CaseProps) {
  const [undoing, setUndoing] = useState<ReviewDecision>();
  if (item.decisions.length === 0) return null;
  return (
    <>
      <s-unordered-list>
        {item.decisions.map((decision) => (
          <DecisionLine key={decision.id} decision={decision} undo={() => setUndoing(decision)} />
        ))}
      </s-unordered-list>
      {undoing !== undefined && (
        <UndoDialog
          item={item}
          decision={undoing}
          names={names}
          decided={decided}
          onClose={() => setUndoing(undefined)}
        />
      )}
    </>
  );
}

/** The usual choice stands first and is drawn as such. */
function Actions({ item, names, decided }: CaseProps) {
  const said = useWords(REVIEW_WORDS);
  const { action: actionText } = useHappenings();
  const [chosen, setChosen] = useState<ReviewAction>();
  if (item.actions.length === 0) return null;
  return (
    <>
      <s-stack gap="small-300">
        <s-text type="strong">{said.actionsOf}</s-text>
        <s-stack direction="inline" gap="small">
          {item.actions.map((action, place) => (
            <s-button
              key={action}
              variant={place === 0 ? 'primary' : 'secondary'}
              onClick={() => setChosen(action)}
            >
              {actionText(action)}
            </s-button>
          ))}
        </s-stack>
      </s-stack>
      {chosen !== undefined && (
        <DecisionDialog
          item={item}
          action={chosen}
          names={names}
          decided={decided}
          onClose={() => setChosen(undefined)}
        />
      )}
    </>
  );
}
