/**
 * The edge of the ledger: one unknown value of a push becomes an operation, or a thing to
 * quarantine with its reason. Nothing here can throw, so that one bad operation never blocks the
 * others.
 */
import { createHash } from 'node:crypto';
import * as v from '../../shared/schema.ts';
import {
  customerSchema,
  OPERATION_BYTES_MAX,
  operationIdSchema,
  operationSchema,
  type CustomerId,
  type Operation,
  type OperationId,
  type Reason,
} from '../../shared/protocol.ts';
import { operationFault, outline } from './json-shape.ts';

const KINDS: readonly string[] = operationSchema.options.map(({ entries }) => entries.kind.literal);
const ENVELOPE_VERSIONS: readonly unknown[] = [1];
const KIND_LENGTH_MAX = 32;

export type Incoming = {
  /** Unique per shop, for ever: the operation's id, else a name made from the content. */
  readonly key: string;
  readonly id: OperationId | undefined;
  /** What the answer calls it: the id, else its place in the request. */
  readonly wireId: string;
  readonly hash: string;
  readonly kind: string;
  readonly customer: CustomerId | undefined;
  /** As it was sent; cut where it is too long. */
  readonly raw: string;
} & ({ readonly operation: Operation } | { readonly operation?: never; readonly refused: Reason });

/** Reads the operation at `place` of a request made for the shop `shopId`. */
export function readOperation(raw: unknown, place: number, shopId: number): Incoming {
  const fault = operationFault(raw);
  // What is nested too deep would overflow the stack of everything that writes it as text.
  const sane = fault === undefined ? raw : outline(raw);
  const text = JSON.stringify(sane);
  const named = fault === undefined ? canonicalJson(sane) : `${fault}\n${canonicalJson(sane)}`;
  const hash = createHash('sha256').update(named).digest('hex');
  const id = v.safeParse(v.object({ id: operationIdSchema }), raw);
  const known = id.success ? id.output.id : undefined;
  const about = {
    key: known ?? `raw:${hash.slice(0, 32)}`,
    id: known,
    wireId: known ?? `#${place}`,
    hash,
    kind: kindOf(raw),
    customer: customerOf(raw),
    raw: kept(text),
  };
  const refuse = (refused: Reason): Incoming => ({ ...about, refused });

  if (fault !== undefined) return refuse('invalid');
  if (Buffer.byteLength(text) > OPERATION_BYTES_MAX) return refuse('too-large');
  if (!isWellFormed(text)) return refuse('invalid');
  if (isOfAnotherVersion(raw)) return refuse('unknown-kind');
  const parsed = v.safeParse(operationSchema, raw);
  if (!parsed.success) return refuse('invalid');
  if (parsed.output.shopId !== shopId) return refuse('foreign-shop');
  return { ...about, operation: parsed.output };
}

/** Whether the text is all that was sent then: neither cut nor redacted, and nothing left out. */
export function isAsSent(text: string, hash: string): boolean {
  try {
    return readOperation(JSON.parse(text), 0, 0).hash === hash;
  } catch {
    return false;
  }
}

/** The same text for the same content, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${texts.join(',')}}`;
}

/** Cuts to what is kept of bad input, in text that every database can hold. */
export function kept(raw: string): string {
  const sane = raw.toWellFormed().replaceAll('\u0000', '\uFFFD');
  if (Buffer.byteLength(sane) <= OPERATION_BYTES_MAX) return sane;
  const cut = Buffer.from(sane).subarray(0, OPERATION_BYTES_MAX).toString();
  return cut.replace(/\uFFFD+$/, '');
}

/** JSON text escapes both of what no database text can hold: NUL and halves of surrogate pairs. */
function isWellFormed(json: string): boolean {
  return !/(?<!\\)(?:\\\\)*\\u(?:0000|[dD][89a-fA-F])/.test(json);
}

function kindOf(raw: unknown): string {
  const parsed = v.safeParse(v.object({ kind: v.string() }), raw);
  if (!parsed.success) return 'unknown';
  return /^[a-z-]+$/.test(parsed.output.kind)
    ? parsed.output.kind.slice(0, KIND_LENGTH_MAX)
    : 'unknown';
}

/** Whom it is about, so that even what is quarantined can be forgotten with its customer. */
function customerOf(raw: unknown): CustomerId | undefined {
  const named = v.object({ customer: customerSchema });
  const held = v.safeParse(v.object({ hold: named }), raw);
  if (held.success) return held.output.hold.customer;
  const told = v.safeParse(v.object({ body: named }), raw);
  return told.success ? told.output.body.customer : undefined;
}

/** A well-shaped envelope of a version or kind that this server does not know yet. */
function isOfAnotherVersion(raw: unknown): boolean {
  const parsed = v.safeParse(v.object({ v: v.number(), kind: v.string() }), raw);
  if (!parsed.success) return false;
  return !ENVELOPE_VERSIONS.includes(parsed.output.v) || !KINDS.includes(parsed.output.kind);
}
