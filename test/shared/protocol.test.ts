import * as v from '../../shared/schema.ts';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MAX } from '../../shared/amount.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import * as protocol from '../../shared/protocol.ts';
import {
  DAMAGED_PER_SYNC_MAX,
  OPERATIONS_PER_SYNC_MAX,
  PROTOCOL_OLDEST,
  PROTOCOL_VERSION,
  REFERENCES_PER_RETURN_MAX,
  SKIP_MAX,
  errorSchema,
  operationSchema,
  snapshotPageSchema,
  syncResponseSchema,
} from '../../shared/protocol.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { shapeHash, shapeOf } from './schema-shape.ts';

/**
 * One line for every version of the wire. When [PT1] fails, the wire has changed: registers in
 * drawers still speak the old one. Raise PROTOCOL_VERSION, add a line to its history in
 * shared/protocol.ts, to docs/protocol.md and here; the line of a version that was released never
 * changes.
 */
const SHAPES: Readonly<Record<number, string>> = {
  1: '6c93bee871af644e',
};

const WIRE = {
  request: syncRequestSchema,
  response: syncResponseSchema,
  operation: operationSchema,
  snapshot: snapshotPageSchema,
  error: errorSchema,
  oldest: PROTOCOL_OLDEST,
  bodyBytes: protocol.SYNC_BODY_BYTES_MAX,
  operationBytes: protocol.OPERATION_BYTES_MAX,
};

const accepts = (schema: v.Schema<unknown>, value: unknown) => v.safeParse(schema, value).success;

/** `value` with the field at `path` ("register.device") replaced; `undefined` takes it away. */
function changed(value: object, path: string, to: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let place = copy;
  for (const step of steps) place = place[step] as Record<string, unknown>;
  if (to === undefined) delete place[last];
  else place[last] = to;
  return copy;
}

describe('the shape', () => {
  it('[PT1] the messages have the shape that is pinned for their version', () => {
    expect(shapeHash(WIRE)).toBe(SHAPES[PROTOCOL_VERSION]);
  });

  it('[PT1] every version since the first has its line, and the oldest is one of them', () => {
    const versions = Array.from({ length: PROTOCOL_VERSION }, (_, i) => String(i + 1));
    expect(Object.keys(SHAPES)).toEqual(versions);
    expect(versions).toContain(String(PROTOCOL_OLDEST));
  });

  it('[PT1] each change of what is accepted is another shape', () => {
    const schemas = [
      v.object({ a: v.string() }),
      v.object({ a: v.string(), b: v.string() }),
      v.object({ b: v.string() }),
      v.object({ a: v.number() }),
      v.object({ a: v.pipe(v.string(), v.maxLength(9)) }),
      v.object({ a: v.pipe(v.string(), v.maxLength(8)) }),
      v.object({ a: v.pipe(v.string(), v.minLength(8)) }),
      v.object({ a: v.pipe(v.string(), v.regex(/^a$/)) }),
      v.object({ a: v.pipe(v.string(), v.regex(/^b$/)) }),
      v.object({ a: v.literal('a') }),
      v.object({ a: v.picklist(['a']) }),
      v.object({ a: v.picklist(['a', 'b']) }),
      v.object({ a: v.optional(v.string()) }),
      v.object({ a: v.nullable(v.string()) }),
      v.object({ a: v.string(), kind: v.string() }),
      v.object({ a: v.string(), message: v.string() }),
      v.object({ a: v.string(), operation: v.string() }),
      v.strictObject({ a: v.string() }),
      v.array(v.object({ a: v.string() })),
      v.record(v.string(), v.string()),
      v.tuple([v.string(), v.number()]),
      v.variant('a', [v.object({ a: v.literal('x') }), v.object({ a: v.literal('y') })]),
    ];
    const hashes = new Set(schemas.map((operation) => shapeHash({ operation })));
    expect(hashes.size).toBe(schemas.length);
  });

  it('[PT1] the order of fields, and words for people, are no part of the shape', () => {
    const one = v.object({ a: v.string(), b: v.number() });
    expect(shapeOf(one)).toEqual(shapeOf(v.object({ b: v.number(), a: v.string() })));
  });
});

const WRITER = 'ABCDEFGH01';
const ENVELOPE = {
  v: 1,
  id: `${WRITER}.1`,
  shopId: 1,
  heads: { [WRITER]: 4 },
  skip: [2],
  device: 'front-counter',
  location: 11,
  staff: 21,
  user: 31,
  build: '1.0.0',
  deviceTime: 1_700_000_000_000,
  lastServerTime: null,
};
const REF = '0123456789';
const HOLD = { customer: 7, unit: 'points', amount: 100 };
const DISCOUNT = { currency: 'EUR', amount: 500 };

const OPERATIONS = {
  intent: {
    ...ENVELOPE,
    kind: 'intent',
    ref: REF,
    hold: HOLD,
    body: {
      title: 'Free coffee',
      discount: DISCOUNT,
      reward: 'free-coffee',
      shown: { balance: 400, ageMs: null },
      offline: true,
      pin: false,
      policy: 1,
      program: null,
    },
  },
  void: { ...ENVELOPE, kind: 'void', ref: REF, hold: HOLD, body: { reason: 'removed' } },
  missing: { ...ENVELOPE, kind: 'missing', ref: REF, hold: HOLD, body: {} },
  commit: {
    ...ENVELOPE,
    kind: 'commit',
    ref: REF,
    hold: { ...HOLD, unit: 'EUR' },
    body: {
      captured: 100,
      discount: DISCOUNT,
      goods: 2_000,
      customer: null,
      orderId: null,
      saleKey: 'sale-1',
    },
  },
  earn: {
    ...ENVELOPE,
    kind: 'earn',
    ref: REF,
    hold: null,
    body: {
      customer: 7,
      points: 5,
      eligible: DISCOUNT,
      goods: 500,
      orderId: 99,
      saleKey: 'sale-1',
      program: 1,
    },
  },
  return: {
    ...ENVELOPE,
    kind: 'return',
    hold: null,
    body: { returnKey: 'refund/8', orderId: 99, customer: 7, value: DISCOUNT, refs: [REF] },
  },
  'give-back': {
    ...ENVELOPE,
    kind: 'give-back',
    ref: REF,
    hold: null,
    body: { amount: 40, reason: 'goods-returned', text: 'the blue one' },
  },
  'take-back': {
    ...ENVELOPE,
    kind: 'take-back',
    hold: null,
    body: { orderId: 99, points: 5, reason: 'other', text: '' },
  },
  note: { ...ENVELOPE, kind: 'note', hold: null, body: { topic: 'handler-error', text: 'late' } },
} as const;

describe('operations', () => {
  it.each(Object.entries(OPERATIONS))('[PT3] a whole %s is read as it is', (_kind, operation) => {
    expect(v.parse(operationSchema, JSON.parse(JSON.stringify(operation)))).toEqual(operation);
  });

  it.each([
    ['v', 2],
    ['id', `${WRITER}.0`],
    ['shopId', 0],
    ['heads', { short: 1 }],
    ['heads', { [WRITER]: 0 }],
    ['skip', Array.from({ length: SKIP_MAX + 1 }, () => 1)],
    ['device', 'x'.repeat(65)],
    ['location', -1],
    ['staff', 0],
    ['user', 1.5],
    ['build', undefined],
    ['deviceTime', '2026'],
    ['lastServerTime', undefined],
    ['kind', 'gift'],
  ])('[PT3] whatever its kind, an operation whose %s is %j is refused', (field, value) => {
    for (const operation of Object.values(OPERATIONS))
      expect(accepts(operationSchema, changed(operation, field, value))).toBe(false);
  });

  it.each([
    ['intent', 'ref', undefined],
    ['intent', 'hold', null],
    ['intent', 'hold.amount', 0],
    ['intent', 'hold.amount', -5],
    ['intent', 'hold.amount', 0.5],
    ['intent', 'hold.amount', AMOUNT_MAX + 1],
    ['intent', 'hold.unit', 'shells'],
    ['intent', 'hold.customer', '7'],
    ['intent', 'body.discount.amount', -1],
    ['intent', 'body.discount.currency', 'euro'],
    ['intent', 'body.title', 'x'.repeat(121)],
    ['intent', 'body.shown', undefined],
    ['intent', 'body.offline', undefined],
    ['void', 'body.reason', 'whim'],
    ['void', 'hold', null],
    ['void', 'ref', undefined],
    ['commit', 'body.captured', -1],
    ['commit', 'body.saleKey', 'x'.repeat(65)],
    ['commit', 'body.saleKey', undefined],
    ['commit', 'body.saleKey', ''],
    ['earn', 'body.saleKey', ''],
    ['commit', 'body.orderId', 0],
    ['earn', 'hold', HOLD],
    ['earn', 'body.points', -1],
    ['earn', 'body.points', 1.5],
    ['earn', 'body.customer', 0],
    ['missing', 'hold', null],
    ['commit', 'body.goods', -1],
    ['commit', 'body.customer', 0],
    ['return', 'body.returnKey', ''],
    ['return', 'body.value.amount', -1],
    ['return', 'body.refs', Array.from({ length: REFERENCES_PER_RETURN_MAX + 1 }, () => REF)],
    ['give-back', 'ref', undefined],
    ['give-back', 'body.amount', 0],
    ['give-back', 'body.reason', 'whim'],
    ['take-back', 'body.orderId', null],
    ['take-back', 'body.points', 0],
    ['take-back', 'body.text', 'x'.repeat(257)],
    ['note', 'body.topic', 'gossip'],
    ['note', 'body.text', 'x'.repeat(257)],
  ] as const)('[PT3] %s: `%s` of %j is refused', (kind, path, value) => {
    expect(accepts(operationSchema, changed(OPERATIONS[kind], path, value))).toBe(false);
  });
});

const REQUEST = {
  protocol: 1,
  shopId: 1,
  register: {
    device: 'front-counter',
    name: 'Front counter',
    location: 11,
    user: 31,
    staff: null,
    build: '1.0.0',
  },
  cursor: { epoch: 1, seq: 0 },
  operations: [OPERATIONS.intent, 'anything at all'],
  authorise: [OPERATIONS.intent.id],
  customers: [7],
  heads: { [WRITER]: 1 },
  pendingCount: 1,
  oldestPendingAt: null,
  deviceTime: 1_700_000_000_000,
  share: 0,
  storage: { keys: 3, bytes: 900 },
  damaged: [{ key: 'o.1.x', raw: '1|0|{' }],
};

describe('requests', () => {
  it('[PT2] a whole request is read as it is, its operations unchecked', () => {
    expect(v.parse(syncRequestSchema, REQUEST)).toEqual(REQUEST);
    expect(accepts(syncRequestSchema, changed(REQUEST, 'cursor', null))).toBe(true);
  });

  it.each(Object.keys(REQUEST))('[PT2] a request without `%s` is refused', (field) => {
    expect(accepts(syncRequestSchema, changed(REQUEST, field, undefined))).toBe(false);
  });

  it.each([
    ['surprise', 1],
    ['register.surprise', 1],
    ['storage.surprise', 1],
    ['protocol', 0],
    ['protocol', '1'],
    ['shopId', 0],
    ['register', null],
    ['register.device', ''],
    ['register.name', 'x'.repeat(81)],
    ['cursor', { epoch: 0, seq: 0 }],
    ['cursor', { epoch: 1, seq: -1 }],
    ['operations', {}],
    ['operations', Array.from({ length: OPERATIONS_PER_SYNC_MAX + 1 }, () => 1)],
    ['authorise', ['not an id']],
    ['customers', [0]],
    ['customers', Array.from({ length: 21 }, () => 7)],
    ['heads', { x: 1 }],
    ['pendingCount', -1],
    ['share', -1],
    ['deviceTime', 1.5],
    ['deviceTime', 2 ** 53],
    ['damaged', [{ key: 'k', raw: 'x'.repeat(2_049) }]],
    ['damaged', Array.from({ length: DAMAGED_PER_SYNC_MAX + 1 }, () => ({ key: 'k', raw: '' }))],
  ])('[PT2] a request whose `%s` is %j is refused', (path, value) => {
    expect(accepts(syncRequestSchema, changed(REQUEST, path, value))).toBe(false);
  });

  it.each([undefined, null, [], 'text', 5, '<html>'])('[PT2] %j is no request', (value) => {
    expect(accepts(syncRequestSchema, value)).toBe(false);
  });
});

const SETTLED = { id: `${WRITER}.1`, seq: 4, status: 'applied', reason: null, flags: [] };
const RESPONSE = {
  protocol: 1,
  syncId: 'sync-1',
  serverTime: 1_700_000_000_000,
  reset: false,
  cursor: { epoch: 1, seq: 4 },
  durable: 4,
  more: false,
  results: [SETTLED],
  settled: [{ ...SETTLED, flags: ['overdrawn'] }],
  balances: [{ customer: 7, unit: 'points', balance: -20 }],
  share: 1,
  program: {
    version: 1,
    name: 'Shells',
    currency: 'EUR',
    rewards: [],
    earn: { points: 1, per: 100 },
    storeCredit: true,
  },
  policy: POLICY_DEFAULT,
  damagedKept: ['o.1.x'],
};

describe('answers', () => {
  it('[PT5] a whole answer is read; fields of a later server are left out', () => {
    expect(v.parse(syncResponseSchema, RESPONSE)).toEqual(RESPONSE);
    expect(v.parse(syncResponseSchema, { ...RESPONSE, later: 1 })).toEqual(RESPONSE);
  });

  it.each(Object.keys(RESPONSE))('[PT5] an answer without `%s` is refused', (field) => {
    expect(accepts(syncResponseSchema, changed(RESPONSE, field, undefined))).toBe(false);
  });

  it.each([
    ['cursor', null],
    ['durable', -1],
    ['results', [{ ...SETTLED, status: 'lost' }]],
    ['results', [{ ...SETTLED, seq: 0 }]],
    ['settled', [{ ...SETTLED, reason: 'mood' }]],
    ['settled', [{ ...SETTLED, flags: ['odd'] }]],
    ['balances', [{ customer: 7, unit: 'points', balance: 0.5 }]],
    ['balances', [{ customer: 7, unit: 'shells', balance: 5 }]],
    ['balances', [{ customer: 7, unit: 'points', balance: 5, lease: -1 }]],
    ['share', 0.5],
    ['policy', {}],
    ['program', null],
  ])('[PT5] an answer whose `%s` is %j is refused', (path, value) => {
    expect(accepts(syncResponseSchema, changed(RESPONSE, path, value))).toBe(false);
  });

  it.each(['<html>Sign in to the guest network</html>', null, {}, [], { ok: true }])(
    '[PT5] what a captive portal says (%j) is no answer',
    (value) => {
      expect(accepts(syncResponseSchema, value)).toBe(false);
      expect(accepts(snapshotPageSchema, value)).toBe(false);
      expect(accepts(errorSchema, value)).toBe(false);
    },
  );

  it('[PT5] a page of balances is read; one with half a customer in it is refused', () => {
    const page = {
      protocol: 1,
      serverTime: 1,
      cursor: { epoch: 1, seq: 9 },
      customers: [1001, 1, 3],
      units: { points: [5, 0, -5], EUR: [0, 1, 2] },
      leases: [[1001, 'points', 2]],
      next: null,
      total: 3,
    };
    expect(v.parse(snapshotPageSchema, page)).toEqual(page);
    for (const [path, value] of [
      ['customers', [1.5]],
      ['customers', [0]],
      ['units', { shells: [1] }],
      ['units', { points: [0.5] }],
      ['leases', [[1001, 'points', -1]]],
      ['leases', [[1001, 'points']]],
      ['next', undefined],
    ] as const)
      expect(accepts(snapshotPageSchema, changed(page, path, value))).toBe(false);
  });
});
