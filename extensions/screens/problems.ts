/** What is wrong on this register, in the order in which a cashier should care. */
import { offlineLimits } from '../../shared/rules.ts';
import type { RegisterState } from '../register/status.ts';
import type { Words } from './words.ts';

type Tone = 'critical' | 'warning' | 'info';

/** First the ones that stop work, then the ones to act on soon, then news. */
const PROBLEMS = {
  critical: ['storage-failing', 'storage-full', 'outdated', 'no-permission', 'refused'],
  warning: [
    'storage',
    'unreachable',
    'disconnected',
    'too-old',
    'clock-ran-back',
    'cash',
    'storage-nearly-full',
    'other-shop',
    'damaged',
  ],
  info: ['throttled', 'aging', 'never-synced'],
} as const satisfies Record<Tone, readonly string[]>;

export type ProblemKind = (typeof PROBLEMS)[Tone][number];

/** What ends by itself; everything else stays until a person does something. */
const PASSING: ReadonlySet<ProblemKind> = new Set([
  'unreachable',
  'disconnected',
  'throttled',
  'aging',
  'never-synced',
]);

export interface Problem {
  readonly kind: ProblemKind;
  readonly tone: Tone;
  /** Whether it stays until a person does something about it. */
  readonly act: boolean;
}

/** Everything that is wrong now, most urgent first. */
export function problems(state: RegisterState): readonly Problem[] {
  const found = new Set<ProblemKind>(storageProblems(state));
  // Before storage was read nothing else is known; but that it can't be read must be said.
  if (state.ready)
    for (const kind of [...syncProblems(state), ...ageProblems(state)]) found.add(kind);
  if (state.damaged > 0) found.add('damaged');
  if (state.cash !== undefined) found.add('cash');
  if (state.otherShops > 0) found.add('other-shop');
  const tones = Object.entries(PROBLEMS) as [Tone, readonly ProblemKind[]][];
  return tones.flatMap(([tone, kinds]) =>
    kinds
      .filter((kind) => found.has(kind))
      .map((kind) => ({ kind, tone, act: !PASSING.has(kind) })),
  );
}

/** What to say about it, and what to do next. */
export function problemText(words: Words, { kind }: Problem, state: RegisterState): string {
  if (kind === 'damaged') return words.counted('problem.damaged', state.damaged);
  if (kind === 'other-shop') return words.counted('problem.other-shop', state.otherShops);
  if (kind === 'cash')
    return words.counted('problem.cash', (state.cash?.waiting ?? 0) + (state.cash?.unknown ?? 0));
  if (kind === 'refused') return words.text('problem.refused', { code: state.sync.code ?? '–' });
  return words.text(`problem.${kind}`);
}

function storageProblems({ storage: { health } }: RegisterState): ProblemKind[] {
  return health === 'ok' ? [] : [`storage-${health}`];
}

function syncProblems({ connected, sync }: RegisterState): ProblemKind[] {
  if (!connected) return ['disconnected'];
  return sync.trouble === undefined ? [] : [sync.trouble];
}

function ageProblems({ ageMs, lastSyncAt, policy }: RegisterState): ProblemKind[] {
  if (lastSyncAt === undefined) return ['never-synced'];
  if (ageMs === undefined) return ['clock-ran-back'];
  if (policy === undefined) return [];
  const { tier } = offlineLimits(policy, ageMs);
  if (tier === 'none') return ['too-old'];
  return tier === 'half' ? ['aging'] : [];
}
