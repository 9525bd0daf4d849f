/**
 * Where POS shows each target, and which members of the global `shopify` it gets there. Together
 * with the generated tables this is all that the host knows about targets; a new one is a new row.
 */
import { COMPONENT_SETS, TARGETS } from './targets.ts';

export type TargetName = keyof typeof TARGETS;

/** The spots of the simulated register that can show an extension. */
export type Place = 'background' | 'home-tile' | 'home-modal';

/**
 * Targets that the simulator runs. A bundle with another target is told so in the Backstage log.
 */
export const PLACES: Readonly<Partial<Record<TargetName, Place>>> = {
  'pos.app.ready.data': 'background',
  'pos.home.tile.render': 'home-tile',
  'pos.home.modal.render': 'home-modal',
};

/** One member of the global `shopify`. */
export type ApiName =
  | 'action'
  | 'camera'
  | 'cart'
  | 'connectivity'
  | 'device'
  | 'events'
  | 'i18n'
  | 'locale'
  | 'pinPad'
  | 'print'
  | 'printing'
  | 'productSearch'
  | 'readonlyCart'
  | 'scanner'
  | 'session'
  | 'storage'
  | 'toast';

const STANDARD: readonly ApiName[] = [
  'i18n',
  'locale',
  'toast',
  'session',
  'print',
  'printing',
  'productSearch',
  'device',
  'connectivity',
  'storage',
  'pinPad',
  'camera',
];

/**
 * The named parts of Shopify's target types. A part that is not here has no member in the
 * simulator.
 */
const PARTS: Readonly<Record<string, readonly ApiName[]>> = {
  StandardApi: STANDARD,
  ActionTargetApi: [...STANDARD, 'scanner'],
  DataTargetApi: [
    'i18n',
    'session',
    'storage',
    'locale',
    'connectivity',
    'device',
    'productSearch',
    'readonlyCart',
    'events',
  ],
  ActionApi: ['action'],
  CartApi: ['cart'],
};

export function isTarget(name: string): name is TargetName {
  return name in TARGETS;
}

export function apisOf(target: TargetName): ReadonlySet<ApiName> {
  return new Set(TARGETS[target].apis.flatMap((part) => PARTS[part] ?? []));
}

export function componentsOf(target: TargetName): readonly string[] {
  return COMPONENT_SETS[TARGETS[target].components];
}

export function targetAt(place: Place): TargetName {
  const found = Object.entries(PLACES).find(([, shown]) => shown === place);
  if (found === undefined || !isTarget(found[0])) throw new Error(`No target is shown at ${place}`);
  return found[0];
}
