/**
 * Figures of this process in the text format of Prometheus. No figure names a shop, a customer or
 * a register: labels come from short lists, so that the number of series is bounded.
 */

interface Described {
  readonly help: string;
  readonly labels: readonly string[];
}

export const COUNTERS = {
  tideover_http_requests_total: {
    help: 'Requests answered, by route.',
    labels: ['method', 'route', 'status'],
  },
  tideover_operations_total: {
    help: 'Operations that arrived, by how they were settled; "duplicate" had been settled before.',
    labels: ['kind', 'status'],
  },
  tideover_conflicts_total: {
    help: 'Conflicts that a person should look at.',
    labels: ['kind'],
  },
  tideover_database_failures_total: {
    help: 'Database transactions that failed.',
    labels: ['verb'],
  },
  tideover_errors_total: {
    help: 'Log lines of level error.',
    labels: ['event'],
  },
} as const satisfies Record<string, Described>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

export const HISTOGRAMS = {
  tideover_http_request_seconds: {
    help: 'Time from a request’s arrival to the end of its answer.',
    labels: ['route'],
    buckets: SECONDS,
  },
  tideover_database_seconds: {
    help: 'Time of a database transaction, with the wait for its turn.',
    labels: ['verb'],
    buckets: SECONDS,
  },
  tideover_group_requests: {
    help: 'Pushes that one database transaction settled together.',
    labels: [],
    buckets: COUNTS,
  },
  tideover_group_operations: {
    help: 'Operations that one database transaction settled.',
    labels: [],
    buckets: COUNTS,
  },
} as const satisfies Record<string, Described & { readonly buckets: readonly number[] }>;

export type CounterName = keyof typeof COUNTERS;
export type HistogramName = keyof typeof HISTOGRAMS;
export type Labels = Readonly<Record<string, string>>;

/** A figure that is looked up when somebody asks; `undefined` when it can't be had now. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  read(): number | undefined | Promise<number | undefined>;
}

export interface Metrics {
  count(name: CounterName, labels: Labels, by?: number): void;
  observe(name: HistogramName, value: number, labels?: Labels): void;
  /** All figures, with those of `gauges` looked up now. */
  text(gauges?: readonly Gauge[]): Promise<string>;
}

/** Far above what the lists of labels can make; whatever comes on top is counted together. */
export const SERIES_MAX = 400;
const REST = 'other';

interface Histogram {
  /** How many values were at most as large as each bucket. */
  readonly upTo: number[];
  sum: number;
  count: number;
}

export function createMetrics(): Metrics {
  const counters = new Map<CounterName, Map<string, number>>();
  const histograms = new Map<HistogramName, Map<string, Histogram>>();

  return {
    count(name, labels, by = 1) {
      const series = seriesOf(counters, name);
      const key = keyOf(COUNTERS[name].labels, labels, series);
      series.set(key, (series.get(key) ?? 0) + by);
    },
    observe(name, value, labels = {}) {
      const { buckets, labels: names } = HISTOGRAMS[name];
      const series = seriesOf(histograms, name);
      const key = keyOf(names, labels, series);
      const known = series.get(key) ?? { upTo: buckets.map(() => 0), sum: 0, count: 0 };
      series.set(key, known);
      buckets.forEach((most, place) => {
        if (value <= most) known.upTo[place] = (known.upTo[place] ?? 0) + 1;
      });
      known.sum += value;
      known.count += 1;
    },
    async text(gauges = []) {
      const lines: string[] = [];
      for (const [name, { help }] of entries(COUNTERS)) {
        lines.push(...heading(name, help, 'counter'));
        for (const [key, value] of counters.get(name) ?? []) lines.push(`${name}${key} ${value}`);
      }
      for (const [name, { help, buckets }] of entries(HISTOGRAMS)) {
        lines.push(...heading(name, help, 'histogram'));
        for (const [key, one] of histograms.get(name) ?? []) {
          lines.push(...histogramLines(name, key, one, buckets));
        }
      }
      for (const gauge of gauges) lines.push(...(await gaugeLines(gauge)));
      return `${lines.join('\n')}\n`;
    },
  };
}

function entries<Name extends string, T>(table: Readonly<Record<Name, T>>): [Name, T][] {
  return Object.entries(table) as [Name, T][];
}

function seriesOf<Name, T>(all: Map<Name, Map<string, T>>, name: Name): Map<string, T> {
  const known = all.get(name) ?? new Map<string, T>();
  all.set(name, known);
  return known;
}

/** The labels as they are written; those of the rest when there are too many series already. */
function keyOf(
  names: readonly string[],
  labels: Labels,
  known: ReadonlyMap<string, unknown>,
): string {
  const key = written(names.map((name) => [name, labels[name] ?? '']));
  if (known.has(key) || known.size < SERIES_MAX) return key;
  return written(names.map((name) => [name, REST]));
}

function written(labels: readonly (readonly [string, string])[]): string {
  if (labels.length === 0) return '';
  const escaped = (value: string) =>
    value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  return `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
}

function heading(name: string, help: string, type: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function histogramLines(
  name: string,
  key: string,
  one: Histogram,
  buckets: readonly number[],
): readonly string[] {
  const inside = key.slice(1, -1);
  const withBound = (bound: string) => `{${inside === '' ? '' : `${inside},`}le="${bound}"}`;
  return [
    ...buckets.map((most, i) => `${name}_bucket${withBound(String(most))} ${one.upTo[i] ?? 0}`),
    `${name}_bucket${withBound('+Inf')} ${one.count}`,
    `${name}_sum${key} ${one.sum}`,
    `${name}_count${key} ${one.count}`,
  ];
}

async function gaugeLines({ name, help, read }: Gauge): Promise<readonly string[]> {
  const value = await read();
  return value === undefined ? [] : [...heading(name, help, 'gauge'), `${name} ${value}`];
}
