/** Items of the review as the page reads them: with names, balances, and what may be decided. */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { ReviewDecision, ReviewItem } from '../../shared/merchant/review.ts';
import * as v from '../../shared/schema.ts';
import type { CustomerKey, RedemptionRow, RegisterRow, ShopReader } from '../database/database.ts';
import type { ReviewDecisionView } from '../database/reviews.ts';
import { heirOf, readHeirs, type Heirs } from '../ledger/heirs.ts';
import { actionsOf, canUndo, type Around } from '../ledger/review-actions.ts';
import type { Reviewed } from '../ledger/review-items.ts';

const DETAIL_MAX = 4_096;

/** What is known around a page of items, read at once. */
interface Surroundings {
  readonly heirs: Heirs;
  readonly ids: ReadonlyMap<CustomerKey, CustomerId>;
  readonly balances: ReadonlyMap<string, number>;
  readonly registers: ReadonlyMap<string, RegisterRow>;
  readonly redemptions: ReadonlyMap<string, RedemptionRow>;
  readonly foreign: Unit | undefined;
  readonly isStrict: boolean;
}

export async function itemsForPeople(
  reader: ShopReader,
  items: readonly Reviewed[],
  foreign: Unit | undefined,
): Promise<ReviewItem[]> {
  const around = await surroundingsOf(reader, items, foreign);
  return items.map((item) => forPeople(item, around));
}

async function surroundingsOf(
  reader: ShopReader,
  items: readonly Reviewed[],
  foreign: Unit | undefined,
): Promise<Surroundings> {
  const present = <T>(values: readonly (T | undefined)[]) => [
    ...new Set(values.flatMap((one) => (one === undefined ? [] : [one]))),
  ];
  const keys = present(items.map(({ customer }) => customer));
  const heirs = await readHeirs(reader, keys);
  const owners = present(keys.map((key) => heirOf({ heirs }, key)));
  const devices = present(items.map(({ device }) => device));
  const [shop, rows, accounts, redemptions, ...registers] = await Promise.all([
    reader.shop(),
    reader.customersOf(owners),
    reader.accounts(owners),
    reader.redemptions(present(items.map(({ ref }) => ref))),
    ...devices.map((device) => reader.register(device)),
  ]);
  return {
    heirs,
    ids: new Map(rows.map(({ key, id }) => [key, id])),
    balances: new Map(accounts.map((row) => [`${row.key}/${row.unit}`, row.customer])),
    registers: new Map(present(registers).map((row) => [row.device, row])),
    redemptions: new Map(redemptions.map((row) => [row.ref, row])),
    foreign,
    isStrict: shop?.policy.strict ?? false,
  };
}

function forPeople(item: Reviewed, by: Surroundings): ReviewItem {
  const { customer, unit, ref, device, operation } = item;
  const owner = customer === undefined ? undefined : heirOf(by, customer);
  const balance =
    owner === undefined || unit === undefined
      ? undefined
      : (by.balances.get(`${owner}/${unit}`) ?? 0);
  const redemption = ref === undefined ? undefined : by.redemptions.get(ref);
  const isCaptured = (redemption?.posted?.captured ?? 0) > 0;
  const { foreign, isStrict } = by;
  const isOwned = owner !== undefined;
  const around: Around = { isOwned, balance, isCaptured, foreign, isStrict };
  const register = device === undefined ? undefined : by.registers.get(device);
  return {
    key: item.key,
    kind: item.kind,
    at: item.at,
    device: device ?? null,
    register: register?.name ?? null,
    location: locationOf(item) ?? register?.location ?? null,
    staff: item.staff ?? null,
    customer: (owner === undefined ? undefined : by.ids.get(owner)) ?? null,
    unit: unit ?? null,
    amount: item.amount ?? null,
    overBy: item.overBy ?? null,
    balance: balance ?? null,
    cacheAgeMs: item.cacheAgeMs ?? null,
    ref: ref ?? null,
    operationId: operation?.id ?? operation?.key ?? redemption?.facts.intent?.id ?? null,
    orderId: item.orderId ?? orderOf(redemption) ?? null,
    detail: item.detail?.slice(0, DETAIL_MAX) ?? null,
    isOpen: item.isOpen,
    actions: [...actionsOf(item, around)],
    decisions: item.decisions.map((one) => decisionForPeople(item, one, around)),
  };
}

const orderOf = (redemption: RedemptionRow | undefined) =>
  redemption?.facts.sales.find(({ orderId }) => orderId !== undefined)?.orderId;

const placedSchema = v.object({ location: v.number() });

function locationOf({ operation }: Reviewed): number | undefined {
  const read = v.safeParse(placedSchema, asJson(operation?.content));
  return read.success && Number.isSafeInteger(read.output.location)
    ? Math.max(0, read.output.location)
    : undefined;
}

const writtenSchema = v.object({
  comment: v.defaulted(v.string(), ''),
  by: v.defaulted(v.string(), ''),
});

/** Who decided and why; nothing once the person that it is about was forgotten. */
export function writtenIn(content: string): { readonly comment: string; readonly by: string } {
  const read = v.safeParse(writtenSchema, asJson(content));
  return read.success ? read.output : { comment: '', by: '' };
}

function decisionForPeople(
  item: Reviewed,
  decision: ReviewDecisionView,
  around: Around,
): ReviewDecision {
  const { seq, key, action, at, unit, amount, undoneBy } = decision;
  return {
    id: key,
    seq,
    action,
    ...writtenIn(decision.content),
    at,
    unit: unit ?? null,
    amount: amount ?? null,
    isUndone: undoneBy !== undefined,
    canUndo: canUndo(item, decision, around),
  };
}

export function asJson(content: string | undefined): unknown {
  try {
    return JSON.parse(content ?? 'null');
  } catch {
    return undefined;
  }
}
