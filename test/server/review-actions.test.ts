/** Which decisions are possible for what: as the page offers them, the usual one first. */
import { describe, expect, it } from 'vitest';
import { FLAGS } from '../../shared/protocol.ts';
import { isClosing, REVIEW_KINDS, type ReviewKind } from '../../shared/merchant/review.ts';
import { currency } from '../../shared/amount.ts';
import type { CustomerKey } from '../../server/database/database.ts';
import { readOperation } from '../../server/ledger/incoming.ts';
import { actionsOf, type Around } from '../../server/ledger/review-actions.ts';
import type { Reviewed } from '../../server/ledger/review-items.ts';

const EUR = currency('EUR');
const HERS: Around = {
  isOwned: true,
  balance: -300,
  isCaptured: false,
  foreign: undefined,
  isStrict: false,
};

const item = (kind: ReviewKind, part: Partial<Reviewed> = {}): Reviewed => ({
  ...{ key: 'conflict/1.0', kind, at: 1, isDerived: false, isThere: true, isOpen: true },
  ...{ device: 'till-1', subject: undefined, detail: undefined },
  ...{ customer: 'somebody' as CustomerKey, unit: 'points', amount: 500, overBy: 500 },
  ...{ staff: undefined, cacheAgeMs: undefined, ref: undefined, orderId: undefined },
  operation: {
    ...{ seq: 1, key: 'a', id: 'a', syncId: 's', content: '{}' },
    hash: readOperation({}, 0, 1).hash,
    status: 'quarantined',
  },
  ...{ row: undefined, decisions: [] },
  ...part,
});

const both = ['dismiss', 'credit', 'debit', 'contacted'];
const OFFERED: Readonly<Record<ReviewKind, readonly string[]>> = {
  overdrawn: ['carry', 'write-off', 'contacted', 'dismiss', 'credit'],
  'over-limit': ['carry', 'contacted', 'dismiss', 'credit'],
  'lease-exceeded': ['carry', 'contacted', 'dismiss', 'credit'],
  'no-intent': ['debit', 'dismiss', 'contacted'],
  ...{ 'late-commit': both, 'amount-differs': both, 'ref-reused': both, 'other-customer': both },
  ...{ 'unmatched-return': both, 'closed-with-waiting': both },
  quarantined: ['retry', 'dismiss', 'contacted'],
  mismatch: ['dismiss', 'contacted'],
  damaged: ['dismiss'],
  gap: ['dismiss', 'contacted'],
  silent: ['contacted', 'dismiss'],
  'open-hold': ['void', 'contacted'],
};

describe('what may be decided', () => {
  it.each(REVIEW_KINDS)('[MR23] about %s', (kind) => {
    expect(actionsOf(item(kind), HERS)).toEqual(OFFERED[kind]);
    expect(actionsOf(item(kind, { isOpen: false }), HERS)).toEqual([]);
  });

  it('[MR23] moves nothing for nobody, in no unit, and not where the truth lies elsewhere', () => {
    const moving: readonly string[] = ['write-off', 'credit', 'debit'];
    for (const kind of FLAGS) {
      for (const offered of [
        actionsOf(item(kind), { ...HERS, isOwned: false, balance: undefined }),
        actionsOf(item(kind, { unit: undefined }), { ...HERS, balance: undefined }),
        actionsOf(item(kind, { unit: EUR }), { ...HERS, foreign: EUR }),
      ]) {
        expect(offered.filter((action) => moving.includes(action))).toEqual([]);
        expect(offered.some(isClosing)).toBe(true);
      }
    }
  });

  it('[MR23] looks at how things stand', () => {
    const above = { ...HERS, balance: 0 };
    expect(actionsOf(item('overdrawn'), above)).toEqual([
      ...['carry', 'contacted', 'dismiss', 'credit'],
    ]);
    expect(actionsOf(item('no-intent'), { ...HERS, isCaptured: true })[0]).toBe('dismiss');
    const ofOrder = { ...item('quarantined').operation, syncId: undefined };
    const told = item('quarantined', { operation: ofOrder as Reviewed['operation'] });
    expect(actionsOf(told, HERS)).toEqual(both);
    const cut = { ...item('quarantined').operation, content: '[]' };
    const short = item('quarantined', { operation: cut as Reviewed['operation'] });
    expect(actionsOf(short, HERS)).toEqual(both);
    expect(actionsOf(short, { ...HERS, isOwned: false })).toEqual(['dismiss', 'contacted']);
    expect(actionsOf(item('open-hold'), { ...HERS, isStrict: true })).toEqual(['contacted']);
  });
});
