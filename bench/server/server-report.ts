/** What the server's measurements say, beside what they are held to. */
import type { Report, Target } from '../report.ts';
import type { Load, LoadBy } from './load.ts';

export interface Measured extends LoadBy, Load {
  readonly engine: string;
  readonly door: 'ledger' | 'HTTP' | 'bare Express';
  /** The same rows alone, in the same transactions; operations per second. */
  readonly rawPerSecond: number | undefined;
  readonly commits: number | undefined;
}

export function serverReport(rows: readonly Measured[], flights: number): Report {
  return {
    tables: [
      {
        title: 'Operations per second, one shop',
        columns: [
          'engine',
          'through',
          'registers',
          'operations a push',
          'operations/s',
          'the same rows alone',
          'ratio',
          'commits',
          'push p50 ms',
          'push p99 ms',
        ],
        rows: rows.map((row) => [
          row.engine,
          row.door,
          row.clients,
          row.batch,
          row.perSecond,
          row.rawPerSecond,
          row.rawPerSecond === undefined ? undefined : row.perSecond / row.rawPerSecond,
          row.commits,
          row.p50,
          row.p99,
        ]),
      },
    ],
    targets: targetsOf(rows, flights),
    notes: [
      '“The same rows alone” writes what the ledger wrote, in the same database transactions, ' +
        'without reading or deciding anything, into a database that began the same.',
      'Whoever asks runs in the same process, on the same two processors.',
    ],
    charts: ['SQLite (FULL)', 'PostgreSQL (fsync)'].map((engine) => ({
      name: engine.startsWith('SQLite') ? 'server-sqlite' : 'server-postgres',
      title: `Operations per second on ${engine}`,
      unit: 'operations per second; pale: the same rows alone',
      bars: rows
        .filter((row) => row.engine === engine && row.door === 'ledger')
        .flatMap(({ clients, batch, perSecond, rawPerSecond }) => [
          { label: `${clients} × ${batch}`, value: perSecond, own: true },
          { label: `${clients} × ${batch}, rows alone`, value: rawPerSecond ?? 0, own: false },
        ]),
    })),
  };
}

function targetsOf(rows: readonly Measured[], flights: number): Target[] {
  const rate = (engine: string, door: Measured['door'], clients: number, batch: number) =>
    rows.find(
      (row) =>
        row.engine.startsWith(engine) &&
        row.door === door &&
        row.clients === clients &&
        row.batch === batch,
    );
  const ratio = (a: Measured | undefined, b: Measured | undefined): number =>
    (a?.perSecond ?? Number.NaN) / (b?.perSecond ?? Number.NaN);
  const ofRaw = (row: Measured | undefined): number =>
    (row?.perSecond ?? Number.NaN) / (row?.rawPerSecond ?? Number.NaN);
  return [
    {
      says: 'SQLite, batch 100: of the same rows alone',
      measured: ofRaw(rate('SQLite', 'ledger', 1, 100)),
      bound: { atLeast: 0.8 },
    },
    {
      says: 'PostgreSQL, 16 registers × 100: of the same rows alone',
      measured: ofRaw(rate('PostgreSQL', 'ledger', 16, 100)),
      bound: { atLeast: 0.2 },
    },
    { says: 'PostgreSQL: flights of a push of 100', measured: flights, bound: { atMost: 2 } },
    {
      says: 'SQLite, batch 100: over HTTP, of the ledger alone',
      measured: ratio(rate('SQLite', 'HTTP', 1, 100), rate('SQLite', 'ledger', 1, 100)),
      bound: { atLeast: 0.6 },
    },
    {
      says: 'SQLite, 64 registers with one operation each, over HTTP: of bare Express',
      measured: ratio(rate('SQLite', 'HTTP', 64, 1), rate('none', 'bare Express', 64, 1)),
      bound: { atLeast: 0.15 },
    },
    {
      says: 'SQLite, one operation each: 64 registers, times one register',
      measured: ratio(rate('SQLite', 'ledger', 64, 1), rate('SQLite', 'ledger', 1, 1)),
      bound: { atLeast: 5 },
    },
    {
      says: 'PostgreSQL, one operation each: 64 registers, times one register',
      measured: ratio(rate('PostgreSQL', 'ledger', 64, 1), rate('PostgreSQL', 'ledger', 1, 1)),
      bound: { atLeast: 5 },
    },
  ];
}
