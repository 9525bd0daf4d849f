/** One seeded day from the first tap to the last answer, and the laws that must hold all along. */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { View } from '../../extensions/register/view.ts';
import type { PortOf } from '../register/counter.ts';
import { STORAGE_KEYS_MAX } from '../../shared/ports.ts';
import { beyondLease, overLent, overspent } from './overspend.ts';
import {
  EUR,
  completeSale,
  createWorld,
  fillCart,
  tapRedeem,
  tapRemove,
  type Device,
  type Profile,
  type World,
} from './world.ts';

export interface ScheduleResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly promised: number;
  readonly sales: number;
  readonly operations: number;
  /** Redemptions that spent what was not there; a violation in strict mode alone. */
  readonly overspent: number;
  /** What the taps came to, for a look at how much a run really reaches. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Hash of everything that happened, to show that a seed is one run and no other. */
  readonly trace: number;
}

const MINUTE_MS = 60_000;
const CALM_MAX_MS = 180 * MINUTE_MS;

/** Runs one seed; `violations` is empty when every law held. */
export async function runSchedule(
  seed: number,
  fixed: Partial<Profile> = {},
  portOf?: PortOf,
): Promise<ScheduleResult> {
  const world = await createWorld(seed, fixed, portOf);
  try {
    for (const device of world.devices) world.startContext(device, 'background');
    // Most pop-ups open where there is a network, and lose it.
    await world.time.runUntil(world.time.now() + 20_000, () => check(world));
    for (const device of world.devices) if (world.random.chance(0.3)) world.connect(device, false);
    for (let i = 0; i < world.profile.gestures; i += 1) {
      gesture(world);
      await world.time.runUntil(world.time.now() + world.random.below(20_000), () => check(world));
    }
    await comeToRest(world);
    const { operations, overspent } = await checkLedger(world);
    const { told, sold, violations } = world.oracle;
    return {
      seed,
      violations,
      promised: told.length,
      sales: sold.size,
      operations,
      overspent,
      outcomes: world.oracle.outcomes,
      trace: traceOf(world),
    };
  } finally {
    for (const device of world.devices)
      for (const context of device.contexts) context.register.stop();
    await world.close();
  }
}

function gesture(world: World): void {
  const { random, profile, devices } = world;
  const device = random.pick(devices);
  const acts: readonly (readonly [number, () => void])[] = [
    [4, () => fillCart(world, device)],
    [6, () => void tapRedeem(world, device)],
    [1, () => void tapRemove(world, device)],
    [3, () => completeSale(world, device)],
    [1, () => staffRemoveDiscount(device)],
    [profile.bustle, () => bustle(world, device)],
    [profile.doubleTaps, () => tapTwice(world, device)],
    [profile.syncs, () => syncNow(device)],
    [1, () => void device.cart.mutators.clearCart().catch(() => undefined)],
    [profile.kills, () => killSomething(world, device)],
    [profile.pauses, () => pauseSomething(world, device)],
    [profile.outages, () => world.connect(device, !device.isConnected)],
    [profile.clockJumps, () => jumpClock(world, device)],
  ];
  let draw = random.below(acts.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, act] of acts) {
    if (draw < weight) return act();
    draw -= weight;
  }
}

/** Many small records at once, as a busy day without a network makes them. */
function bustle({ oracle }: World, device: Device): void {
  const background = device.contexts.find(({ role }) => role === 'background');
  if (background === undefined) return;
  for (let i = 0; i < 12; i += 1) {
    const id = (oracle.notesMade += 1);
    void background.register.cashSession('start', { id, openingTime: 'today' }).then(() => {
      if (!background.isDead) oracle.notesKept.add(id);
    });
  }
}

/** Two people, or one in doubt, tap at the same moment on screens of their own. */
function tapTwice(world: World, picked: Device): void {
  // Cut off, nobody but the device itself can notice that both can't have it.
  const device = world.devices.find(({ isConnected }) => !isConnected) ?? picked;
  void tapRedeem(world, device, { pauseMs: 0 });
  void tapRedeem(world, device, { pauseMs: 0 });
}

function syncNow(device: Device): void {
  for (const { register } of device.contexts) void register.syncNow();
}

function staffRemoveDiscount(device: Device): void {
  void device.cart.mutators.removeCartDiscount().catch(() => undefined);
}

function killSomething(world: World, device: Device): void {
  if (world.random.chance(0.3)) world.killApp(device);
  else if (device.contexts.length > 0) world.kill(world.random.pick(device.contexts));
  if (!device.contexts.some(({ role }) => role === 'background'))
    world.time.after(world.random.below(MINUTE_MS), () => {
      if (!device.contexts.some(({ role }) => role === 'background'))
        world.startContext(device, 'background');
    });
}

function pauseSomething(world: World, device: Device): void {
  if (device.contexts.length === 0) return;
  const context = world.random.pick(device.contexts);
  context.pausedUntil = world.time.now() + world.random.below(10 * MINUTE_MS);
}

function jumpClock(world: World, device: Device): void {
  device.clockOffset += world.random.between(-6, 6) * 60 * MINUTE_MS;
}

/** The storm is over: everything is connected, contexts are fresh, and all must come to rest. */
async function comeToRest(world: World): Promise<void> {
  const { time, devices, oracle } = world;
  // What is under way ends first, as on a device that is left alone for a while.
  await time.runUntil(time.now() + 3 * MINUTE_MS, () => check(world));
  world.isCalm = true;
  for (const device of devices) {
    for (const context of [...device.contexts]) world.kill(context);
    world.connect(device, true);
    world.startContext(device, 'background');
  }
  const until = time.now() + CALM_MAX_MS;
  while (time.now() < until) {
    await time.runUntil(time.now() + MINUTE_MS, () => check(world));
    if (await isAtRest(world)) break;
  }
  for (const device of devices) {
    const { pending, damaged } = await device.view();
    if (pending.length > 0)
      oracle.violations.push(
        `IV5 ${device.id} still waits: ${pending.map(({ id }) => id).join(' ')}`,
      );
    for (const stale of await staleAccounts(world, device)) oracle.violations.push(`IV5 ${stale}`);
    if (damaged.length > 0) oracle.violations.push(`IV5 ${device.id} keeps damaged records`);
  }
}

async function isAtRest(world: World): Promise<boolean> {
  for (const device of world.devices) {
    if ((await device.view()).pending.length > 0) return false;
    if ((await staleAccounts(world, device)).length > 0) return false;
  }
  return true;
}

/**
 * What the ledger refused while it was being promised, and nothing has closed since: no balance of
 * the ledger includes it, and the device must go on taking it off.
 */
function promisedAgainst(view: View, customer: CustomerId, unit: Unit): number {
  const all = [...view.operations.values()];
  const closed = new Set(
    all.filter(({ kind }) => kind === 'void' || kind === 'commit').map(({ ref }) => ref),
  );
  return all
    .filter(({ id, kind, ref }) => {
      const reason = view.balances.remarks.get(id)?.reason ?? '';
      const isRefused = ['balance-too-low', 'set-aside'].includes(reason);
      return kind === 'intent' && isRefused && !closed.has(ref);
    })
    .filter(({ hold }) => hold?.customer === customer && hold.unit === unit)
    .reduce((sum, { hold }) => sum + (hold?.amount ?? 0), 0);
}

/** Accounts for which this device shows another balance than the ledger has. */
async function staleAccounts(
  { server, shop, customers }: World,
  device: Device,
): Promise<string[]> {
  const view = await device.view();
  const stale: string[] = [];
  for (const customer of customers)
    for (const { unit, balance } of await server.ledger.balances(shop, customer)) {
      const shown = view.available(customer, unit)?.available;
      const wanted = balance - promisedAgainst(view, customer, unit);
      if (shown !== wanted)
        stale.push(`${device.id} shows ${shown} ${unit} of ${customer}, not ${wanted}`);
    }
  return stale;
}

/** What must hold after every step. */
async function check(world: World): Promise<void> {
  for (const device of world.devices) await checkDevice(world, device);
}

const lastSeen = new WeakMap<Device, string>();

async function checkDevice(world: World, device: Device): Promise<void> {
  const { oracle, time } = world;
  const told = oracle.told.filter((one) => one.device === device);
  const mark = `${device.records.changes}|${told.length}`;
  if (lastSeen.get(device) === mark) return;
  lastSeen.set(device, mark);
  const view = await device.view();
  if (view.keys > STORAGE_KEYS_MAX) oracle.violations.push(`IV6 ${view.keys} keys`);
  const { newest } = view.balances;
  const at = { epoch: newest?.epoch ?? 0, cursor: newest?.cursor ?? 0 };
  if (at.epoch < device.newest.epoch || at.cursor < device.newest.cursor)
    oracle.violations.push(
      `IV4 ${device.id} went back from ${device.newest.cursor} to ${at.cursor}`,
    );
  device.newest = at;
  await checkShownOnce(world, device, view);
  for (const customer of world.customers)
    for (const unit of ['points', EUR] as const) {
      const known = view.balances.known(customer, unit);
      if (known === undefined) continue;
      const heard = device.heard.get(`${customer}/${unit}`) ?? [];
      heard.push({ at: time.now(), balance: known.balance });
      device.heard.set(`${customer}/${unit}`, heard);
      checkOverspend(world, device, { customer, unit, known: known.balance });
    }

  function checkOverspend(
    _: World,
    of: Device,
    account: { customer: CustomerId; unit: Unit; known: number },
  ): void {
    const waiting = told.filter(
      (one) =>
        one.customer === account.customer &&
        one.unit === account.unit &&
        view.pending.some(({ kind, ref }) => kind === 'intent' && ref === one.ref) &&
        !view.pending.some(({ kind, ref }) => kind === 'void' && ref === one.ref),
    );
    if (waiting.length === 0) return;
    const since = Math.min(...waiting.map(({ tappedAt }) => tappedAt));
    const heard = of.heard.get(`${account.customer}/${account.unit}`) ?? [];
    const before = heard.filter(({ at: when }) => when <= since).at(-1)?.balance ?? 0;
    const best = Math.max(
      before,
      ...heard.filter(({ at: when }) => when >= since).map((h) => h.balance),
    );
    const sum = waiting.reduce((total, { amount }) => total + amount, 0);
    if (sum > best)
      oracle.violations.push(
        `IV3 ${of.id} promised ${sum} ${account.unit} of ${account.customer}, who had ${best}`,
      );
  }
}

/**
 * What waits must not be in the balance beside it already, or a person would see it taken off
 * twice.
 */
async function checkShownOnce(world: World, device: Device, view: View): Promise<void> {
  const held = view.pending.filter(({ kind }) => kind === 'intent');
  if (held.length === 0) return;
  const settled = await world.server.database.read(world.shop, (reader) =>
    reader.settled(held.map(({ id }) => id)),
  );
  const base = view.balances.base?.cursor ?? 0;
  for (const { id, seq, status } of settled) {
    const hold = held.find((one) => one.id === id)?.hold;
    const known = hold === undefined ? undefined : view.balances.known(hold.customer, hold.unit);
    // What a snapshot brought in, the next answer settles: until then it is taken off once too
    // often.
    if (known === undefined || status !== 'applied' || seq <= base || seq > known.asOf) continue;
    world.oracle.violations.push(`IV8 ${device.id}: ${id} waits beside a balance that includes it`);
  }
}

/** The ledger against what people were told, by arithmetic of the test's own. */
async function checkLedger(
  world: World,
): Promise<{ readonly operations: number; readonly overspent: number }> {
  const { oracle, server, shop } = world;
  const fail = (text: string): void => void oracle.violations.push(text);
  for (const fault of await server.ledger.verify(shop)) fail(`IV7 books: ${fault}`);
  const rows = await server.database.read(shop, (reader) =>
    reader.operations({
      before: Number.MAX_SAFE_INTEGER,
      limit: 100_000,
      ref: undefined,
      status: undefined,
    }),
  );
  const byRef = new Map<string, Set<string>>();
  const ids = new Set<string>();
  for (const row of rows) {
    if (row.id !== undefined && row.status === 'applied' && ids.has(row.id))
      fail(`IV2 twice: ${row.id}`);
    if (row.id !== undefined && row.status === 'applied') ids.add(row.id);
    if (row.status === 'quarantined' || row.status === 'mismatch')
      fail(`IV5 ${row.status} ${row.id}`);
    if (row.ref !== undefined)
      byRef.set(row.ref, (byRef.get(row.ref) ?? new Set()).add(`${row.kind}:${row.status}`));
  }
  for (const { ref } of oracle.told)
    if (
      byRef.get(ref)?.has('intent:applied') !== true &&
      byRef.get(ref)?.has('intent:closed') !== true
    )
      fail(`IV1 lost: ${ref}`);
  for (const [ref, { isHandled }] of oracle.sold)
    if (isHandled && byRef.get(ref)?.has('commit:applied') !== true)
      fail(`IV9 sale not booked: ${ref} ${[...(byRef.get(ref) ?? [])].join(' ')}`);
  const notes = rows.filter(({ kind }) => kind === 'note').map(({ content }) => noteId(content));
  const kept = new Set(notes);
  for (const id of oracle.notesKept) if (!kept.has(id)) fail(`IV1 lost: note ${id}`);
  await checkBalances(world, rows);
  const spent = overspent(world, rows, valueOf);
  if (world.profile.strict) {
    for (const text of spent) fail(`LE1 ${text}`);
    for (const text of beyondLease(world, rows)) fail(`LE2 ${text}`);
    const isLate = rows.some(({ flags }) => flags.includes('late-commit'));
    for (const text of isLate ? [] : await overLent(world)) fail(`LE3 ${text}`);
  }
  return { operations: rows.length, overspent: spent.length };
}

function noteId(content: string): number | undefined {
  const { body } = JSON.parse(content) as { body: { text: string } };
  return (JSON.parse(body.text) as { id?: number }).id;
}

interface Row {
  readonly kind: string;
  readonly status: string;
  readonly ref: string | undefined;
  readonly customerId: number | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly content: string;
}

/**
 * I7: the balance follows from the set of what happened, worked out here without the server's code.
 */
async function checkBalances(world: World, rows: readonly Row[]): Promise<void> {
  const { oracle, server, shop } = world;
  for (const [customer, opening] of oracle.openings) {
    const expected = new Map<Unit, number>([
      ['points', opening.points],
      [EUR, opening.credit],
    ]);
    const own = rows.filter((row) => row.customerId === customer);
    for (const ref of new Set(own.map((row) => row.ref))) {
      if (ref === undefined) continue;
      const of = rows.filter((row) => row.ref === ref);
      for (const [unit, amount] of valueOf(of))
        expected.set(unit, (expected.get(unit) ?? 0) + amount);
    }
    for (const { unit, balance } of await server.ledger.balances(shop, customer))
      if (balance !== expected.get(unit))
        oracle.violations.push(
          `IV7 ${customer} has ${balance} ${unit}, but what happened makes ${expected.get(unit)}`,
        );
  }
}

/** What one reference did to its customer's account. */
function valueOf(rows: readonly Row[]): readonly (readonly [Unit, number])[] {
  const applied = (kind: string): Row | undefined =>
    rows.find((row) => row.kind === kind && row.status === 'applied');
  const earned = applied('earn');
  if (earned !== undefined) return [['points', earned.amount ?? 0]];
  const intent = rows.find(({ kind }) => kind === 'intent');
  const commit = applied('commit');
  const unit = intent?.unit ?? commit?.unit;
  if (unit === undefined) return [];
  const amount = intent?.amount ?? commit?.amount ?? 0;
  if (commit !== undefined) return [[unit, -Math.min(amount, usedBy(commit, unit, amount))]];
  const isOver = rows.some(({ kind }) => kind === 'void') || intent?.status !== 'applied';
  return isOver ? [] : [[unit, -amount]];
}

function usedBy({ content }: Row, unit: Unit, amount: number): number {
  const { body } = JSON.parse(content) as {
    body: { captured: number | null; discount: { amount: number } };
  };
  return body.captured ?? (unit === 'points' ? amount : body.discount.amount);
}

/** FNV-1a over what the oracle saw. */
function traceOf({ oracle, time, devices }: World): number {
  const text = JSON.stringify([
    time.now(),
    oracle.told.map(({ ref, amount, tappedAt }) => [ref, amount, tappedAt]),
    [...oracle.sold],
    devices.map(({ newest }) => newest),
  ]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
