/** What a developer sees and does beside the register: faults, contexts, storage, ledger, log. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { PLACES, type Place } from '../../platform/places.ts';
import { LOCATIONS, STAFF, USERS } from '../../shop.ts';
import type { CartMischief } from '../mischief.ts';
import { NO_FAULTS, type Faults, type Stand } from '../network.ts';
import type { Register } from '../register.ts';
import { LOCALES } from '../settings.ts';
import { CartExtensionPanel } from './cart-extension.tsx';
import { languageName, preciseTime } from './format.ts';
import { LedgerView } from './ledger-view.tsx';
import { Actions, Choice, Counter, Section, Toggle } from './panel.tsx';
import { StorageView } from './storage-view.tsx';

interface PanelProps {
  readonly register: Register;
}

export function Backstage({ register }: PanelProps) {
  return (
    <aside class="backstage" aria-label="Backstage" data-testid="backstage">
      <header>
        <h2>Backstage</h2>
        <p>For developers. None of this exists on a real register.</p>
      </header>
      <NetworkPanel register={register} />
      <ServerPanel register={register} />
      <ContextsPanel register={register} />
      <DevicePanel register={register} />
      <CartPanel register={register} />
      <CounterPanel register={register} />
      <CartExtensionPanel register={register} />
      <StorageView register={register} />
      <LedgerView register={register} />
      <RequestsPanel register={register} />
      <LogPanel register={register} />
    </aside>
  );
}

const LATENCIES = [0, 200, 1_000, 3_000, 10_000].map((value) => ({
  value,
  label: value === 0 ? 'none' : `${value / 1_000} s`,
}));
const LOSSES = [0, 10, 30, 60].map((value) => ({ value, label: `${value}%` }));
const HOLDS = (['nothing', 'requests', 'answers'] as const).map((value) => ({
  value,
  label: value,
}));
const STANDS: readonly { readonly value: Stand; readonly label: string }[] = [
  { value: 401, label: '401 unauthorized' },
  { value: 429, label: '429 throttled' },
  { value: 500, label: '500 server error' },
  { value: 'portal', label: 'captive portal (200, HTML)' },
];

function NetworkPanel({ register }: PanelProps) {
  const faults = register.faults.value;
  const set = (change: Partial<Faults>): void =>
    void (register.faults.value = { ...register.faults.value, ...change });
  const isQuiet = JSON.stringify(faults) === JSON.stringify(NO_FAULTS);
  return (
    <Section title="Network" name="network" open note={isQuiet ? undefined : 'disturbed'}>
      <Toggle
        label="Airplane mode"
        name="airplane-switch"
        on={register.settings.value.airplane}
        change={(airplane) => register.change({ airplane })}
      />
      <Choice
        label="Delay"
        name="latency"
        value={faults.latencyMs}
        options={LATENCIES}
        change={(latencyMs) => set({ latencyMs })}
      />
      <Choice
        label="Lost on the way"
        name="loss-percent"
        value={faults.lossPercent}
        options={LOSSES}
        change={(lossPercent) => set({ lossPercent })}
      />
      <NextRequests faults={faults} set={set} />
      <Choice
        label="Hold"
        name="hold"
        value={faults.hold}
        options={HOLDS}
        change={(hold) => set({ hold })}
      />
      <Actions>
        <button type="button" data-testid="release" onClick={() => register.network.release()}>
          Release held
        </button>
        <button
          type="button"
          data-testid="clear-faults"
          onClick={() => {
            register.network.release();
            register.faults.value = NO_FAULTS;
          }}
        >
          Calm again
        </button>
      </Actions>
    </Section>
  );
}

interface NextRequestsProps {
  readonly faults: Faults;
  readonly set: (change: Partial<Faults>) => void;
}

/** Faults that are used up, one request each. */
function NextRequests({ faults, set }: NextRequestsProps) {
  const { by, left } = faults.standIn;
  return (
    <>
      <Counter
        label="Lose next requests"
        name="lose-requests"
        value={faults.loseRequests}
        change={(loseRequests) => set({ loseRequests })}
      />
      <Counter
        label="Lose next answers"
        name="lose-answers"
        value={faults.loseAnswers}
        change={(loseAnswers) => set({ loseAnswers })}
      />
      <Counter
        label="Double next requests"
        name="double-requests"
        value={faults.doubleRequests}
        change={(doubleRequests) => set({ doubleRequests })}
      />
      <Choice
        label="Answered instead by"
        name="stand-in"
        value={by}
        options={STANDS}
        change={(stand) => set({ standIn: { by: stand, left } })}
      />
      <Counter
        label="… for next requests"
        name="stand-in-count"
        value={left}
        change={(count) => set({ standIn: { by, left: count } })}
      />
    </>
  );
}

const HOUR_MS = 3_600_000;
const OFFSETS = [-30 * 24, -24, -1, 0, 1, 25, 73, 31 * 24].map((hours) => ({
  value: hours * HOUR_MS,
  label: hours === 0 ? 'right' : `${hours > 0 ? '+' : '−'}${span(Math.abs(hours))}`,
}));

function span(hours: number): string {
  return hours >= 48 ? `${Math.round(hours / 24)} days` : `${hours} h`;
}

function ServerPanel({ register }: PanelProps) {
  const state = useSignal({ down: false, clockOffsetMs: 0 });
  useEffect(() => {
    const read = () => register.server.state().then((next) => (state.value = next));
    read().catch(() => undefined);
  }, [register]);
  const isStrict = useSignal(false);
  useEffect(() => {
    const read = () => register.server.policy().then(({ strict }) => (isStrict.value = strict));
    read().catch(() => undefined);
  }, [register]);
  const tell = (error: unknown): void => register.note('error', 'simulator', String(error));
  const change = (next: Partial<typeof state.value>): void => {
    register.server.change(next).then((known) => (state.value = known), tell);
  };
  const decide = (strict: boolean): void => {
    register.server.decide({ strict }).then((known) => (isStrict.value = known.strict), tell);
  };
  return (
    <Section title="Server" name="server" note={state.value.down ? 'down' : undefined}>
      <Toggle
        label="Server is down"
        name="server-down"
        on={state.value.down}
        change={(down) => change({ down })}
      />
      <Choice
        label="Server clock"
        name="server-clock"
        value={state.value.clockOffsetMs}
        options={OFFSETS}
        change={(clockOffsetMs) => change({ clockOffsetMs })}
      />
      <Toggle label="Strict mode" name="strict" on={isStrict.value} change={decide} />
      <Actions>
        <button
          type="button"
          data-testid="round"
          onClick={() => void register.server.makeRound().catch(tell)}
        >
          Release what is missing
        </button>
      </Actions>
    </Section>
  );
}

/** Others have a row while their screen is open. */
const ALWAYS: readonly Place[] = ['background', 'home-tile', 'home-modal'];

function ContextsPanel({ register }: PanelProps) {
  const contexts = register.contexts.value;
  return (
    <Section title="App and contexts" name="contexts" open>
      {Object.entries(PLACES)
        .filter(([, place]) => ALWAYS.includes(place) || contexts.has(place))
        .map(([target, place]) => (
          <ContextRow key={target} register={register} place={place} target={target} />
        ))}
      <Actions>
        {register.isOpen.value ? (
          <button type="button" data-testid="kill-app" onClick={() => register.killApp()}>
            Kill the app ({contexts.size} contexts)
          </button>
        ) : (
          <button type="button" data-testid="restart-app" onClick={() => register.openApp()}>
            Open POS
          </button>
        )}
      </Actions>
    </Section>
  );
}

function ContextRow({
  register,
  place,
  target,
}: PanelProps & { readonly place: Place; readonly target: string }) {
  const status = register.contexts.value.get(place)?.status.value ?? 'not started';
  const isAlive = status === 'running' || status === 'starting';
  return (
    <div class="row">
      <span>
        {target} <small data-testid={`status-${place}`}>{status}</small>
      </span>
      <button
        type="button"
        data-testid={`${isAlive ? 'kill' : 'start'}-${place}`}
        disabled={!register.isOpen.value}
        onClick={() => (isAlive ? register.killContext(place) : register.restartContext(place))}
      >
        {isAlive ? 'Kill' : 'Start'}
      </button>
    </div>
  );
}

const named = (places: readonly { readonly id: number; readonly name: string }[]) =>
  places.map(({ id, name }) => ({ value: id, label: name }));

function DevicePanel({ register }: PanelProps) {
  const settings = register.settings.value;
  const { change } = register;
  return (
    <Section title="Device and people" name="device">
      <Choice
        label="Clock"
        name="clock-offset"
        value={settings.clockOffsetMs}
        options={OFFSETS}
        change={(clockOffsetMs) => change({ clockOffsetMs })}
      />
      <Choice
        label="Logged-in account"
        name="user"
        value={settings.user}
        options={named(USERS)}
        change={(user) => change({ user })}
      />
      <Toggle
        label="Account may use the app"
        name="permission"
        on={settings.hasPermission}
        change={(hasPermission) => change({ hasPermission })}
      />
      <Choice
        label="Pinned staff"
        name="staff"
        value={settings.staff}
        options={[{ value: undefined, label: 'Nobody' }, ...named(STAFF)]}
        change={(staff) => change({ staff })}
      />
      <Choice
        label="Location"
        name="location"
        value={settings.location}
        options={named(LOCATIONS)}
        change={(location) => change({ location })}
      />
      <Choice
        label="Language"
        name="locale"
        value={settings.locale}
        options={LOCALES.map((value) => ({ value, label: languageName(value) }))}
        change={(locale) => change({ locale })}
      />
    </Section>
  );
}

const MISCHIEF: readonly { readonly value: CartMischief | undefined; readonly label: string }[] = [
  { value: undefined, label: 'works' },
  { value: 'throws', label: 'throws' },
  { value: 'hangs', label: 'never answers' },
  { value: 'lies', label: 'says yes, does nothing' },
  { value: 'late-throw', label: 'does it, then throws' },
  { value: 'late', label: 'waits, then does it' },
  { value: 'late-effect', label: 'says yes, does it later' },
];

function CartPanel({ register }: PanelProps) {
  const { keepCart, stacking } = register.settings.value;
  return (
    <Section title="Cart" name="cart" note={register.cartMischief.value}>
      <Choice
        label="Next call of an extension"
        name="cart-mischief"
        value={register.cartMischief.value}
        options={MISCHIEF}
        change={(mischief) => (register.cartMischief.value = mischief)}
      />
      <Actions>
        <button
          type="button"
          data-testid="release-cart"
          disabled={register.heldCalls.count.value === 0}
          onClick={() => register.heldCalls.letGo()}
        >
          Let late calls go ({register.heldCalls.count.value})
        </button>
      </Actions>
      <Toggle
        label="Cart is locked"
        name="lock-cart"
        on={!register.cartState.value.editable}
        change={(locked) => register.cart.setEditable(!locked)}
      />
      <Choice
        label="A second cart discount"
        name="stacking"
        value={stacking}
        options={[
          { value: 'stack' as const, label: 'joins the first' },
          { value: 'replace' as const, label: 'replaces it' },
        ]}
        change={(next) => register.change({ stacking: next })}
      />
      <Toggle
        label="Keep the cart over a restart"
        name="keep-cart"
        on={keepCart}
        change={(keep) => register.change({ keepCart: keep })}
      />
    </Section>
  );
}

/** What a person or a device at the counter does: scan, and how returns are told. */
function CounterPanel({ register }: PanelProps) {
  const code = useSignal('');
  const { hasCamera, returnAmounts, pendingOrder } = register.settings.value;
  return (
    <Section title="Scanner and returns" name="counter">
      <label class="row">
        <span>Scan this code</span>
        <input
          data-testid="backstage-code"
          value={code.value}
          onInput={(event) => (code.value = event.currentTarget.value)}
        />
      </label>
      <Actions>
        <button
          type="button"
          data-testid="backstage-scan"
          disabled={code.value === ''}
          onClick={() => register.scan(code.value, 'external')}
        >
          Scan
        </button>
      </Actions>
      <Toggle
        label="Device has a camera"
        name="has-camera"
        on={hasCamera}
        change={(on) => register.change({ hasCamera: on })}
      />
      <Choice
        label="A return’s amounts"
        name="return-amounts"
        value={returnAmounts}
        options={[
          { value: 'positive' as const, label: 'above zero' },
          { value: 'negative' as const, label: 'below zero' },
        ]}
        change={(next) => register.change({ returnAmounts: next })}
      />
      <Choice
        label="Order of an offline sale"
        name="pending-order"
        value={pendingOrder}
        options={[
          { value: 'own-number' as const, label: 'has its own number' },
          { value: 'missing' as const, label: 'is missing' },
        ]}
        change={(next) => register.change({ pendingOrder: next })}
      />
    </Section>
  );
}

function RequestsPanel({ register }: PanelProps) {
  const requests = register.requests.value;
  return (
    <Section title="Requests" name="requests" note={String(requests.length)}>
      <ul class="entries">
        {requests.map(({ id, context, method, path, at, fate, status, isDoubled }) => (
          <li key={id} data-bad={fate !== 'answered' && fate !== 'on its way'}>
            <time>{preciseTime(at)}</time> {method} {path} <b>{status ?? fate}</b>
            {isDoubled && <em> twice</em>} <small>{context}</small>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function LogPanel({ register }: PanelProps) {
  const entries = register.log.value;
  const problems = entries.filter(({ level }) => level === 'problem').length;
  return (
    <Section
      title="Log"
      name="log"
      open={problems > 0}
      note={problems > 0 ? `${problems} problems` : String(entries.length)}
    >
      <ul class="entries">
        {entries.map(({ id, at, level, from, text }) => (
          <li key={id} data-bad={level === 'problem' || level === 'error'}>
            <time>{preciseTime(at)}</time> <b>{from}</b> {text}
          </li>
        ))}
      </ul>
    </Section>
  );
}
