/** A chart of steps over time: how many operations were waiting, hour by hour. */
import { along, percent, stepPath, type Mark, type Step, type Stretch } from './time-axis.ts';
import { Axis, COLOURS } from './timeline.tsx';

const CHART_PX = 120;

export interface StepChartProps {
  readonly steps: readonly Step[];
  readonly stretch: Stretch;
  readonly marks: readonly Mark[];
  readonly now: number;
  /** The highest count; the axis ends there. */
  readonly top: number;
  /** What the picture shows, in a sentence. */
  readonly label: string;
}

export function StepChart(props: StepChartProps) {
  const { steps, stretch, marks, now, top, label } = props;
  const line = stepPath(steps, { stretch, until: now, top });
  const end = along(stretch, Math.min(now, stretch.to)) * 1_000;
  return (
    <div>
      <svg role="img" aria-label={label} width="100%" height={CHART_PX} style={CHART}>
        {[top, top / 2, 0].map((count) => (
          <Gridline key={count} count={count} top={top} />
        ))}
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" width="100%" height="100%">
          <path d={`${line} L ${end} 100 L 0 100 Z`} fillOpacity={0.15} style={AREA} />
          <path d={line} vectorEffect="non-scaling-stroke" strokeWidth={2} style={LINE} />
        </svg>
        {now > stretch.from && now < stretch.to && (
          <line
            x1={percent(stretch, now)}
            x2={percent(stretch, now)}
            y1={0}
            y2={CHART_PX}
            strokeDasharray="2 3"
            style={{ stroke: 'currentColor' }}
          />
        )}
      </svg>
      <Axis stretch={stretch} marks={marks} />
    </div>
  );
}

const CHART = { display: 'block', overflow: 'visible' } as const;
const AREA = { fill: COLOURS['cut-off'] } as const;
const LINE = { fill: 'none', stroke: COLOURS['cut-off'] } as const;

function Gridline({ count, top }: { count: number; top: number }) {
  const y = CHART_PX - (count / Math.max(1, top)) * CHART_PX;
  return (
    <>
      <line x1="0" x2="100%" y1={y} y2={y} style={{ stroke: COLOURS.line }} />
      {Number.isInteger(count) && (
        <text x="100%" y={y - 3} fontSize={12} textAnchor="end" style={{ fill: COLOURS.words }}>
          {count}
        </text>
      )}
    </>
  );
}
