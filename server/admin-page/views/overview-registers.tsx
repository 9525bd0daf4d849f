/** Each register's state at a glance: what waits on it, what it holds, how it stands. */
import { Fragment } from 'react';
import type { Overview, RegisterState } from '../../../shared/merchant/overview.ts';
import { STORAGE_KEYS_MAX } from '../../../shared/ports.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';

const WORDS = words({
  en: {
    heading: 'Registers',
    states: {
      'in-touch': 'In touch',
      waiting: 'Waiting',
      silent: 'Silent',
      resting: 'Not in use',
    },
    seen: 'Last seen',
    waiting: 'Waiting',
    nothing: 'Nothing',
    operations: (count: string, isOne: boolean) => `${count} ${isOne ? 'operation' : 'operations'}`,
    oldest: (duration: string) => `the oldest for ${duration}`,
    balances: 'Balances it shows',
    asOf: (duration: string) => `${duration} old`,
    fresh: 'Of this minute',
    behind: (count: string, isOne: boolean) =>
      `${count} ${isOne ? 'change has' : 'changes have'} happened since`,
    clock: 'Clock',
    fast: (duration: string) => `${duration} fast`,
    slow: (duration: string) => `${duration} slow`,
    storage: 'Storage',
    used: (keys: string, max: string, size: string) => `${keys} of ${max} records, ${size}`,
    nearlyFull: 'nearly full: bring it to a network',
    settings: 'Settings',
    present: 'The present ones',
    older: (what: string) => `An older ${what}; the new one comes with its next call`,
    unknown: 'None yet',
    program: (held: string) => `program (${held})`,
    policy: (held: string) => `offline policy (${held})`,
    and: ' and ',
    version: 'Version',
    location: (number: string) => `Location ${number}`,
    log: 'Show its operations',
    kilobytes: (value: string) => `${value} KB`,
  },
  fr: {
    heading: 'Caisses',
    states: {
      'in-touch': 'En contact',
      waiting: 'En attente',
      silent: 'Silencieuse',
      resting: 'Pas en service',
    },
    seen: 'Vue',
    waiting: 'En attente',
    nothing: 'Rien',
    operations: (count: string, isOne: boolean) => `${count} ${isOne ? 'opération' : 'opérations'}`,
    oldest: (duration: string) => `la plus ancienne depuis ${duration}`,
    balances: 'Soldes affichés',
    asOf: (duration: string) => `Vieux de ${duration}`,
    fresh: 'De cette minute',
    behind: (count: string, isOne: boolean) =>
      `${count} ${isOne ? 'changement a eu lieu' : 'changements ont eu lieu'} depuis`,
    clock: 'Horloge',
    fast: (duration: string) => `en avance de ${duration}`,
    slow: (duration: string) => `en retard de ${duration}`,
    storage: 'Mémoire',
    used: (keys: string, max: string, size: string) =>
      `${keys} enregistrements sur ${max}, ${size}`,
    nearlyFull: 'presque pleine : connectez-la à un réseau',
    settings: 'Réglages',
    present: 'Les réglages actuels',
    older: (what: string) => `Ancienne version : ${what} ; la nouvelle vient au prochain appel`,
    unknown: 'Aucun encore',
    program: (held: string) => `programme (${held})`,
    policy: (held: string) => `règles hors ligne (${held})`,
    and: ' et ',
    version: 'Version',
    location: (number: string) => `Emplacement ${number}`,
    log: 'Voir ses opérations',
    kilobytes: (value: string) => `${value} Ko`,
  },
});

const MINUTE_MS = 60_000;
/** A register calls every few minutes while somebody works at it. */
const IN_TOUCH_MS = 10 * MINUTE_MS;
const NEARLY_FULL = 0.8;

export type AtAGlance = 'in-touch' | 'waiting' | 'silent' | 'resting';

/** What waits matters more than when it was heard of. */
export function glance(
  { isSilent, pendingCount, lastSeenAt }: RegisterState,
  now: number,
): AtAGlance {
  if (isSilent) return 'silent';
  if (pendingCount > 0) return 'waiting';
  return now - lastSeenAt <= IN_TOUCH_MS ? 'in-touch' : 'resting';
}

const TONES = {
  'in-touch': 'success',
  waiting: 'caution',
  silent: 'critical',
  resting: 'neutral',
} as const;
const ICONS = {
  'in-touch': 'check-circle',
  waiting: 'clock',
  silent: 'alert-triangle',
  resting: 'minus',
} as const;
const ORDER: readonly AtAGlance[] = ['silent', 'waiting', 'in-touch', 'resting'];

export function Registers({ overview }: { readonly overview: Overview }) {
  const said = useWords(WORDS);
  const { now } = overview;
  const rank = (register: RegisterState) => ORDER.indexOf(glance(register, now));
  const sorted = overview.registers.toSorted(
    (a, b) => rank(a) - rank(b) || b.lastSeenAt - a.lastSeenAt,
  );
  return (
    <s-section heading={said.heading}>
      <div style={GRID}>
        {sorted.map((register) => (
          <Card key={register.device} register={register} overview={overview} />
        ))}
      </div>
    </s-section>
  );
}

const GRID = {
  display: 'grid',
  gap: '12px',
  gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 290px), 1fr))',
} as const;

interface CardProps {
  readonly register: RegisterState;
  readonly overview: Overview;
}

function Card({ register, overview }: CardProps) {
  const said = useWords(WORDS);
  const state = glance(register, overview.now);
  const { name, device, location } = register;
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="small">
        <s-stack direction="inline" gap="small" alignItems="center" justifyContent="space-between">
          <s-heading>{name === '' ? device : name}</s-heading>
          <s-badge tone={TONES[state]} icon={ICONS[state]}>
            {said.states[state]}
          </s-badge>
        </s-stack>
        <s-text color="subdued">{said.location(String(location))}</s-text>
        <Facts register={register} overview={overview} />
        <s-link href={`/app/log?device=${encodeURIComponent(device)}`}>{said.log}</s-link>
      </s-stack>
    </s-box>
  );
}

function Facts({ register, overview }: CardProps) {
  const said = useWords(WORDS);
  const format = useFormat();
  const { lastSeenAt, clockOffsetMs, storageKeys, storageBytes, build } = register;
  const size = said.kilobytes(format.decimal(storageBytes / 1_024, 1));
  const used = said.used(format.count(storageKeys), format.count(STORAGE_KEYS_MAX), size);
  const isFull = storageKeys >= STORAGE_KEYS_MAX * NEARLY_FULL;
  const offset = format.duration(Math.abs(clockOffsetMs));
  const facts: readonly (readonly [string, string])[] = [
    [said.seen, `${format.ago(lastSeenAt)} (${format.moment(lastSeenAt)})`],
    [said.waiting, useWaiting(register, overview.now)],
    [said.balances, useCacheAge(register, overview.now)],
    ...(Math.abs(clockOffsetMs) > MINUTE_MS
      ? [[said.clock, clockOffsetMs > 0 ? said.fast(offset) : said.slow(offset)] as const]
      : []),
    [said.storage, isFull ? `${used} — ${said.nearlyFull}` : used],
    [said.settings, useHeld(register, overview)],
    [said.version, build],
  ];
  return (
    <dl style={LIST}>
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>
            <s-text color="subdued">{name}</s-text>
          </dt>
          <dd style={{ margin: 0 }}>
            <s-text>{value}</s-text>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

const LIST = {
  display: 'grid',
  gridTemplateColumns: 'minmax(90px, auto) 1fr',
  gap: '4px 12px',
  margin: 0,
} as const;

function useWaiting({ pendingCount, oldestPendingAt }: RegisterState, now: number): string {
  const said = useWords(WORDS);
  const format = useFormat();
  if (pendingCount === 0) return said.nothing;
  const count = said.operations(format.count(pendingCount), pendingCount === 1);
  if (oldestPendingAt === null) return count;
  return `${count}, ${said.oldest(format.duration(Math.max(0, now - oldestPendingAt)))}`;
}

/** The balances that a register shows are those of its last call. */
function useCacheAge({ lastSeenAt, behind }: RegisterState, now: number): string {
  const said = useWords(WORDS);
  const format = useFormat();
  const ageMs = Math.max(0, now - lastSeenAt);
  const age = ageMs < MINUTE_MS ? said.fresh : said.asOf(format.duration(ageMs));
  return behind === 0 ? age : `${age}; ${said.behind(format.count(behind), behind === 1)}`;
}

function useHeld(register: RegisterState, present: Pick<Overview, 'program' | 'policy'>): string {
  const said = useWords(WORDS);
  const older = (['program', 'policy'] as const)
    .filter((what) => register[what] !== present[what])
    .map((what) => said[what](register[what]?.toString() ?? said.unknown));
  return older.length === 0 ? said.present : said.older(older.join(said.and));
}
