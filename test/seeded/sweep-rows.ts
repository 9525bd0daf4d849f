/**
 * The rows of the crash table, and which of them a fault meets: worked out from what lies in
 * storage and in the cart at the moment of the fault, not from what the script meant to reach.
 */
import type { Fault, Point } from '../support/single-fault.ts';
import { refsInCart, type SweptWorld } from '../support/swept-world.ts';

export const CRASH_ROWS = [
  "before or during the intent's set",
  'after the intent, before the cart call',
  'during the cart call',
  'after the discount, before the property',
  'staff removes or replaces our discount',
  'our own remove',
  'cart emptied, no sale event',
  'app killed while the reference was in the cart',
  'order completed, event never handled',
  'commit durable, not sent',
  'request lost',
  'server died before its commit',
  'server died after its commit, or reply lost',
  'run not written',
  'run written, records not deleted',
  'compaction under way',
  'snapshot under way',
  'server restored from backup',
  'cart saved and reopened elsewhere',
  'staff edits the discount',
  'customer changed on the cart',
  'power cut, the last seconds of storage lost',
  'goods come back',
] as const;
export type CrashRow = (typeof CRASH_ROWS)[number];

/** What the script did before, as the row that it belongs to. */
const BY_SCRIPT: Readonly<Record<string, CrashRow>> = {
  'staff-removed': 'staff removes or replaces our discount',
  emptied: 'cart emptied, no sale event',
  restored: 'server restored from backup',
  reopened: 'cart saved and reopened elsewhere',
  edited: 'staff edits the discount',
  'customer-changed': 'customer changed on the cart',
  returned: 'goods come back',
  'power-cut': 'power cut, the last seconds of storage lost',
};

/** Every row of the table that this fault, at this moment, is a case of. */
export async function rowsMet(
  world: SweptWorld,
  fault: Fault,
  point: Point,
): Promise<readonly CrashRow[]> {
  const rows = new Set<CrashRow>();
  for (const [what, row] of Object.entries(BY_SCRIPT)) if (world.happened.has(what)) rows.add(row);
  for (const device of world.devices) {
    const { operations, pending, segments } = await device.view();
    const inCart = refsInCart(device);
    const refs = (kind: string) =>
      new Set([...operations.values()].filter((one) => one.kind === kind).map(({ ref }) => ref));
    const closed = new Set([...refs('commit'), ...refs('void')]);
    const open = [...refs('intent')].filter((ref) => ref !== undefined && !closed.has(ref));
    const isWaiting = open.some((ref) => ref !== undefined && !inCart.has(ref));
    if (device.doing === 'tap') {
      if (inCart.size > 0) rows.add('after the discount, before the property');
      else if (isWaiting) rows.add('after the intent, before the cart call');
      else rows.add("before or during the intent's set");
    }
    if (device.doing === 'remove') rows.add('our own remove');
    if (fault.kind.startsWith('kill-app') && inCart.size > 0)
      rows.add('app killed while the reference was in the cart');
    if (device.doing === 'sale' && fault.kind.startsWith('kill') && open.length > 0)
      rows.add('order completed, event never handled');
    if (segments.length > 0 && point.name.endsWith('delete o')) rows.add('compaction under way');
    if (pending.some(({ kind }) => kind === 'commit')) rows.add('commit durable, not sent');
  }
  for (const row of rowsOfCall(fault, point)) rows.add(row);
  return [...rows];
}

function rowsOfCall({ kind }: Fault, { callClass, name }: Point): readonly CrashRow[] {
  if (name.endsWith('applyDiscount')) return ['during the cart call'];
  if (callClass === 'request') {
    if (kind === 'rolled-back') return ['server died before its commit'];
    const isDone = /after$|late$|^doubled/.test(kind);
    return [isDone ? 'server died after its commit, or reply lost' : 'request lost'];
  }
  if (name.endsWith('set r')) return ['run not written'];
  if (name.endsWith('delete o') || name.endsWith('delete r'))
    return ['run written, records not deleted'];
  if (/ (?:set|get|delete) s$/.test(name)) return ['compaction under way'];
  if (/ (?:set|get|delete) b$/.test(name)) return ['snapshot under way'];
  return [];
}
