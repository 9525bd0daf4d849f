/** What belongs to the device and survives its restarts, as a tablet's own settings would. */
import { LOCATIONS, STAFF, USERS } from '../shop.ts';

export interface DeviceSettings {
  readonly airplane: boolean;
  readonly clockOffsetMs: number;
  readonly location: number;
  readonly staff: number | undefined;
  readonly user: number;
  /** Whether the logged-in user may use the app; without it there are no session tokens. */
  readonly hasPermission: boolean;
  readonly locale: string;
  /** POS loses its cart when the app is killed; this keeps it, for trying things out. */
  readonly keepCart: boolean;
  readonly stacking: 'stack' | 'replace';
  /** Whether the device can scan with its own camera; a scanner beside it always can. */
  readonly hasCamera: boolean;
  /** Whether POS tells a return's amounts and quantities above or below zero. */
  readonly returnAmounts: 'positive' | 'negative';
  /**
   * What POS gives the screen after a sale that Shopify has made no order of: an order with a
   * number that nobody else knows, as the types promise one, or none.
   */
  readonly pendingOrder: 'own-number' | 'missing';
}

export const LOCALES: readonly string[] = ['en', 'fr', 'de', 'es', 'ja'];

export const SETTINGS_DEFAULT: DeviceSettings = {
  airplane: false,
  clockOffsetMs: 0,
  location: LOCATIONS[0]?.id ?? 1,
  staff: STAFF[0]?.id,
  user: USERS[0]?.id ?? 1,
  hasPermission: true,
  locale: 'en',
  keepCart: false,
  stacking: 'stack',
  hasCamera: true,
  returnAmounts: 'positive',
  pendingOrder: 'own-number',
};

export interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The saved settings over the defaults; what can't be read counts as never saved. */
export function loadSettings(store: TextStore, register: number): DeviceSettings {
  try {
    const saved: unknown = JSON.parse(store.getItem(settingsKey(register)) ?? '{}');
    return typeof saved === 'object' ? { ...SETTINGS_DEFAULT, ...saved } : SETTINGS_DEFAULT;
  } catch {
    return SETTINGS_DEFAULT;
  }
}

export function saveSettings(store: TextStore, register: number, settings: DeviceSettings): void {
  store.setItem(settingsKey(register), JSON.stringify(settings));
}

function settingsKey(register: number): string {
  return `tideover-register-${register}-settings`;
}
