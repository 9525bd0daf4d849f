/** What must hold of every device after every step of a day. */
import type { Unit } from '../../shared/amount.ts';
import { STORAGE_KEYS_MAX } from '../../shared/ports.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import { hasRoom } from '../../extensions/register/outbox.ts';
import type { View } from '../../extensions/register/view.ts';
import { EUR } from '../support/program.ts';
import type { Device, Told, World } from '../support/world.ts';

const lastSeen = new WeakMap<Device, string>();

/** Looks at every device of which anything changed since it was last looked at. */
export async function checkStep(world: World): Promise<void> {
  for (const device of world.devices) {
    const mark = `${device.memory.changes()}|${world.oracle.told.length}`;
    if (lastSeen.get(device) === mark) continue;
    lastSeen.set(device, mark);
    await checkDevice(world, device);
  }
}

async function checkDevice(world: World, device: Device): Promise<void> {
  const { oracle } = world;
  const view = await device.view();
  if (view.keys > STORAGE_KEYS_MAX) oracle.violations.push(`IV6 ${view.keys} keys`);
  if (!hasRoom(view)) world.reached('storage-full');
  checkNewest(world, device, view);
  learnLimits(device, view);
  await checkShownOnce(world, device, view);
  const told = oracle.told.filter((one) => one.device === device);
  const waiting = waitingOf(view, told);
  for (const customer of world.customers)
    for (const unit of ['points', EUR] as const) {
      hear(world, device, { view, customer, unit });
      checkPromised(
        world,
        device,
        waiting.filter((one) => one.customer === customer && one.unit === unit),
      );
    }
  checkLimits(world, device, waiting);
}

/** What was told here, waits, and nobody has taken back. */
function waitingOf({ pending }: View, told: readonly Told[]): readonly Told[] {
  if (told.length === 0) return [];
  const refs = (kind: string): ReadonlySet<unknown> =>
    new Set(pending.filter((one) => one.kind === kind).map(({ ref }) => ref));
  const [held, voided] = [refs('intent'), refs('void')];
  return told.filter(({ ref }) => held.has(ref) && !voided.has(ref));
}

/** IV4: what was heard is never replaced by something older. */
function checkNewest({ oracle }: World, device: Device, { balances }: View): void {
  const { newest, id } = device;
  const at = { epoch: balances.newest?.epoch ?? 0, cursor: balances.newest?.cursor ?? 0 };
  const isBack =
    at.epoch < newest.epoch || (at.epoch === newest.epoch && at.cursor < newest.cursor);
  if (isBack)
    oracle.violations.push(
      `IV4 ${id} went back from ${newest.epoch}/${newest.cursor} to ${at.epoch}/${at.cursor}`,
    );
  device.newest = at;
}

function learnLimits({ limits }: Device, { balances }: View): void {
  const policy = balances.newest?.policy;
  if (policy === undefined) return;
  limits.perCustomer = Math.max(limits.perCustomer, policy.perCustomer);
  limits.perRegister = Math.max(limits.perRegister, policy.perRegister);
  limits.redemptionsMax = Math.max(limits.redemptionsMax, policy.redemptionsMax);
}

function hear(
  { time }: World,
  { heard }: Device,
  of: { readonly view: View; readonly customer: CustomerId; readonly unit: Unit },
): void {
  const known = of.view.balances.known(of.customer, of.unit);
  if (known === undefined) return;
  const account = `${of.customer}/${of.unit}`;
  const all = heard.get(account) ?? [];
  if (all.at(-1)?.balance !== known.balance) all.push({ at: time.now(), balance: known.balance });
  heard.set(account, all);
}

/** IV3: one register has not promised more than its newest balance of the account. */
function checkPromised(world: World, device: Device, waiting: readonly Told[]): void {
  const [first] = waiting;
  if (first === undefined) return;
  const { customer, unit } = first;
  const since = Math.min(...waiting.map(({ tappedAt }) => tappedAt));
  const heard = device.heard.get(`${customer}/${unit}`) ?? [];
  const before = heard.filter(({ at }) => at <= since).at(-1)?.balance ?? 0;
  const later = heard.filter(({ at }) => at >= since).map(({ balance }) => balance);
  const best = Math.max(before, ...later);
  const sum = waiting.reduce((total, { amount }) => total + amount, 0);
  if (sum > best)
    world.oracle.violations.push(
      `IV3 ${device.id} promised ${sum} ${unit} of ${customer}, who had ${best}`,
    );
}

/** What a register has promised by itself stays below the limits that it was told. */
function checkLimits({ oracle }: World, { id, limits }: Device, waiting: readonly Told[]): void {
  const alone = waiting.filter(({ isOffline }) => isOffline);
  const sum = (all: readonly Told[]): number =>
    all.reduce((total, { discount }) => total + discount, 0);
  for (const [customer, own] of Map.groupBy(alone, (one) => one.customer))
    if (sum(own) > limits.perCustomer)
      oracle.violations.push(`SD1 ${id} promised ${customer} ${sum(own)} while cut off`);
  if (sum(alone) > limits.perRegister)
    oracle.violations.push(`SD1 ${id} promised ${sum(alone)} while cut off`);
  if (alone.length > limits.redemptionsMax)
    oracle.violations.push(`SD1 ${id} promised ${alone.length} times while cut off`);
}

/**
 * IV8: what waits must not be in the balance beside it already, or a person would see it taken off
 * twice.
 */
async function checkShownOnce(world: World, device: Device, view: View): Promise<void> {
  const held = view.pending.filter(({ kind }) => kind === 'intent');
  if (held.length === 0) return;
  const { database } = world.server.ledger();
  const { shop } = world.server;
  const { settled, epoch } = await database.read(shop, async (reader) => ({
    settled: await reader.settled(held.map(({ id }) => id)),
    epoch: (await reader.shop())?.epoch,
  }));
  const base = view.balances.base?.cursor ?? 0;
  for (const { id, seq, status } of settled) {
    const hold = held.find((one) => one.id === id)?.hold;
    const known = hold === undefined ? undefined : view.balances.known(hold.customer, hold.unit);
    // What a snapshot brought in, the next answer settles: until then it is taken off once too
    // often.
    if (known === undefined || status !== 'applied' || seq <= base || seq > known.asOf) continue;
    // Balances of an epoch that ended with a restore say nothing of positions in this one.
    if (known.epoch !== epoch) continue;
    world.oracle.violations.push(`IV8 ${device.id}: ${id} waits beside a balance that includes it`);
  }
}
