/**
 * Strict mode: registers that are cut off from each other promise only what the ledger has set
 * aside for them, so that together they never promise more than there is.
 *
 *   slot    a register that shares the shop's balances; k of them
 *   part    what one slot may promise of an account that nothing has touched: one `held`-th
 *   lease   what it may promise of an account that something has touched: an amount of its own
 *   free    the balance less all parts or leases: what an authorisation may take at once
 *
 * The one rule: what a register may still believe it has is counted until the register itself has
 * said that it knows better. So every lowering takes two steps. The ledger tells the smaller number
 * and goes on counting the greater one, until a request shows that the smaller one is stored on the
 * device (its cursor has passed the position at which it was told) and that all that was promised
 * before has arrived (as many operations wait as it sends). Raising takes one step, out of what is
 * free, written before it is told. No clock plays a part in it; the server's clock only decides
 * when a register that is never heard again loses its slot, and how long a wish is remembered.
 *
 * A promise made after an authorisation that came too late is within the lease, and the ledger
 * never refuses within the lease: so it can't refuse late what was promised meanwhile.
 *
 * What it can't hold back: the merchant's own debits and points taken back for returned goods, a
 * sale of what the register had given back before, a backup that is restored and the moment in
 * which strict mode is switched on, until every register has synced again.
 */
import type { Unit } from '../../shared/amount.ts';
import type { Cursor, SyncRequest } from '../../shared/protocol.ts';
import { evenShare } from '../../shared/rules.ts';
import type { CustomerKey } from '../database/database.ts';
import type { LeaseChanges, LeaseRow, SlotRow } from '../database/leases.ts';

/**
 * A device that nobody opens has lost its storage after 30 days. One that is used all this time
 * without a network keeps it: that case is outside of what strict mode promises.
 */
export const SLOT_SILENT_MS = 35 * 86_400_000;
/** How long what others give up for a register is kept free for it. */
export const WISH_MS = 10 * 60_000;
const SEEN_EVERY_MS = 3_600_000;

/** Slots and leases as one database transaction sees and changes them. */
export interface Escrow {
  readonly slots: Map<string, SlotRow>;
  /** By account, then by device. An account without leases is shared evenly. */
  readonly leases: Map<string, Map<string, LeaseRow>>;
  readonly touched: {
    forgotten: LeaseChanges['forgotten'];
    readonly gone: Set<string>;
    readonly slots: Set<string>;
    readonly leases: Map<string, LeaseRow>;
  };
}

export interface Account {
  readonly key: CustomerKey;
  readonly unit: Unit;
  readonly balance: number;
}

const accountName = ({ key, unit }: Pick<Account, 'key' | 'unit'>) => `${key}/${unit}`;

export function createEscrow(slots: readonly SlotRow[], leases: readonly LeaseRow[]): Escrow {
  const escrow: Escrow = {
    slots: new Map(slots.map((slot) => [slot.device, slot])),
    leases: new Map(),
    touched: { forgotten: 'nothing', gone: new Set(), slots: new Set(), leases: new Map() },
  };
  addLeases(escrow, leases);
  return escrow;
}

/** Adds what was read later; an account that is here already is newer than in the database. */
export function addLeases(escrow: Escrow, rows: readonly LeaseRow[]): void {
  // What the database still holds of leases that were forgotten here counts no longer.
  if (escrow.touched.forgotten !== 'nothing') return;
  const known = new Set(escrow.leases.keys());
  for (const row of rows) {
    const name = accountName(row);
    if (known.has(name) || !escrow.slots.has(row.device)) continue;
    const leases = escrow.leases.get(name) ?? new Map<string, LeaseRow>();
    escrow.leases.set(name, leases.set(row.device, row));
  }
}

/** Everything that was decided, as rows to write; `undefined` when nothing was. */
export function leaseChanges({ slots, touched }: Escrow): LeaseChanges | undefined {
  const changed = [...touched.slots].flatMap((device) => slots.get(device) ?? []);
  const leases = [...touched.leases.values()].filter(({ device }) => slots.has(device));
  const gone = [...touched.gone];
  const { forgotten } = touched;
  const isNothing = changed.length + leases.length + gone.length === 0 && forgotten === 'nothing';
  return isNothing ? undefined : { forgotten, gone, slots: changed, leases };
}

/** Strict mode begins or ends: whatever was told before counts no longer. */
export function forgetEscrow(escrow: Escrow): void {
  forgetLeases(escrow);
  escrow.slots.clear();
  escrow.touched.slots.clear();
  escrow.touched.forgotten = 'all';
}

function forgetLeases({ leases, touched }: Escrow): void {
  leases.clear();
  touched.leases.clear();
  if (touched.forgotten === 'nothing') touched.forgotten = 'leases';
}

function putSlot(escrow: Escrow, slot: SlotRow): void {
  escrow.slots.set(slot.device, slot);
  escrow.touched.slots.add(slot.device);
}

function putLease(escrow: Escrow, row: LeaseRow): void {
  const name = accountName(row);
  const leases = escrow.leases.get(name) ?? new Map<string, LeaseRow>();
  escrow.leases.set(name, leases.set(row.device, row));
  escrow.touched.leases.set(`${name}/${row.device}`, row);
}

/** A register syncs: those that were silent for too long lose their slots, and it has one. */
export function arrive(
  escrow: Escrow,
  by: { readonly device: string; readonly now: number; readonly nextSeq: () => number },
): void {
  const { device, now, nextSeq } = by;
  for (const slot of [...escrow.slots.values()]) {
    if (slot.device === device || now - slot.seenAt < SLOT_SILENT_MS) continue;
    escrow.slots.delete(slot.device);
    escrow.touched.gone.add(slot.device);
    for (const leases of escrow.leases.values()) leases.delete(slot.device);
    for (const [name, row] of escrow.touched.leases)
      if (row.device === slot.device) escrow.touched.leases.delete(name);
  }
  const slot = escrow.slots.get(device);
  if (slot === undefined) {
    const seq = nextSeq();
    const nothing = { told: 0, toldAt: seq, held: 0, from: seq, isSure: false };
    putSlot(escrow, { device, ...nothing, seenAt: now });
  } else if (Math.abs(now - slot.seenAt) >= SEEN_EVERY_MS) {
    putSlot(escrow, { ...slot, seenAt: now });
  }
  tellShares(escrow, nextSeq);
}

/** Whether nobody but this register shares the balances, and it knows. */
export function isAlone(slots: readonly SlotRow[], device: string): boolean {
  const [slot] = slots;
  return slots.length === 1 && slot?.device === device && slot.told === 1 && slot.held === 1;
}

/**
 * Tells every slot its even share, as far as that is safe: a smaller one at once, a greater one
 * when no other slot may still believe in more than its own.
 */
export function tellShares(escrow: Escrow, nextSeq: () => number): void {
  const share = escrow.slots.size;
  let seq: number | undefined;
  for (const slot of [...escrow.slots.values()]) {
    if (slot.told === share) continue;
    const isSmaller = slot.told > 0 && slot.told < share;
    const others = [...escrow.slots.values()].filter((other) => other.device !== slot.device);
    if (!isSmaller && others.some(({ held }) => held > 0 && held < share)) continue;
    seq ??= nextSeq();
    // Alone, the whole balance is its own: it starts anew, so that no old lease is remembered.
    const isLast = share === 1 && slot.told > 0;
    if (isLast) forgetLeases(escrow);
    const held = slot.held === 0 ? share : Math.min(slot.held, share);
    putSlot(escrow, { ...slot, told: share, toldAt: seq, held, from: isLast ? seq : slot.from });
  }
}

/**
 * What a request shows of what is stored on the device, after its operations were settled: shares
 * and offers that it knows of count from here on.
 */
export function acknowledge(escrow: Escrow, request: SyncRequest, epoch: number): void {
  const { device } = request.register;
  const slot = escrow.slots.get(device);
  const cursor = completeUpTo(request, epoch);
  if (slot === undefined || cursor === undefined) return;
  const isTold = cursor.seq >= slot.toldAt && request.share === slot.told;
  if (isTold && (slot.held !== slot.told || !slot.isSure))
    putSlot(escrow, { ...slot, held: slot.told, isSure: true });
  for (const leases of [...escrow.leases.values()]) {
    const row = leases.get(device);
    // Told with the row's own position: an answer that ends before it has not named the offer.
    if (row?.offered === undefined || cursor.seq < row.seq) continue;
    putLease(escrow, { ...row, amount: Math.min(row.amount, row.offered), offered: undefined });
  }
}

/** The position up to which the device knows all, if all that it promised before is here. */
export function completeUpTo(request: SyncRequest, epoch: number): Cursor | undefined {
  const { cursor, pendingCount, operations, damaged } = request;
  if (cursor === null || cursor.epoch !== epoch || damaged.length > 0) return undefined;
  return pendingCount === operations.length ? cursor : undefined;
}

/**
 * The leases of an account that something touches at `seq`: from the first touch on they are rows,
 * so that the balance can move without moving what registers believe. `undefined` while a single
 * register shares it with nobody.
 */
function openLeases(
  escrow: Escrow,
  account: Account,
  seq: number,
): ReadonlyMap<string, LeaseRow> | undefined {
  const { key, unit } = account;
  const known = escrow.leases.get(accountName(account));
  if (known === undefined && escrow.slots.size < 2) return undefined;
  for (const { device } of escrow.slots.values()) {
    if (known?.has(device) === true) continue;
    const amount = known === undefined ? partOf(escrow, account, device) : 0;
    const nothing = { offered: undefined, wishedAt: undefined };
    putLease(escrow, { key, unit, device, amount, ...nothing, seq });
  }
  return escrow.leases.get(accountName(account));
}

function partOf({ slots }: Escrow, { balance }: Account, device: string): number {
  return evenShare(balance, slots.get(device)?.held ?? 0);
}

/** What this register, and all together, may believe to have of the account. */
function setAside(escrow: Escrow, account: Account, device: string) {
  const rows = escrow.leases.get(accountName(account));
  const amounts = [...escrow.slots.keys()].map(
    (of) =>
      [of, rows === undefined ? partOf(escrow, account, of) : (rows.get(of)?.amount ?? 0)] as const,
  );
  const all = amounts.reduce((sum, [, amount]) => sum + Math.max(0, amount), 0);
  const own = amounts.find(([of]) => of === device)?.[1] ?? 0;
  return { own, free: account.balance - all };
}

/** What no register may believe to have of the account: a door of the server's own takes of it. */
export function freeOf(escrow: Escrow, account: Account): number {
  return setAside(escrow, account, '').free;
}

export type Shortage = 'balance-too-low' | 'set-aside';

/** What a register takes of an account, or wants to take. */
export interface Spending {
  readonly amount: number;
  readonly device: string;
  readonly isAuthorisation: boolean;
  /** Whether it was made without a network, so that nobody could be asked. */
  readonly offline: boolean;
  /** Whether it was made under the policy that is in force. */
  readonly isByPolicy: boolean;
}

/**
 * Whether the ledger's word may still be no. What is in `authorise` was promised to nobody. What
 * was tapped while connected and comes with another request was promised within the lease if at
 * all, where the register is known to hold to leases. All else is for goods already given.
 */
function isOpen(escrow: Escrow, spending: Spending): boolean {
  const { device, isAuthorisation, offline, isByPolicy } = spending;
  const slot = escrow.slots.get(device);
  if (isAuthorisation || slot === undefined) return isAuthorisation;
  return escrow.slots.size > 1 && !offline && (slot.isSure || isByPolicy);
}

/** Why an intent can be refused; `undefined` when it is to be booked. */
export function shortageOf(
  escrow: Escrow,
  account: Account,
  spending: Spending,
): Shortage | undefined {
  const { amount, device, isAuthorisation } = spending;
  if (amount <= 0 || !isOpen(escrow, spending)) return undefined;
  const isLow = amount > account.balance;
  if (isAuthorisation && isLow) return 'balance-too-low';
  if (!escrow.slots.has(device)) return undefined;
  const { own, free } = setAside(escrow, account, device);
  // Below zero, by the merchant's own debits, the lease counts all the same: it may be promised.
  const most = isAuthorisation ? own + free : own + Math.max(0, free);
  if (amount <= most) return undefined;
  return isLow ? 'balance-too-low' : 'set-aside';
}

/**
 * A register's intent, or its sale of what no intent had set aside, takes `amount` at `seq`: what
 * could be refused takes what is free and then of the lease, another of the lease. True when it was
 * more than the lease and nobody could refuse it.
 */
export function spend(
  escrow: Escrow,
  account: Account,
  by: Spending & { readonly seq: number },
): boolean {
  const { amount, device, offline, seq } = by;
  const { free } = setAside(escrow, account, device);
  const rows = openLeases(escrow, account, seq);
  const row = rows?.get(device);
  if (rows === undefined || row === undefined) return false;
  // Who wanted more has it now, or somebody else was faster: the others may have their part again.
  for (const one of rows.values())
    if (one.wishedAt !== undefined) putLease(escrow, { ...one, wishedAt: undefined });
  const fromFree = isOpen(escrow, by) ? Math.max(0, Math.min(free, amount)) : 0;
  give(escrow, rows.get(device) ?? row, { amount: fromFree - amount, seq });
  const isSure = escrow.slots.get(device)?.isSure === true;
  return isSure && offline && amount > row.amount;
}

/**
 * A register's void gives `amount` back at `seq`, to its own lease: while both wait there, the
 * register counts neither the intent nor the void.
 */
export function giveBack(
  escrow: Escrow,
  account: Account,
  by: { readonly amount: number; readonly device: string; readonly seq: number },
): void {
  const row = openLeases(escrow, account, by.seq)?.get(by.device);
  if (row !== undefined) give(escrow, row, by);
}

function give(
  escrow: Escrow,
  row: LeaseRow,
  { amount, seq }: { readonly amount: number; readonly seq: number },
): void {
  const offered = row.offered === undefined ? undefined : row.offered + amount;
  putLease(escrow, { ...row, amount: row.amount + amount, offered, seq });
}

/** The account is about to move at `seq`: what registers believe of it stays. */
export function beforeMove(escrow: Escrow, account: Account, seq: number): void {
  openLeases(escrow, account, seq);
}

/** The account has moved at `seq`: whoever holds more than an even share is offered that. */
export function afterMove(escrow: Escrow, account: Account, seq: number): void {
  const even = evenShare(account.balance, escrow.slots.size);
  for (const row of escrow.leases.get(accountName(account))?.values() ?? []) {
    if (row.amount <= even || (row.offered !== undefined && row.offered <= even)) continue;
    putLease(escrow, { ...row, offered: even, seq });
  }
}

/**
 * A register wanted more than was free at `seq`: the others are offered nothing, and have nothing
 * once they know. What they give up is kept free for a while.
 */
export function wish(
  escrow: Escrow,
  account: Account,
  by: { readonly device: string; readonly seq: number; readonly now: number },
): void {
  const { device, seq, now: wishedAt } = by;
  for (const row of [...(openLeases(escrow, account, seq)?.values() ?? [])]) {
    if (row.device === device) continue;
    const isNews = row.amount > 0 && row.offered !== 0;
    putLease(escrow, isNews ? { ...row, offered: 0, seq, wishedAt } : { ...row, wishedAt });
  }
}

/**
 * The register's lease of an account that an answer is about to name, raised to an even share as
 * far as that is free. `undefined` when it stays as it is.
 */
export function raised(
  account: Account,
  rows: readonly LeaseRow[],
  by: { readonly slots: readonly SlotRow[]; readonly device: string; readonly now: number },
): LeaseRow | undefined {
  const row = rows.find(({ device }) => device === by.device);
  const slot = by.slots.find(({ device }) => device === by.device);
  if (row === undefined || row.offered !== undefined || slot === undefined || slot.told === 0)
    return undefined;
  if (row.wishedAt !== undefined && Math.abs(by.now - row.wishedAt) < WISH_MS) return undefined;
  const all = rows.reduce((sum, { amount }) => sum + Math.max(0, amount), 0);
  const free = account.balance - all;
  const more = Math.min(evenShare(account.balance, by.slots.length) - row.amount, free);
  return more > 0 ? { ...row, amount: row.amount + more } : undefined;
}
