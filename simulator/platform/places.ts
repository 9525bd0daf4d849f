/**
 * Where POS shows each target, and which members of the global `shopify` it gets there. Together
 * with the generated tables this is all that the host knows about targets; a new one is a new row.
 */
import { COMPONENT_SETS, TARGETS } from './targets.ts';

export type TargetName = keyof typeof TARGETS;

/** The register's own screens that have room for extensions. */
export type ScreenName =
  | 'line-item'
  | 'customer'
  | 'product'
  | 'order'
  | 'draft-order'
  | 'purchase'
  | 'return'
  | 'exchange'
  | 'register';

/** A menu item and a block stand on their screen; the action lies over it. */
export type ScreenPlace = `${ScreenName}-${'menu' | 'block' | 'action'}`;

/** The spots of the simulated register that can show an extension. */
export type Place = 'background' | 'home-tile' | 'home-modal' | 'receipt-footer' | ScreenPlace;

/**
 * Targets that the simulator runs. A bundle with another target is told so in the Backstage log.
 */
export const PLACES: Readonly<Partial<Record<TargetName, Place>>> = {
  'pos.app.ready.data': 'background',
  'pos.home.tile.render': 'home-tile',
  'pos.home.modal.render': 'home-modal',
  'pos.cart.line-item-details.action.menu-item.render': 'line-item-menu',
  'pos.cart.line-item-details.action.render': 'line-item-action',
  'pos.customer-details.action.menu-item.render': 'customer-menu',
  'pos.customer-details.action.render': 'customer-action',
  'pos.customer-details.block.render': 'customer-block',
  'pos.product-details.action.menu-item.render': 'product-menu',
  'pos.product-details.action.render': 'product-action',
  'pos.product-details.block.render': 'product-block',
  'pos.order-details.action.menu-item.render': 'order-menu',
  'pos.order-details.action.render': 'order-action',
  'pos.order-details.block.render': 'order-block',
  'pos.draft-order-details.action.menu-item.render': 'draft-order-menu',
  'pos.draft-order-details.action.render': 'draft-order-action',
  'pos.draft-order-details.block.render': 'draft-order-block',
  'pos.purchase.post.action.menu-item.render': 'purchase-menu',
  'pos.purchase.post.action.render': 'purchase-action',
  'pos.purchase.post.block.render': 'purchase-block',
  'pos.return.post.action.menu-item.render': 'return-menu',
  'pos.return.post.action.render': 'return-action',
  'pos.return.post.block.render': 'return-block',
  'pos.exchange.post.action.menu-item.render': 'exchange-menu',
  'pos.exchange.post.action.render': 'exchange-action',
  'pos.exchange.post.block.render': 'exchange-block',
  'pos.register-details.action.menu-item.render': 'register-menu',
  'pos.register-details.action.render': 'register-action',
  'pos.register-details.block.render': 'register-block',
  'pos.receipt-footer.block.render': 'receipt-footer',
};

/** One member of the global `shopify`. */
export type ApiName =
  | 'action'
  | 'camera'
  | 'cart'
  | 'cartLineItem'
  | 'cashDrawer'
  | 'connectivity'
  | 'customer'
  | 'device'
  | 'draftOrder'
  | 'events'
  | 'extension'
  | 'i18n'
  | 'locale'
  | 'order'
  | 'pinPad'
  | 'print'
  | 'printing'
  | 'product'
  | 'productSearch'
  | 'readonlyCart'
  | 'receipt'
  | 'scanner'
  | 'session'
  | 'storage'
  | 'toast';

const STANDARD: readonly ApiName[] = [
  'extension',
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
    'extension',
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
  CartLineItemApi: ['cartLineItem'],
  CashDrawerApi: ['cashDrawer'],
  CustomerApi: ['customer'],
  DraftOrderApi: ['draftOrder'],
  OrderApi: ['order'],
  ProductApi: ['product'],
  StorageApi: ['storage'],
  // The sale with what surrounded it, as plain values: a receipt has no texts of the extension.
  TransactionCompleteWithReprintData: ['receipt', 'connectivity'],
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

/** The menu item and the block of a screen, as far as POS has a target for them. */
export function placesOn(screen: ScreenName): readonly Place[] {
  const places: readonly Place[] = [`${screen}-block`, `${screen}-menu`];
  return places.filter((place) => Object.values(PLACES).includes(place));
}

/** A full screen that a person opened and closes again; there is one at a time. */
export function isModal(place: Place): boolean {
  return place === 'home-modal' || place.endsWith('-action');
}

/** What `action.presentModal()` opens from this place: the modal, or the action, beside it. */
export function modalOf(place: Place): Place | undefined {
  if (place === 'home-tile') return 'home-modal';
  const screen = /^(.+)-(?:menu|block|action)$/.exec(place)?.[1] as ScreenName | undefined;
  return screen === undefined ? undefined : `${screen}-action`;
}

export function targetAt(place: Place): TargetName {
  const found = Object.entries(PLACES).find(([, shown]) => shown === place);
  if (found === undefined || !isTarget(found[0])) throw new Error(`No target is shown at ${place}`);
  return found[0];
}
