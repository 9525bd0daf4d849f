/** What the register's page and the worker of one extension context say to each other. */
import type { RemoteMutationRecord } from '@remote-dom/core';
import type {
  Cart,
  CustomerApi,
  DraftOrderApi,
  LineItem,
  OrderApi,
  ProductApi,
  Session,
  StaffMember,
} from '@shopify/ui-extensions/point-of-sale';
import type { TargetName } from './platform/places.ts';

/** The live values behind the platform's signals. */
export interface LiveValues {
  readonly cart: Cart;
  readonly connectivity: { readonly internetConnected: 'Connected' | 'Disconnected' };
  readonly locale: string;
  readonly staffMember: StaffMember | undefined;
  readonly scannerData: ScannerResult;
  readonly scannerSources: readonly ScannerSource[];
}

export type ScannerSource = 'camera' | 'external' | 'embedded';

export interface ScannerResult {
  readonly data?: string;
  readonly source?: ScannerSource;
}

export type LiveName = keyof LiveValues;

/** One changed value with its name. */
export type LiveChange = {
  [K in LiveName]: { readonly name: K; readonly value: LiveValues[K] };
}[LiveName];

export type Translations = Readonly<Record<string, unknown>>;

/** What the screen is about that an extension stands on: plain values, as POS gives them. */
export interface Subject {
  readonly cartLineItem?: LineItem;
  readonly customer?: CustomerApi['customer'];
  readonly product?: ProductApi['product'];
  readonly order?: OrderApi['order'];
  readonly draftOrder?: DraftOrderApi['draftOrder'];
  /** What a receipt is printed of: a completed transaction, or an order that is printed again. */
  readonly transaction?: object;
}

export interface ContextConfig {
  readonly target: TargetName;
  /** The built bundle; the worker runs it as it is. */
  readonly bundleUrl: string;
  readonly appUrl: string;
  readonly locales: Readonly<Record<string, Translations>>;
  readonly defaultLocale: string;
  readonly session: Session;
  readonly deviceId: number;
  readonly device: { readonly name: string; readonly registerName: string; readonly id: string };
  readonly live: LiveValues;
  readonly subject: Subject;
  readonly clockOffsetMs: number;
}

/** An error on its way through `postMessage`, which would strip `code`. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

export interface NetworkRequest {
  readonly id: number;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

export interface NetworkAnswer {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ArrayBuffer;
}

export type ToWorker =
  | { readonly type: 'start'; readonly config: ContextConfig }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly error: WireError }
  | { readonly type: 'live'; readonly change: LiveChange }
  | { readonly type: 'session'; readonly session: Session }
  | { readonly type: 'clock'; readonly offsetMs: number }
  | { readonly type: 'pos-event'; readonly name: string; readonly event: unknown }
  | { readonly type: 'invoke'; readonly listener: number; readonly detail: unknown };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'started' }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly name: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'mutate'; readonly records: readonly RemoteMutationRecord[] }
  /** Something the extension did wrong, or that it failed with: shown in the Backstage log. */
  | { readonly type: 'problem'; readonly message: string; readonly stack: string | undefined }
  | { readonly type: 'said'; readonly level: string; readonly text: string };

/** A listener crosses as a number; the other side calls it by `invoke`. */
export interface ListenerRef {
  readonly $listener: number;
}

export function isListenerRef(value: unknown): value is ListenerRef {
  return typeof value === 'object' && value !== null && '$listener' in value;
}

export function toWireError(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, message: error.message, ...code };
}

export function fromWireError({ name, message, code }: WireError): Error {
  const error = name === 'TypeError' ? new TypeError(message) : new Error(message);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name });
  if (code !== undefined) Object.defineProperty(error, 'code', { value: code, enumerable: true });
  return error;
}
