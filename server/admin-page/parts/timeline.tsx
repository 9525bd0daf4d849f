/**
 * The picture of one register's time: when it was connected, cut off or away, and what was tapped
 * on it, each tap joined to its arrival. Taps are links, one tab stop a register; arrow keys walk
 * along them.
 */
import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import type { Timeline } from '../../../shared/merchant/overview.ts';
import { percent, type Mark, type Stretch } from './time-axis.ts';

export type Lane = Timeline['registers'][number];
export type Tap = Lane['taps'][number];
export type SpanState = Lane['spans'][number]['state'];

/** Each state has a shape of its own beside its colour. */
export const COLOURS = {
  connected: 'light-dark(#0b7a4b, #58d39b)',
  'cut-off': 'light-dark(#9a5b00, #ffb84d)',
  away: 'light-dark(#8a8a8a, #7d7d7d)',
  flag: 'light-dark(#b3261e, #ff8a80)',
  line: 'light-dark(#d3d3d3, #4a4a4a)',
  words: 'light-dark(#5c5c5c, #b5b5b5)',
} as const;

const LANE_PX = 58;
const TAPS_Y = 12;
const BAND_Y = 26;
const BAND_PX = 12;
const ARRIVALS_Y = 48;
const HATCHING = 'tideover-cut-off';

const FOCUS = `.tideover-tap:focus{outline:none}
.tideover-tap:focus-visible .tideover-dot,
.tideover-tap:hover .tideover-dot{stroke:currentColor;stroke-width:3}`;

/** Drawn once above the lanes: the hatching of a cut-off span, and how a tap looks in focus. */
export function LaneStyles() {
  return (
    <>
      <style>{FOCUS}</style>
      <svg width="0" height="0" aria-hidden="true" style={{ position: 'absolute' }}>
        <defs>
          <pattern
            id={HATCHING}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="3" height="6" style={{ fill: COLOURS['cut-off'] }} />
          </pattern>
        </defs>
      </svg>
    </>
  );
}

export interface LanePictureProps {
  readonly lane: Lane;
  readonly stretch: Stretch;
  readonly now: number;
  readonly label: string;
  readonly tapText: (tap: Tap) => string;
  readonly onShow: (tap: Tap) => void;
  readonly onOpen: (tap: Tap) => void;
}

export function LanePicture(props: LanePictureProps) {
  const { lane, stretch, now, label } = props;
  return (
    <svg
      role="group"
      aria-label={label}
      width="100%"
      height={LANE_PX}
      style={{ display: 'block', overflow: 'visible' }}
    >
      {lane.spans.map((span) => (
        <Span key={`${span.from}/${span.state}`} span={span} stretch={stretch} />
      ))}
      {now > stretch.from && now < stretch.to && (
        <line
          x1={percent(stretch, now)}
          x2={percent(stretch, now)}
          y1={0}
          y2={LANE_PX}
          strokeDasharray="2 3"
          style={{ stroke: 'currentColor' }}
        />
      )}
      <Taps {...props} />
    </svg>
  );
}

function Span({ span, stretch }: { span: Lane['spans'][number]; stretch: Stretch }) {
  const { state, from, to } = span;
  const x1 = percent(stretch, from);
  const x2 = percent(stretch, to);
  if (state === 'away') {
    const y = BAND_Y + BAND_PX / 2;
    const style = { stroke: COLOURS.away };
    return <line x1={x1} x2={x2} y1={y} y2={y} strokeDasharray="1 4" style={style} />;
  }
  const width = `${Math.max(0.2, Number.parseFloat(x2) - Number.parseFloat(x1))}%`;
  const place = { x: x1, y: BAND_Y, width, height: BAND_PX };
  const style: CSSProperties =
    state === 'connected'
      ? { fill: COLOURS.connected }
      : { fill: `url(#${HATCHING})`, stroke: COLOURS['cut-off'] };
  return <rect {...place} rx={2} style={style} />;
}

function Taps({ lane, stretch, tapText, onShow, onOpen }: LanePictureProps) {
  const [stop, setStop] = useState(0);
  const links = useRef<({ focus(): void } | null)[]>([]);
  const { taps } = lane;
  const current = Math.min(stop, Math.max(0, taps.length - 1));

  const walk = (event: KeyboardEvent) => {
    const to = stepOf(event.key, { at: current, last: taps.length - 1 });
    if (to === undefined) return;
    event.preventDefault();
    setStop(to);
    links.current[to]?.focus();
  };
  return (
    <g onKeyDown={walk}>
      {taps.map((tap, at) => (
        <a
          key={tap.id}
          className="tideover-tap"
          href={`/app/log/operations/${encodeURIComponent(tap.id)}`}
          aria-label={tapText(tap)}
          tabIndex={at === current ? 0 : -1}
          ref={(link) => {
            links.current[at] = link;
          }}
          onFocus={() => {
            setStop(at);
            onShow(tap);
          }}
          onMouseEnter={() => onShow(tap)}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(tap);
          }}
        >
          <TapDrawing tap={tap} stretch={stretch} />
        </a>
      ))}
    </g>
  );
}

/** Where an arrow key leads to; `undefined` for other keys. */
function stepOf(key: string, { at, last }: { at: number; last: number }): number | undefined {
  if (key === 'ArrowRight') return Math.min(last, at + 1);
  if (key === 'ArrowLeft') return Math.max(0, at - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? last : undefined;
}

function TapDrawing({ tap, stretch }: { tap: Tap; stretch: Stretch }) {
  const asked = percent(stretch, tap.askedAt);
  const arrived = percent(stretch, tap.arrivedAt);
  const isInside = tap.arrivedAt < stretch.to;
  const style = { stroke: tap.isFlagged ? COLOURS.flag : 'currentColor' };
  return (
    <>
      <line x1={asked} y1={TAPS_Y} x2={arrived} y2={ARRIVALS_Y} strokeOpacity={0.6} style={style} />
      {isInside && (
        <svg x={arrived} y={ARRIVALS_Y} overflow="visible">
          <path d="M -4 -4 L 4 -4 L 0 4 Z" style={{ fill: 'currentColor' }} />
        </svg>
      )}
      <svg x={asked} y={TAPS_Y} overflow="visible">
        <TapDot tap={tap} />
      </svg>
    </>
  );
}

/** A circle for a redemption, a diamond for what was earned, a square for the rest. */
export function TapDot({ tap }: { readonly tap: Pick<Tap, 'kind' | 'isFlagged' | 'offline'> }) {
  const style: CSSProperties = {
    fill: tap.offline ? 'Canvas' : 'currentColor',
    stroke: tap.isFlagged ? COLOURS.flag : 'currentColor',
    strokeWidth: 2,
  };
  return (
    <>
      {/* Large enough for a finger. */}
      <circle r={11} fillOpacity={0} />
      {tap.isFlagged && <circle r={10} fill="none" style={{ stroke: COLOURS.flag }} />}
      {shapeOf(tap.kind, style)}
    </>
  );
}

function shapeOf(kind: string, style: CSSProperties) {
  const common = { className: 'tideover-dot', style };
  if (kind === 'intent') return <circle {...common} r={5} />;
  if (kind === 'earn') return <path {...common} d="M 0 -6 L 6 0 L 0 6 L -6 0 Z" />;
  return <rect {...common} x={-4} y={-4} width={8} height={8} />;
}

/** The marks below a picture. */
export function Axis({ stretch, marks }: { stretch: Stretch; marks: readonly Mark[] }) {
  return (
    <svg width="100%" height={22} aria-hidden="true" style={{ display: 'block' }}>
      {marks.map(({ at, text }) => (
        <g key={at}>
          <line
            x1={percent(stretch, at)}
            x2={percent(stretch, at)}
            y1={0}
            y2={6}
            style={{ stroke: COLOURS.words }}
          />
          <svg x={percent(stretch, at)} overflow="visible">
            <text x={3} y={16} fontSize={12} style={{ fill: COLOURS.words }}>
              {text}
            </text>
          </svg>
        </g>
      ))}
    </svg>
  );
}
