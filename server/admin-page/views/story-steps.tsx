/** The steps of an operation, one below the other on a line of time. */
import type { ReactNode } from 'react';
import type { Story } from '../../../shared/merchant/log.ts';
import { STATE_TONES, stateOf, useHappenings } from '../happenings.ts';
import { useNames } from '../names.ts';
import { CustomerInAdmin, OrderLink } from '../parts/links.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { LOG_WORDS } from './log-words.ts';
import { readAsked } from './story-asked.ts';
import { useEntryText } from './story-entries.ts';
import { STORY_WORDS } from './story-words.ts';

export function Steps({ story }: { readonly story: Story }) {
  return (
    <ol style={LINE}>
      <AskedStep story={story} />
      <AttemptSteps story={story} />
      <SettledStep story={story} />
      <MovedStep story={story} />
    </ol>
  );
}

const LINE = { listStyle: 'none', margin: 0, padding: 0 } as const;
const STEP = {
  position: 'relative',
  margin: '0 0 0 6px',
  padding: '0 0 20px 20px',
  borderInlineStart: '2px solid color-mix(in srgb, currentColor 25%, transparent)',
} as const;
const DOT = {
  position: 'absolute',
  insetInlineStart: '-7px',
  insetBlockStart: '4px',
  inlineSize: '12px',
  blockSize: '12px',
  borderRadius: '50%',
  background: 'currentColor',
} as const;

function Step(props: {
  readonly heading: string;
  readonly at: number | null;
  readonly children: ReactNode;
}) {
  const format = useFormat();
  const { at } = props;
  const when = at === null ? '' : `${format.moment(at)} (${format.ago(at)})`;
  return (
    <li style={STEP}>
      <span style={DOT} aria-hidden="true" />
      <s-stack gap="small-300">
        <s-stack direction="inline" gap="small" alignItems="center">
          <s-heading>{props.heading}</s-heading>
          <s-text color="subdued">{when}</s-text>
        </s-stack>
        {props.children}
      </s-stack>
    </li>
  );
}

/** Who wanted what, and what the person saw when they decided. */
function AskedStep({ story }: { readonly story: Story }) {
  const said = useWords(STORY_WORDS);
  const log = useWords(LOG_WORDS);
  const format = useFormat();
  const { operation } = story;
  const place = operation.register ?? operation.device;
  const where = [
    place === null ? said.byServer : said.at(place),
    ...(operation.location === null ? [] : [log.locationNumber(String(operation.location))]),
    ...(operation.staff === null ? [] : [log.staffNumber(String(operation.staff))]),
  ].join(', ');
  const { unit, amount, ref } = operation;
  return (
    <Step
      heading={place === null ? said.made : said.asked}
      at={operation.askedAt ?? (place === null ? operation.at : null)}
    >
      {unit !== null && amount !== null && (
        <s-text type="strong">{format.amount(unit, amount)}</s-text>
      )}
      <Owner id={operation.customer} />
      <s-paragraph>{where}</s-paragraph>
      {ref !== null && <s-paragraph>{log.of(ref)}</s-paragraph>}
      <AskedLines story={story} />
    </Step>
  );
}

function AskedLines({ story }: { readonly story: Story }) {
  const said = useWords(STORY_WORDS);
  const { because } = useHappenings();
  const format = useFormat();
  const { shown, operation } = story;
  const asked = readAsked(story.asked);
  const { title, discount, reason, text, by } = asked;
  const off = discount === undefined ? '' : format.amount(discount.currency, discount.amount);
  const age =
    shown === null || shown.ageMs === null
      ? said.sawNoAge
      : said.sawAge(format.duration(shown.ageMs));
  const lines = [
    ...(title === undefined ? [] : [off === '' ? said.said(title) : said.reward(title, off)]),
    ...(shown === null
      ? []
      : [`${said.saw(format.amount(operation.unit ?? 'points', shown.balance))} ${age}`]),
    ...(operation.offline ? [said.offline] : operation.device === null ? [] : [said.online]),
    ...(asked.pin ? [said.pin] : []),
    ...(reason === undefined ? [] : [said.because(because(reason))]),
    ...(text === undefined ? [] : [said.said(text)]),
    ...(by === undefined ? [] : [said.by(by)]),
  ];
  return lines.map((line) => <s-paragraph key={line}>{line}</s-paragraph>);
}

function Owner({ id }: { readonly id: number | null }) {
  const said = useWords(STORY_WORDS);
  const names = useNames([id]);
  if (id === null) return null;
  return (
    <s-paragraph>
      <s-link href={`/app/customers/${id}`}>{names.of(id)}</s-link>
      {' · '}
      <CustomerInAdmin id={id}>{said.customerInShopify}</CustomerInAdmin>
    </s-paragraph>
  );
}

function AttemptSteps({ story }: { readonly story: Story }) {
  const said = useWords(STORY_WORDS);
  const { status: statusOf } = useHappenings();
  return story.attempts.map(({ at, syncId, device, status }, index) => {
    const place = device === story.operation.device ? story.operation.register : device;
    return (
      <Step
        key={`${at}/${syncId}/${status}`}
        heading={index === 0 ? said.arrived : said.again}
        at={at}
      >
        <s-paragraph>{said.answered(statusOf(status))}</s-paragraph>
        <s-text color="subdued">{`${said.sync(syncId)} · ${place ?? device}`}</s-text>
      </Step>
    );
  });
}

/** Flags with a case in the review lead there. */
function SettledStep({ story }: { readonly story: Story }) {
  const said = useWords(STORY_WORDS);
  const happenings = useHappenings();
  const { operation } = story;
  const state = stateOf(operation);
  const isToBeSeen = state !== 'applied' && state !== 'closed';
  return (
    <Step heading={said.settled} at={operation.at}>
      <div>
        <s-badge tone={STATE_TONES[state]}>{happenings.state(state)}</s-badge>
      </div>
      {operation.reason !== null && (
        <s-paragraph>{happenings.reason(operation.reason)}</s-paragraph>
      )}
      {operation.flags.map((flag) => (
        <Flag key={flag} flag={flag} />
      ))}
      {isToBeSeen && (
        <s-link href={`/app/review?kind=${operation.flags[0] ?? state}`}>{said.look}</s-link>
      )}
      {operation.orderId !== null && (
        <s-paragraph>
          <OrderLink id={operation.orderId}>{said.order(String(operation.orderId))}</OrderLink>
        </s-paragraph>
      )}
    </Step>
  );
}

function Flag({ flag }: { readonly flag: string }) {
  const happenings = useHappenings();
  const known = happenings.flagWords(flag);
  return (
    <s-paragraph>
      <s-text type="strong">{happenings.flag(flag)}</s-text>
      {known === undefined ? '' : `. ${known.what}`}
    </s-paragraph>
  );
}

function MovedStep({ story }: { readonly story: Story }) {
  const said = useWords(STORY_WORDS);
  const format = useFormat();
  const textOf = useEntryText();
  const { entries, operation } = story;
  return (
    <Step heading={said.moved} at={operation.at}>
      {entries.length === 0 && <s-paragraph>{said.movedNothing}</s-paragraph>}
      {entries.map((entry, line) => (
        <s-paragraph key={String(line)}>
          {`${textOf(entry)}. ${said.balanceAfter(format.amount(entry.unit, entry.balance))}`}
        </s-paragraph>
      ))}
    </Step>
  );
}
