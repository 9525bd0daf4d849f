/** The redemption that an operation belongs to: how it stands, and all that was asked about it. */
import type { LogOperation, Story } from '../../../shared/merchant/log.ts';
import { useHappenings } from '../happenings.ts';
import { useMoments } from '../parts/moments.ts';
import { OrderLink } from '../parts/links.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { storyPath } from './log-table.tsx';
import { STORY_WORDS } from './story-words.ts';

type Redemption = NonNullable<Story['redemption']>;

export function RedemptionPart(props: {
  readonly redemption: Redemption;
  readonly related: readonly LogOperation[];
  readonly thisOne: number;
}) {
  const said = useWords(STORY_WORDS);
  const happenings = useHappenings();
  const { moment } = useFormat();
  const { redemption } = props;
  return (
    <s-section heading={said.redemption(redemption.ref)}>
      <s-stack gap="base">
        <s-stack gap="small-300">
          {redemption.title !== null && <s-text type="strong">{redemption.title}</s-text>}
          <s-paragraph>{happenings.redemption(redemption.state)}.</s-paragraph>
          {redemption.missingSince !== null && (
            <s-paragraph>{said.missingSince(moment(redemption.missingSince))}</s-paragraph>
          )}
          {redemption.releaseAt !== null && (
            <s-paragraph>{said.releaseAt(moment(redemption.releaseAt))}</s-paragraph>
          )}
          {redemption.flags.map((flag) => (
            <s-paragraph key={flag}>{happenings.flag(flag)}.</s-paragraph>
          ))}
          {redemption.orderIds.map((id) => (
            <OrderLink key={id} id={id}>
              {said.order(String(id))}
            </OrderLink>
          ))}
        </s-stack>
        <Amounts of={redemption} />
        <Related related={props.related} thisOne={props.thisOne} />
      </s-stack>
    </s-section>
  );
}

function Amounts({ of }: { readonly of: Redemption }) {
  const said = useWords(STORY_WORDS);
  const { amount } = useFormat();
  const unit = of.unit ?? 'points';
  return (
    <dl style={AMOUNTS}>
      {(['held', 'captured', 'givenBack'] as const).map((name) => (
        <div key={name}>
          <dt>
            <s-text color="subdued">{said[name]}</s-text>
          </dt>
          <dd style={FIGURE}>{amount(unit, of[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

const AMOUNTS = { display: 'flex', flexWrap: 'wrap', gap: '24px', margin: 0 } as const;
const FIGURE = { margin: 0, fontWeight: 600 } as const;

function Related(props: { readonly related: readonly LogOperation[]; readonly thisOne: number }) {
  const said = useWords(STORY_WORDS);
  const { kind } = useHappenings();
  const { amount } = useFormat();
  const momentsOf = useMoments();
  return (
    <s-stack gap="small-300">
      <s-heading>{said.related}</s-heading>
      <s-ordered-list>
        {props.related.map((one) => (
          <s-list-item key={one.seq}>
            {one.seq === props.thisOne ? (
              <s-text type="strong">{`${kind(one.kind)} (${said.thisOne})`}</s-text>
            ) : (
              <s-link href={storyPath(one.id)}>{kind(one.kind)}</s-link>
            )}
            {one.unit !== null && one.amount !== null && ` · ${amount(one.unit, one.amount)}`}
            {` · ${momentsOf(one).when}`}
          </s-list-item>
        ))}
      </s-ordered-list>
    </s-stack>
  );
}
