/** Connected and cut-off spans with their taps, and how many operations were waiting, over time. */
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { timelineSchema, type Timeline } from '../../../shared/merchant/overview.ts';
import { useAnswer } from '../answer.ts';
import { useDeps } from '../deps.ts';
import { StepChart } from '../parts/chart.tsx';
import { Shown } from '../parts/states.tsx';
import {
  countAt,
  highest,
  marksOf,
  stretchOf,
  type Stretch,
  type Zoom,
} from '../parts/time-axis.ts';
import { Axis, LanePicture, LaneStyles, TapDot, type Lane, type Tap } from '../parts/timeline.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { SpanSwatch, TapTable, WaitingTable } from './overview-tables.tsx';
import { TIMELINE_WORDS, useTapText } from './timeline-words.ts';

export function TimelineSection() {
  const said = useWords(TIMELINE_WORDS);
  const { now } = useDeps();
  const format = useFormat();
  const [zoom, setZoom] = useState<Zoom>('day');
  const [back, setBack] = useState(0);
  const stretch = stretchOf(zoom, { at: now(), back, format });
  const timeline = useAnswer('/timeline', timelineSchema, { query: { ...stretch } });
  const choose = (next: Zoom) => {
    setZoom(next);
    setBack(0);
  };
  const title =
    zoom === 'day'
      ? format.day(stretch.from)
      : said.week(format.day(stretch.from), format.day(stretch.to - 1));
  return (
    <s-section heading={said.heading}>
      <s-stack gap="base">
        <s-stack direction="inline" gap="small" alignItems="center">
          {(['day', 'week'] as const).map((one) => (
            <s-press-button key={one} pressed={zoom === one} onClick={() => choose(one)}>
              {said.zooms[one]}
            </s-press-button>
          ))}
          <s-button
            icon="chevron-left"
            accessibilityLabel={said.earlier[zoom]}
            onClick={() => setBack(back + 1)}
          />
          <s-text type="strong">{title}</s-text>
          <s-button
            icon="chevron-right"
            accessibilityLabel={said.later[zoom]}
            disabled={back === 0}
            onClick={() => setBack(Math.max(0, back - 1))}
          />
        </s-stack>
        <Shown of={timeline}>
          {(answer) => <Pictures timeline={answer} zoom={zoom} stretch={stretch} />}
        </Shown>
      </s-stack>
    </s-section>
  );
}

interface PicturesProps {
  readonly timeline: Timeline;
  readonly zoom: Zoom;
  readonly stretch: Stretch;
}

function Pictures({ timeline, zoom, stretch }: PicturesProps) {
  const said = useWords(TIMELINE_WORDS);
  const format = useFormat();
  const [isTable, setTable] = useState(false);
  const marks = marksOf(zoom, stretch, format);
  const isEmpty = !timeline.registers.some(isUsed);
  return (
    <s-stack gap="base">
      {isEmpty && <s-paragraph color="subdued">{said.quiet}</s-paragraph>}
      {timeline.isCut && <s-paragraph>{said.cut}</s-paragraph>}
      <s-stack direction="inline">
        <s-button onClick={() => setTable(!isTable)}>
          {isTable ? said.asPicture : said.asTable}
        </s-button>
      </s-stack>
      {isTable ? (
        <>
          <TapTable timeline={timeline} />
          <WaitingTable timeline={timeline} marks={marks} />
        </>
      ) : (
        <>
          <Lanes timeline={timeline} stretch={stretch} marks={marks} />
          <Waiting timeline={timeline} stretch={stretch} marks={marks} />
        </>
      )}
    </s-stack>
  );
}

const isUsed = ({ taps, spans }: Lane): boolean =>
  taps.length > 0 || spans.some(({ state }) => state !== 'away');
const nameOf = ({ name, device }: Lane): string => (name === '' ? device : name);

interface PictureProps {
  readonly timeline: Timeline;
  readonly stretch: Stretch;
  readonly marks: ReturnType<typeof marksOf>;
}

function Lanes({ timeline, stretch, marks }: PictureProps) {
  const said = useWords(TIMELINE_WORDS);
  const { now } = useDeps();
  const navigate = useNavigate();
  const tapText = useTapText();
  const [shown, setShown] = useState<Tap | undefined>();
  const used = timeline.registers.filter(isUsed);
  const unused = timeline.registers.filter((lane) => !isUsed(lane)).map(nameOf);
  return (
    <div>
      <LaneStyles />
      {used.map((lane) => (
        <div key={lane.device} style={{ marginBlockEnd: '8px' }}>
          <s-text type="strong">{nameOf(lane)}</s-text>
          <LanePicture
            lane={lane}
            stretch={stretch}
            now={now()}
            label={said.lane(lane.name, lane.taps.length)}
            tapText={tapText}
            onShow={setShown}
            onOpen={({ id }) => void navigate(`/log/operations/${encodeURIComponent(id)}`)}
          />
        </div>
      ))}
      <Axis stretch={stretch} marks={marks} />
      {unused.length > 0 && <s-text color="subdued">{said.unused(unused.join(', '))}</s-text>}
      <s-paragraph>{shown === undefined ? said.pointAt : tapText(shown)}</s-paragraph>
      <Legend />
    </div>
  );
}

function Legend() {
  const said = useWords(TIMELINE_WORDS);
  const dots = [
    { text: said.redemption, tap: { kind: 'intent', isFlagged: false, offline: false } },
    { text: said.earning, tap: { kind: 'earn', isFlagged: false, offline: false } },
    { text: said.other, tap: { kind: 'note', isFlagged: false, offline: false } },
    { text: said.hollow, tap: { kind: 'intent', isFlagged: false, offline: true } },
    { text: said.flagged, tap: { kind: 'intent', isFlagged: true, offline: false } },
  ];
  return (
    <div style={LEGEND}>
      {(['connected', 'cut-off', 'away'] as const).map((state) => (
        <SpanSwatch key={state} state={state} text={said.states[state]} />
      ))}
      {dots.map(({ text, tap }) => (
        <span key={text} style={ENTRY}>
          <svg width="24" height="24" viewBox="-12 -12 24 24" aria-hidden="true">
            <TapDot tap={tap} />
          </svg>
          <s-text color="subdued">{text}</s-text>
        </span>
      ))}
    </div>
  );
}

const LEGEND = { display: 'flex', flexWrap: 'wrap', gap: '4px 16px', marginBlockStart: 8 } as const;
const ENTRY = { display: 'inline-flex', alignItems: 'center', gap: '6px' } as const;

function Waiting({ timeline, stretch, marks }: PictureProps) {
  const said = useWords(TIMELINE_WORDS);
  const { now } = useDeps();
  const format = useFormat();
  const { waiting } = timeline;
  const most = highest(waiting, stretch);
  const atEnd = Math.min(now(), stretch.to);
  const label =
    most.count === 0
      ? said.noneWaited
      : said.mostWaited(
          format.count(most.count),
          format.moment(most.at),
          format.count(countAt(waiting, atEnd)),
        );
  return (
    <s-stack gap="small">
      <s-heading>{said.waitingHeading}</s-heading>
      <s-paragraph>{label}</s-paragraph>
      {most.count > 0 && (
        <StepChart
          steps={waiting}
          stretch={stretch}
          marks={marks}
          now={now()}
          top={Math.max(2, most.count)}
          label={label}
        />
      )}
    </s-stack>
  );
}
