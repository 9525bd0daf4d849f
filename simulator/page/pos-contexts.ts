/** The extension contexts that live on a register, one per place, and what all of them are told. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Session } from '@shopify/ui-extensions/point-of-sale';
import { targetAt, type Place, type TargetName } from '../platform/places.ts';
import type { ContextConfig, LiveChange, LiveValues, ScannerResult, Subject } from '../wire.ts';
import { startContext, type ExtensionContext } from './context.ts';
import { createHostCalls } from './host-calls.ts';
import type { Device, LogEntry, RegisterDeps } from './register.ts';

export type Contexts = ReadonlySignal<ReadonlyMap<Place, ExtensionContext>>;

export interface PosContexts {
  readonly contexts: Contexts;
  /** Starts what the bundle has for the place; what lives there already is killed first. */
  start(place: Place): void;
  /** Kills the worker; its place shows that it was killed. */
  kill(place: Place): void;
  /** Kills the worker and leaves its place empty. */
  remove(place: Place): void;
}

export interface ContextsDeps {
  readonly deps: RegisterDeps;
  readonly device: Device;
  /** What the place's screen is about. */
  readonly subject: (place: Place) => Subject;
  readonly presentModal: (from: Place) => void;
  readonly close: (place: Place) => void;
}

export function createContexts({
  deps,
  device,
  subject,
  presentModal,
  close,
}: ContextsDeps): PosContexts {
  const contexts = signal<ReadonlyMap<Place, ExtensionContext>>(new Map());
  let made = 0;
  const put = (place: Place, context: ExtensionContext | undefined): void => {
    const next = new Map(contexts.value);
    if (context === undefined) next.delete(place);
    else next.set(place, context);
    contexts.value = next;
  };
  const kill = (place: Place): void => {
    const context = contexts.value.get(place);
    if (context === undefined) return;
    context.kill();
    device.network.abortContext(context.id);
  };
  const start = (place: Place): void => {
    const target = targetAt(place);
    if (!deps.installation.targets.includes(target)) return;
    kill(place);
    made += 1;
    const id = `${place}-${made}`;
    const call = createHostCalls({
      register: device,
      server: deps.server,
      sleep: deps.sleep,
      contextId: id,
      presentModal: () => presentModal(place),
      closeModal: () => close(place),
    });
    put(
      place,
      startContext({
        makeWorker: deps.makeWorker,
        document: deps.document,
        id,
        config: contextConfig(device, target, subject(place)),
        call,
        problem: (message, stack) => device.note('problem', target, stack ?? message),
        said: (level, text) => device.note(logLevel(level), target, text),
      }),
    );
  };
  return {
    contexts,
    start,
    kill,
    remove(place) {
      kill(place);
      put(place, undefined);
    },
  };
}

/** Tells every context what changed on the device. */
export function followDevice(
  device: Device,
  contexts: Contexts,
  scanned: ReadonlySignal<ScannerResult>,
): void {
  const each = (post: (context: ExtensionContext) => void): void => {
    for (const context of contexts.peek().values()) post(context);
  };
  const toAll = (change: LiveChange): void =>
    each((context) => context.post({ type: 'live', change }));
  device.cart.subscribe(() => toAll({ name: 'cart', value: device.cart.current() }));
  const airplane = computed(() => device.settings.value.airplane);
  const locale = computed(() => device.settings.value.locale);
  const staff = computed(() => device.settings.value.staff);
  const offset = computed(() => device.settings.value.clockOffsetMs);
  const camera = computed(() => device.settings.value.hasCamera);
  const place = computed(() => `${device.settings.value.location}/${device.settings.value.user}`);
  airplane.subscribe((value) => toAll({ name: 'connectivity', value: connectivityOf(value) }));
  locale.subscribe((value) => toAll({ name: 'locale', value }));
  scanned.subscribe((value) => toAll({ name: 'scannerData', value }));
  camera.subscribe((value) => toAll({ name: 'scannerSources', value: sourcesOf(value) }));
  const tellSession = (): void =>
    each((context) => context.post({ type: 'session', session: sessionOf(device) }));
  staff.subscribe((id) => {
    toAll({ name: 'staffMember', value: id === undefined ? undefined : { id } });
    tellSession();
  });
  place.subscribe(tellSession);
  offset.subscribe((offsetMs) => each((context) => context.post({ type: 'clock', offsetMs })));
}

function contextConfig(device: Device, target: TargetName, subject: Subject): ContextConfig {
  const { installation, settings } = device;
  const { staff, airplane, locale, clockOffsetMs, hasCamera } = settings.value;
  const live: LiveValues = {
    cart: device.cart.current(),
    connectivity: connectivityOf(airplane),
    locale,
    staffMember: staff === undefined ? undefined : { id: staff },
    // What was scanned before a screen opened is none of its business.
    scannerData: {},
    scannerSources: sourcesOf(hasCamera),
  };
  return {
    target,
    bundleUrl: installation.bundleUrl,
    appUrl: installation.appUrl,
    locales: installation.locales,
    defaultLocale: installation.defaultLocale,
    session: sessionOf(device),
    deviceId: device.deviceId,
    device: {
      name: `Simulated tablet ${device.number}`,
      registerName: device.name,
      id: `simulated-device-${device.number}`,
    },
    live,
    subject,
    clockOffsetMs,
  };
}

function sessionOf(device: Device): Session {
  const { shopId, shopDomain, currency } = device.installation;
  const { user, location, staff } = device.settings.value;
  return {
    shopId,
    shopDomain,
    userId: user,
    locationId: location,
    currency: currency as string as Session['currency'],
    posVersion: '10.20.0',
    ...(staff === undefined ? {} : { staffMemberId: staff }),
  };
}

function connectivityOf(airplane: boolean): LiveValues['connectivity'] {
  return { internetConnected: airplane ? 'Disconnected' : 'Connected' };
}

function sourcesOf(hasCamera: boolean): LiveValues['scannerSources'] {
  return hasCamera ? ['camera', 'external'] : ['external'];
}

function logLevel(level: string): LogEntry['level'] {
  return level === 'error' || level === 'warn' || level === 'info' ? level : 'log';
}
