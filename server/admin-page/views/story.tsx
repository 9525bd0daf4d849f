/** The view of one operation: asked, sent, settled, and what it moved, from top to bottom. */
import { useParams } from 'react-router';
import { storySchema, type Story } from '../../../shared/merchant/log.ts';
import { useAnswer } from '../answer.ts';
import { Refused } from '../asking.ts';
import { useHappenings } from '../happenings.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { useWords } from '../words.ts';
import { rawText } from './story-asked.ts';
import { RedemptionPart } from './story-redemption.tsx';
import { Steps } from './story-steps.tsx';
import { STORY_WORDS } from './story-words.ts';

export function StoryView() {
  const said = useWords(STORY_WORDS);
  const { kind } = useHappenings();
  const { id = '' } = useParams();
  const story = useAnswer(`/operations/${encodeURIComponent(id)}`, storySchema);
  const { failure, answer } = story;
  const isUnknown = failure instanceof Refused && failure.code === 'not-found';
  return (
    <s-page heading={answer === undefined ? said.heading : kind(answer.operation.kind)}>
      <s-link slot="breadcrumb-actions" href="/app/log">
        {said.back}
      </s-link>
      {isUnknown && answer === undefined ? (
        <s-section accessibilityLabel={said.unknown}>
          <Empty heading={said.unknown} text={said.unknownText}>
            <s-button href="/app/log">{said.back}</s-button>
          </Empty>
        </s-section>
      ) : (
        <Shown of={story}>{(shown) => <Told story={shown} />}</Shown>
      )}
    </s-page>
  );
}

function Told({ story }: { readonly story: Story }) {
  const said = useWords(STORY_WORDS);
  const { kind } = useHappenings();
  return (
    <>
      <s-section accessibilityLabel={kind(story.operation.kind)}>
        <Steps story={story} />
      </s-section>
      {story.redemption !== null && (
        <RedemptionPart
          redemption={story.redemption}
          related={story.related}
          thisOne={story.operation.seq}
        />
      )}
      <s-section accessibilityLabel={said.raw}>
        <details>
          <summary style={SUMMARY}>{said.raw}</summary>
          <pre style={RAW}>{rawText(story.asked)}</pre>
        </details>
      </s-section>
    </>
  );
}

const SUMMARY = { cursor: 'pointer' } as const;
const RAW = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: '12px' } as const;
