/** What is wrong on this register, in the order in which a cashier should care. */
import { offlineLimits } from '../../../../shared/rules.ts';
import type { RegisterState } from '../../../register/status.ts';
import type { Words } from './words.ts';

type Tone = 'critical' | 'warning' | 'info';

/**
 * First the ones that stop work, then the ones to act on soon, then news. `act`: it stays until a
 * person does something.
 */
const PROBLEMS = {
  'storage-failing': { tone: 'critical', act: true },
  'storage-full': { tone: 'critical', act: true },
  outdated: { tone: 'critical', act: true },
  'no-permission': { tone: 'critical', act: true },
  refused: { tone: 'critical', act: true },
  storage: { tone: 'warning', act: true },
  unreachable: { tone: 'warning', act: false },
  disconnected: { tone: 'warning', act: false },
  'too-old': { tone: 'warning', act: true },
  'clock-ran-back': { tone: 'warning', act: true },
  cash: { tone: 'warning', act: true },
  'storage-nearly-full': { tone: 'warning', act: true },
  'other-shop': { tone: 'warning', act: true },
  damaged: { tone: 'warning', act: true },
  throttled: { tone: 'info', act: false },
  aging: { tone: 'info', act: false },
  'never-synced': { tone: 'info', act: false },
} as const satisfies Record<string, { readonly tone: Tone; readonly act: boolean }>;

export type ProblemKind = keyof typeof PROBLEMS;

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
  if (otherShopWaiting(state) > 0) found.add('other-shop');
  const kinds = Object.keys(PROBLEMS) as ProblemKind[];
  return kinds.filter((kind) => found.has(kind)).map((kind) => ({ kind, ...PROBLEMS[kind] }));
}

/** What to say about it, and what to do next. */
export function problemText(words: Words, { kind }: Problem, state: RegisterState): string {
  if (kind === 'damaged') return words.counted('problem.damaged', state.damaged);
  if (kind === 'other-shop') return words.counted('problem.other-shop', otherShopWaiting(state));
  if (kind === 'cash')
    return words.counted('problem.cash', (state.cash?.waiting ?? 0) + (state.cash?.unknown ?? 0));
  if (kind === 'refused') return words.text('problem.refused', { code: state.sync.code ?? '–' });
  return words.text(`problem.${kind}`);
}

export function otherShopWaiting(state: RegisterState): number {
  return state.otherShops.reduce((sum, shop) => sum + shop.waiting, 0);
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
