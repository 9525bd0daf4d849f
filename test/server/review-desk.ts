/** What tests about reviews have in common: the merchant’s desk over HTTP, and an overspend. */
import { expect } from 'vitest';
import {
  reviewItemAnswerSchema,
  reviewPageSchema,
  type ReviewItem,
  type ReviewKind,
  type ReviewPage,
} from '../../shared/merchant/review.ts';
import { syncResponseSchema, type SyncResponse } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type { FakeOperations } from '../../simulator/admin-api/operations.ts';
import { openMerchant, type Answered, type As } from './merchant-world.ts';
import { commit, id, intent, ref, registerOf, type Push } from './world.ts';

export const DAY = 24 * 3_600_000;

export interface Decide {
  readonly key: string;
  readonly action: string;
  readonly amount?: number | null;
  readonly comment?: string;
  readonly decision?: string;
  /** When what was looked at came about; as it is now where nothing is said. */
  readonly at?: number;
}

export async function openDesk(operations: FakeOperations = {}) {
  const world = await openMerchant({ operations });
  let drawn = 0;
  const draw = () => `decision-${String((drawn += 1)).padStart(8, '0')}`;
  const sync = async (part: Partial<Push> = {}): Promise<SyncResponse> => {
    const { status, body } = await world.sync(part);
    expect([status, body]).toEqual([200, expect.anything()]);
    return v.parse(syncResponseSchema, body);
  };
  const page = async (query = 'state=open'): Promise<ReviewPage> => {
    const { status, body } = await world.ask(`GET /api/admin/review?${query}`);
    expect([status, body]).toEqual([200, expect.anything()]);
    return v.parse(reviewPageSchema, body);
  };
  const look = (key: string) =>
    world.ask(`GET /api/admin/review/item?key=${encodeURIComponent(key)}`);
  const atOf = async (key: string): Promise<number> => {
    const answered = await look(key);
    return answered.status === 200 ? itemIn(answered).at : 0;
  };
  return {
    ...world,
    sync,
    page,
    draw,
    async item(key: string): Promise<ReviewItem | undefined> {
      const answered = await look(key);
      return answered.status === 404 ? undefined : itemIn(answered);
    },
    async decide(by: Decide, as?: As) {
      const decision = draw();
      const at = by.at ?? (await atOf(by.key));
      const asked = { decision, at, comment: 'looked at it', amount: null, ...by };
      return world.ask('POST /api/admin/review/decide', asked, as);
    },
    async undo(key: string, of: string, as?: As) {
      const asked = { decision: draw(), key, at: await atOf(key), of, comment: 'a mistake' };
      return world.ask('POST /api/admin/review/undo', asked, as);
    },
    /** The open items of a kind, newest first. */
    async open(kind: ReviewKind): Promise<readonly ReviewItem[]> {
      return (await page(`state=open&kind=${kind}`)).items;
    },
    /** Alice spends 500 of her 1,000 points so many times on a register that is cut off. */
    async overspend(times = 3, name = 'R'): Promise<void> {
      for (let n = 1; n <= times; n += 1) {
        const [own, key] = [ref(`${name}${n}`), `sale-${name}${n}`];
        const asked = { id: id(`W${name}`, 2 * n - 1), ref: own, lastServerTime: 5 };
        const sold = { id: id(`W${name}`, 2 * n), ref: own, body: { saleKey: key } };
        await sync({ operations: [intent(asked), commit(sold)], register: registerOf('till-1') });
      }
    },
  };
}
export type Desk = Awaited<ReturnType<typeof openDesk>>;

export function itemIn({ status, body }: Answered): ReviewItem {
  expect([status, body]).toEqual([200, expect.anything()]);
  return v.parse(reviewItemAnswerSchema, body).item;
}

/** The only item of a list. */
export function only(items: readonly ReviewItem[]): ReviewItem {
  expect(items).toHaveLength(1);
  return items[0] as ReviewItem;
}

/** A refusal: its status and code. */
export function refusal({ status, body }: Answered): readonly [number, string] {
  const { error } = v.parse(v.object({ error: v.object({ code: v.string() }) }), body);
  return [status, error.code];
}
