/**
 * Customers that are no more: merged into another one (the heir), or forgotten. Their redemptions,
 * sales and returns stay theirs, so that nothing that is still open changes its account. Only what
 * they could spend moves on: at the end of every database transaction whatever stands in such an
 * account goes to its heir, or out of the books when there is none. So a register that is cut off
 * may go on sending the old id, and all of it counts for the heir.
 *
 * The ledger's own operation under `goneKey` says it; an account is gone once, for ever.
 */
import { assert } from '../../shared/assert.ts';
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { AccountRow, CustomerKey, SettledRow, ShopReader } from '../database/database.ts';
import { redemptionOf } from './cases.ts';
import type { Decision } from './decision.ts';
import {
  accountOf,
  fits,
  keyOf,
  nextSeq,
  post,
  type Draft,
  type Known,
  type Move,
} from './draft.ts';
import { addLeases } from './leases.ts';
import { keepOwn } from './own-operation.ts';

/** Mergers one after the other; a longer row of them ends here, and the rest stays where it is. */
const STEPS_MAX = 8;

/** Who is gone: with an heir when merged, without one when forgotten. */
export type Heirs = ReadonlyMap<CustomerKey, CustomerKey | undefined>;

/** The name of the operation that says that this customer is no more. */
export function goneKey(key: CustomerKey): string {
  return `gone:${key}`;
}

/**
 * Adds to what was read who is gone of these customers, their heirs, and the heirs' accounts and
 * leases; `goneRows` are the settled operations under their names. Hardly any shop has one.
 */
export async function withHeirs(
  tx: ShopReader,
  known: Omit<Known, 'heirs'>,
  goneRows: Known['settled'],
): Promise<Known> {
  const { heirs, settled: more } = await heirsBehind(tx, goneRows);
  const settled = [...known.settled, ...more];
  if (heirs.size === 0) return { ...known, heirs };
  const kept = [...heirs.values()].filter((key) => key !== undefined);
  const names = new Set(known.accounts.map(({ key }) => key));
  const accounts = await tx.accounts(kept.filter((key) => !names.has(key)));
  // Without its leases an account would be taken for one that nothing has touched yet.
  if (known.shop.policy.strict) addLeases(known.escrow, await tx.leases(kept));
  return { ...known, heirs, settled, accounts: [...known.accounts, ...accounts] };
}

/** Who of these customers is gone, and of their heirs. */
export async function readHeirs(reader: ShopReader, keys: readonly CustomerKey[]): Promise<Heirs> {
  const goneRows = keys.length === 0 ? [] : await reader.settled(keys.map(goneKey));
  return (await heirsBehind(reader, goneRows)).heirs;
}

async function heirsBehind(tx: ShopReader, goneRows: Known['settled']) {
  const heirs = new Map<CustomerKey, CustomerKey | undefined>();
  const settled: SettledRow[] = [];
  let next = goneRows;
  for (let step = 0; step < STEPS_MAX && next.length > 0; step += 1) {
    settled.push(...next);
    const found: CustomerKey[] = [];
    for (const { key: name } of next) {
      const [row] = await tx.operation(name);
      assert(row?.customer !== undefined, 'an operation that says who is gone');
      const gone = name.slice(goneKey('' as CustomerKey).length) as CustomerKey;
      heirs.set(gone, row.customer === gone ? undefined : row.customer);
      if (!heirs.has(row.customer)) found.push(row.customer);
    }
    next = found.length === 0 ? [] : await tx.settled(found.map(goneKey));
  }
  return { heirs, settled };
}

/** Whose account what this customer may spend stands in; `undefined`: nobody's any more. */
export function heirOf(
  { heirs }: { readonly heirs: Heirs },
  key: CustomerKey,
): CustomerKey | undefined {
  let at: CustomerKey | undefined = key;
  for (let step = 0; step <= STEPS_MAX && at !== undefined && heirs.has(at); step += 1)
    at = heirs.get(at);
  return at;
}

/**
 * Whom a sale was for, as its redemption knows that customer: a merger in between must not make the
 * sale one for another. `holder` is whose the hold is, where the message says so.
 */
export function buyerOf(
  draft: Draft,
  buyer: CustomerId,
  by: { readonly ref: string; readonly holder: CustomerKey | undefined },
): CustomerKey {
  const key = keyOf(draft, buyer);
  const { intent, commit } = redemptionOf(draft, by.ref).facts;
  const own = intent?.customer ?? commit?.customer ?? by.holder;
  if (own === undefined || draft.heirs.size === 0) return key;
  const heir = heirOf(draft, key);
  return heir !== undefined && heirOf(draft, own) === heir ? own : key;
}

/** The account with all that stands for the same person in accounts of others. */
export function estateOf(draft: Draft, key: CustomerKey, unit: Unit): AccountRow {
  const own = accountOf(draft, key, unit);
  const heir = heirOf(draft, key);
  if (draft.heirs.size === 0 || heir === undefined) return own;
  const others = [...new Set([heir, ...draft.heirs.keys()])].filter(
    (other) => other !== key && heirOf(draft, other) === heir,
  );
  const sum = others.reduce((all, other) => all + accountOf(draft, other, unit).customer, 0);
  return { ...own, key: heir, customer: own.customer + sum };
}

/** Moves on what stands in accounts of those who are gone. The last step of every transaction. */
export function settleHeirs(draft: Draft, now: number): void {
  if (draft.heirs.size === 0) return;
  for (const { key, unit, customer } of [...draft.accounts.values()]) {
    const heir = heirOf(draft, key);
    if (customer === 0 || heir === key) continue;
    const moves = [moveBy(key, unit, 0 - customer)];
    if (heir !== undefined) moves.push(moveBy(heir, unit, customer));
    if (!fits(draft, moves)) continue;
    const seq = nextSeq(draft);
    post(draft, seq, moves);
    const [kind, about] = ['adjustment', { unit, amount: customer }] as const;
    keepOwn(draft, {
      ...about,
      seq,
      key: `adjustment:heir-${seq}`,
      kind,
      customer: heir ?? key,
      now,
      content: { kind, ...about },
    });
  }
}

function moveBy(key: CustomerKey, unit: Unit, amount: number): Move {
  return { key, unit, customer: amount, held: 0, redeemed: 0, issued: 0 - amount };
}

/**
 * `old` was merged into `kept` at Shopify. Twice, and in any order with other mergers, comes to the
 * same; a circle of them is left open.
 */
export function mergeDecision(old: CustomerId, kept: CustomerId): Decision {
  return {
    reads: { customers: [old, kept] },
    decide: (draft, now) => {
      const [key, heir] = [keyOf(draft, old), keyOf(draft, kept)];
      if (draft.heirs.has(key) || heirOf(draft, heir) === key) return;
      draft.heirs.set(key, heir);
      draft.review.merged.push({ from: key, to: heirOf(draft, key) ?? heir });
      keepOwn(draft, {
        seq: nextSeq(draft),
        key: goneKey(key),
        kind: 'merge',
        customer: heir,
        now,
        content: { kind: 'merge' },
      });
    },
  };
}

/** What the ledger knew of a customer who is forgotten. */
export interface Forgotten {
  readonly key: CustomerKey;
  /** Registers whose cursor has passed this position have heard that the balance is gone. */
  readonly seq: number;
}

/** The customer's balances leave the books; `undefined`: the ledger has never heard of them. */
export function forgetDecision(id: CustomerId): Decision<Forgotten | undefined> {
  return {
    reads: { customers: [id] },
    decide: (draft, now) => {
      const row = draft.customers.get(id);
      if (row === undefined) return undefined;
      const { key } = row;
      if (!draft.heirs.has(key)) {
        draft.heirs.set(key, undefined);
        const own = { seq: nextSeq(draft), key: goneKey(key), now };
        keepOwn(draft, { ...own, kind: 'forget', customer: key, content: { kind: 'forget' } });
      }
      settleHeirs(draft, now);
      return { key, seq: draft.shop.seq };
    },
  };
}
