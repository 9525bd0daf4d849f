/**
 * When all is at rest: what people were told and what POS sold, against the ledger and the devices.
 * The arithmetic is this file's own; of the register it uses only what a screen may read.
 */
import type { Unit } from '../../shared/amount.ts';
import { STORAGE_KEYS_MAX } from '../../shared/ports.ts';
import type { CustomerId, Reference } from '../../shared/protocol.ts';
import type { OperationView } from '../../server/database/database.ts';
import type { View } from '../../extensions/register/view.ts';
import {
  EUR,
  OPENINGS,
  hasBackground,
  refsInCart,
  type Sold,
  type SweptDevice,
  type SweptWorld,
} from '../support/swept-world.ts';
import type { Scenario } from './sweep-scenarios.ts';

/** The grace period of what left the cart is over by then. */
const SETTLING_MS = 100_000;
const REST_MAX_MS = 30 * 60_000;
const STEP_MS = 5_000;

/** What the ledger made of one redemption. */
interface Redemption {
  readonly ref: Reference;
  readonly customer: CustomerId | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number;
  readonly held: number;
  readonly captured: number;
  /** How often the ledger took its intent up. */
  readonly intents: number;
}

/**
 * The network is there, dead contexts have been started again, and time goes on until nothing waits
 * and every late effect has come. Points of the sweep end when nothing waits for the first time.
 */
export async function comeToRest(world: SweptWorld): Promise<void> {
  const { time, devices, injector } = world;
  world.slowMs = 0;
  for (const device of devices) world.connect(device, true);
  const begun = time.now();
  while (time.now() < begun + REST_MAX_MS) {
    await time.runUntil(time.now() + STEP_MS);
    if (!(await isQuiet(world))) continue;
    injector.isArmed = false;
    const isOver = time.now() >= begun + SETTLING_MS || !world.devices.some(hasOpen);
    if (isOver && time.now() >= injector.lateUntil) return;
  }
}

/** Nothing more happens by itself to what is closed; a context that has not looked can't say. */
const hasOpen = ({ contexts }: SweptDevice): boolean =>
  contexts.some(({ register }) => !register.state().ready || register.state().open.length > 0);

async function isQuiet(world: SweptWorld): Promise<boolean> {
  if (!world.devices.every(hasBackground)) return false;
  for (const device of world.devices) {
    const view = await device.view();
    if (view.pending.length > 0 || view.damaged.length > 0) return false;
    if ((await staleAccounts(world, device, view)).length > 0) return false;
  }
  return true;
}

/** Sentences about everything that is not as it must be; none when all is well. */
export async function faultsAtRest(world: SweptWorld, scenario: Scenario): Promise<string[]> {
  const faults = [...world.oracle.violations];
  for (const fault of await world.server.ledger().verify(world.server.shop))
    faults.push(`IV7 ${fault}`);
  for (const device of world.devices) faults.push(...(await faultsOfDevice(world, device)));
  const rows = await operationsOf(world);
  const redemptions = await redemptionsOf(world, rows);
  for (const one of redemptions) faults.push(...faultsOfRedemption(world, one));
  const known = new Map(redemptions.map((one) => [one.ref, one]));
  for (const told of world.oracle.told) {
    const isExcused = world.oracle.lostSince !== undefined && told.at >= world.oracle.lostSince;
    if (known.get(told.ref)?.intents !== 1 && !isExcused)
      faults.push(`IV1 ${told.ref} was promised, and the ledger has it not exactly once`);
  }
  faults.push(...faultsOfEarnings(world, rows));
  faults.push(...(await faultsOfBalances(world, { scenario, rows, redemptions })));
  return faults;
}

/**
 * A day later the ledger releases what no register could tell of. Whatever is not on a cart is then
 * nobody's hold, and every device shows it.
 */
export async function faultsAfterRelease(world: SweptWorld): Promise<string[]> {
  const before = await redemptionsOf(world, await operationsOf(world));
  const inCart = world.devices.map(refsInCart);
  const unknown = before.filter(
    ({ ref, held }) => held > 0 && !inCart.some((refs) => refs.has(ref)),
  );
  if (unknown.length === 0 || world.oracle.lostSince !== undefined) return [];
  const { server, time } = world;
  // A context that has only just begun tells of it after a while.
  await time.runUntil(time.now() + SETTLING_MS);
  await server.ledger().releaseMissing(server.shop, time.now() + 25 * 3_600_000);
  await time.runUntil(time.now() + SETTLING_MS);
  const faults: string[] = [];
  for (const { ref, held } of await redemptionsOf(world, await operationsOf(world)))
    if (held > 0 && !inCart.some((refs) => refs.has(ref)))
      faults.push(`RD12 ${ref} is held for ever: ${held}`);
  for (const fault of await server.ledger().verify(server.shop)) faults.push(`IV7 ${fault}`);
  for (const device of world.devices) faults.push(...(await faultsOfDevice(world, device)));
  return faults;
}

async function faultsOfDevice(world: SweptWorld, device: SweptDevice): Promise<string[]> {
  const view = await device.view();
  const faults = await staleAccounts(world, device, view);
  if (view.pending.length > 0) faults.push(`IV5 ${device.id} still waits`);
  if (view.damaged.length > 0) faults.push(`IV5 ${device.id} keeps a damaged record`);
  if (view.keys > STORAGE_KEYS_MAX) faults.push(`IV6 ${device.id} has ${view.keys} keys`);
  return faults;
}

/** Accounts for which this device shows another balance than the ledger has. */
async function staleAccounts(
  world: SweptWorld,
  device: SweptDevice,
  view: View,
): Promise<string[]> {
  const stale: string[] = [];
  for (const customer of OPENINGS.keys())
    for (const { unit, balance } of await world.server
      .ledger()
      .balances(world.server.shop, customer)) {
      const shown = view.available(customer, unit)?.available;
      const wanted = balance - refusedWhilePromised(view, customer, unit);
      if (shown !== wanted)
        stale.push(`IV5 ${device.id} shows ${shown} ${unit} of ${customer}, not ${wanted}`);
    }
  return stale;
}

/**
 * What the ledger refused, and nothing has closed on the device: it may have been promised while
 * the refusal was on its way, and the device goes on taking it off.
 */
function refusedWhilePromised(view: View, customer: CustomerId, unit: Unit): number {
  const all = [...view.operations.values()];
  const closes = ({ kind }: { kind: string }): boolean => kind === 'void' || kind === 'commit';
  const closed = new Set(all.filter(closes).map(({ ref }) => ref));
  let sum = 0;
  for (const { id, kind, ref, hold } of all)
    if (kind === 'intent' && hold?.customer === customer && hold.unit === unit && !closed.has(ref))
      if (view.balances.remarks.get(id)?.reason === 'balance-too-low') sum += hold.amount;
  return sum;
}

function operationsOf(world: SweptWorld): Promise<readonly OperationView[]> {
  const everything = {
    before: Number.MAX_SAFE_INTEGER,
    limit: 10_000,
    ref: undefined,
    status: undefined,
  };
  return world.server
    .ledger()
    .database.read(world.server.shop, (reader) => reader.operations(everything));
}

/** Every redemption that the ledger or a device has heard of. */
async function redemptionsOf(
  world: SweptWorld,
  rows: readonly OperationView[],
): Promise<readonly Redemption[]> {
  const refs = new Set<string>();
  for (const { kind, ref } of rows) if (ref !== undefined && kind !== 'earn') refs.add(ref);
  for (const device of world.devices)
    for (const { kind, ref } of (await device.view()).operations.values())
      if (ref !== undefined && kind === 'intent') refs.add(ref);
  const { database } = world.server.ledger();
  const found = await database.read(world.server.shop, (reader) => reader.redemptions([...refs]));
  return [...refs].map((ref) => {
    const posted = found.find((one) => one.ref === ref)?.posted;
    const of = rows.filter((row) => row.ref === ref && row.kind !== 'earn');
    const intent = of.find(({ kind }) => kind === 'intent') ?? of[0];
    const taken = of.filter(
      ({ kind, status }) => kind === 'intent' && (status === 'applied' || status === 'closed'),
    );
    return {
      ref: ref as Reference,
      customer: intent?.customerId,
      unit: intent?.unit,
      amount: intent?.amount ?? 0,
      held: posted?.held ?? 0,
      captured: posted?.captured ?? 0,
      intents: taken.length,
    };
  });
}

function faultsOfRedemption(world: SweptWorld, one: Redemption): string[] {
  const { ref, held, captured } = one;
  const sale = world.oracle.sales.find(({ taken }) => taken.has(ref));
  if (sale !== undefined) return faultsOfSold(one, sale);
  const faults: string[] = [];
  if (captured !== 0) faults.push(`RD8 ${ref} was not sold, and ${captured} is captured`);
  if (held === 0) return faults;
  const isRemoved = world.oracle.removed.has(ref);
  if (isRemoved) faults.push(`RD8 ${ref} was taken back, and ${held} is held`);
  const hasForgotten = world.devices.some((device) => device.hasForgotten);
  const isRefused = world.oracle.refusals.some(({ refs }) => refs.has(ref));
  if (isRefused && !hasForgotten) faults.push(`RD4 ${ref} was refused, and ${held} is held`);
  if (!isAccountedFor(world, ref))
    faults.push(`RD12 ${held} is held for ${ref}, and nobody says so`);
  return faults;
}

function faultsOfSold({ ref, unit, amount, held, captured }: Redemption, sale: Sold): string[] {
  const used = unit === 'points' ? amount : Math.min(amount, sale.taken.get(ref) ?? amount);
  const kept = keptOf(used, sale);
  // A return that no register had stored may be known to nobody.
  const isRight = captured === kept || (sale.back?.isHandled === false && captured === used);
  if (isRight) return held === 0 ? [] : [`IV9 ${ref} is still held`];
  if (sale.isHandled) return [`IV9 the sale of ${ref} keeps ${kept}, and ${captured} is captured`];
  // Nobody has handled the sale: the hold is all that can be known of it. Where the cart went to
  // another register not even that: the first one has seen it leave its cart unsold.
  if (sale.isElsewhere) return [];
  return captured === 0 && held === amount ? [] : [`IV9 ${ref} was sold, and is given back`];
}

/** What is left of an amount when the goods that came back give back their share of it. */
const keptOf = (amount: number, { goods, back }: Sold): number =>
  Math.floor((amount * (goods - (back?.value ?? 0))) / goods);

/** A hold that stays is on a cart, or a register lists it for a person. */
function isAccountedFor(world: SweptWorld, ref: Reference): boolean {
  if (world.oracle.lostSince !== undefined) return true;
  return world.devices.some((device) => {
    if (refsInCart(device).has(ref)) return true;
    const background = device.contexts.find(({ role }) => role === 'background');
    const open = background?.register.state().open ?? [];
    return device.hasForgotten && open.some((one) => one.ref === ref && one.place === 'unknown');
  });
}

/** Each handled sale earns once, and no sale twice. */
function faultsOfEarnings({ oracle }: SweptWorld, rows: readonly OperationView[]): string[] {
  const faults: string[] = [];
  const earned = rows.filter(({ kind, status }) => kind === 'earn' && status === 'applied');
  for (const customer of OPENINGS.keys()) {
    // What was handled must have earned; what was not may have, and comes second.
    const of = oracle.sales
      .filter((sale) => sale.customer === customer && pointsOf(sale) > 0)
      .sort((a, b) => Number(b.isHandled) - Number(a.isHandled));
    const own = earned
      .filter((row) => row.customerId === customer)
      .map(({ amount }) => amount ?? 0);
    for (const sale of of) {
      const place = own.indexOf(pointsOf(sale));
      if (place >= 0) own.splice(place, 1);
      else if (sale.isHandled) faults.push(`IV9 a sale to ${customer} has earned nothing`);
    }
    if (own.length > 0) faults.push(`IV2 ${customer} earned ${own.join(', ')} without a sale`);
  }
  return faults;
}

/** One point for every full unit of money. */
const pointsOf = ({ paid }: Sold): number => Math.floor(paid / 100);

/** Points of a customer's sales, less those of goods that came back. */
function earnedNet(
  { oracle }: SweptWorld,
  customer: CustomerId,
  rows: readonly OperationView[],
): number {
  let sum = 0;
  for (const { kind, status, customerId, amount } of rows)
    if (kind === 'earn' && status === 'applied' && customerId === customer) sum += amount ?? 0;
  const isTold = rows.some(({ kind, status }) => kind === 'return' && status === 'applied');
  for (const sale of oracle.sales) {
    if (sale.back === undefined || sale.customer !== customer || sum === 0 || !isTold) continue;
    // Neither a reference nor an order says which sale it was.
    if (sale.taken.size === 0 && sale.orderId === undefined) continue;
    sum -= Math.floor((pointsOf(sale) * sale.back.value) / sale.goods);
  }
  return sum;
}

async function faultsOfBalances(
  world: SweptWorld,
  by: {
    readonly scenario: Scenario;
    readonly rows: readonly OperationView[];
    readonly redemptions: readonly Redemption[];
  },
): Promise<string[]> {
  const faults: string[] = [];
  for (const [customer, opening] of OPENINGS)
    for (const { unit, balance } of await world.server
      .ledger()
      .balances(world.server.shop, customer)) {
      let wanted = unit === EUR ? opening.credit : opening.points;
      for (const one of by.redemptions)
        if (one.customer === customer && one.unit === unit) wanted -= one.held + one.captured;
      if (unit === 'points') wanted += earnedNet(world, customer, by.rows);
      if (balance !== wanted)
        faults.push(`IV7 ${customer} has ${balance} ${unit}; what happened makes ${wanted}`);
      if (balance < 0 && by.scenario.mayOverspend !== true)
        faults.push(`IV3 ${customer} has ${balance} ${unit}`);
    }
  return faults;
}
