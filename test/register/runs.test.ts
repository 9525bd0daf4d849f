import { describe, expect, it } from 'vitest';
import type { OperationId, Reference } from '../../shared/protocol.ts';
import { buildRequest, runOf, saveSnapshot } from '../../extensions/register/exchange.ts';
import type { Outbox } from '../../extensions/register/outbox.ts';
import type { StoredRemark } from '../../extensions/register/records.ts';
import { APPLIED_KEPT, REMARKS_KEPT, mergeRuns } from '../../extensions/register/runs.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';
import {
  ALICE,
  BOB,
  SESSION,
  add,
  createDevice,
  intentDraft,
  outboxOn,
  runWith,
  saveBase,
  voidDraft,
  type TestDevice,
} from './device.ts';
import { createSmallLedger, type SmallLedger } from './small-ledger.ts';

const CUSTOMERS = [ALICE, BOB, BOB + 1];

/** Fails now and then, before or after the effect, as a dying context's storage does. */
function unreliable(storage: DeviceStorage, random: SeededRandom, share: number): DeviceStorage {
  const maybe = async <T>(effect: () => Promise<T>): Promise<T> => {
    if (random.chance(share / 2)) throw new Error('failed before its effect');
    const done = await effect();
    if (random.chance(share / 2)) throw new Error('failed after its effect');
    return done;
  };
  return {
    get: (key) => maybe(() => storage.get(key)),
    set: (key, value) => maybe(() => storage.set(key, value)),
    delete: (key) => maybe(() => storage.delete(key)),
    entries: () => storage.entries(),
  };
}

interface Scene {
  readonly device: TestDevice;
  readonly ledger: SmallLedger;
  readonly random: SeededRandom;
  readonly outboxes: readonly Outbox[];
  /** Answers that a context still holds in its hands. */
  readonly held: (() => Promise<unknown>)[];
  readonly voided: Set<Reference>;
}

function createScene(seed: number): Scene {
  const random = seededRandom(seed);
  const device = createDevice(seed);
  const share = random.pick([0, 0.02, 0.1]);
  const storage = unreliable(device.storage, random, share);
  return {
    device,
    random,
    ledger: createSmallLedger(CUSTOMERS, random.pick([2, 5, 1_000])),
    outboxes: [outboxOn(device, { storage }), outboxOn(device, { storage })],
    held: [],
    voided: new Set(),
  };
}

/** One exchange; what it answers is stored now, or some steps later when others have gone on. */
async function exchange({ device, ledger, random, outboxes, held }: Scene): Promise<void> {
  const outbox = random.pick(outboxes);
  const view = await outbox.view();
  const batch = view.pending.filter(() => random.chance(0.7));
  const asked = CUSTOMERS.filter(() => random.chance(0.2));
  const request = buildRequest(
    view,
    batch,
    {
      outbox,
      clock: device.clock,
      http: () => Promise.reject(new Error('not used')),
      session: () => SESSION,
      token: () => Promise.resolve(undefined),
      watched: () => [...asked, ...batch.flatMap(({ hold }) => hold?.customer ?? [])],
    },
    undefined,
  );
  // Whoever asks anew gets an answer that follows nothing.
  const asking = random.chance(0.05) ? { ...request, cursor: null } : request;
  const response = ledger.answer(asking);
  if (random.chance(0.15)) return;
  const save = () => outbox.saveRun(runOf(view, asking, response, device.clock.now()));
  if (random.chance(0.2)) held.push(save);
  else await save().catch(() => false);
  if (!response.reset && random.chance(0.97)) return;
  const pages = [ledger.snapshot()];
  const saveBase = () => saveSnapshot(outbox, pages, response, device.clock.now());
  if (random.chance(0.3)) held.push(saveBase);
  else await saveBase().catch(() => false);
}

async function step(scene: Scene): Promise<void> {
  const { ledger, random, outboxes, held } = scene;
  const draw = random.below(24);
  if (draw < 6) return exchange(scene);
  if (draw < 10) return ledger.post(random.pick(CUSTOMERS), random.between(-50, 100));
  if (draw < 14) {
    const hold = { customer: random.pick(CUSTOMERS), amount: random.between(1, 40) };
    const draft = intentDraft(hold);
    const outbox = random.pick(outboxes);
    return void (await outbox.create(outbox.draft(draft, await outbox.view())));
  }
  if (draw < 17)
    return void (await held
      .shift()?.()
      .catch(() => false));
  if (draw < 18) return ledger.backUp();
  if (draw < 19) return random.chance(0.1) ? ledger.restore() : undefined;
  if (draw < 23) return takeBack(scene);
  await random
    .pick(outboxes)
    .compact()
    .catch(() => undefined);
}

async function takeBack({ random, outboxes, voided }: Scene): Promise<void> {
  const outbox = random.pick(outboxes);
  const view = await outbox.view();
  const open = [...view.operations.values()].find(
    ({ kind, ref }) => kind === 'intent' && ref !== undefined && !voided.has(ref),
  );
  if (open?.ref === undefined || open.hold === undefined) return;
  const operation = outbox.draft(voidDraft(open.ref, open.hold), view);
  voided.add(open.ref);
  await outbox.create(operation);
}

interface Watched {
  /** Newest (epoch, position) that each customer's balance was shown for. */
  readonly shown: Map<number, readonly [number, number]>;
  /** Operations that were seen in storage once: from then on they may not be lost. */
  readonly stored: Set<OperationId>;
}

/** What the device shows against what the ledger knows. */
async function check(scene: Scene, { shown, stored }: Watched): Promise<void> {
  const { device, ledger, voided } = scene;
  const view = await outboxOn(device).view();
  for (const customer of CUSTOMERS) {
    const found = view.available(customer, 'points');
    if (found === undefined) continue;
    const { known, available } = found;
    expect(known.balance).toBe(ledger.valueAt(customer, known));
    const [epoch, asOf] = shown.get(customer) ?? [0, 0];
    expect(known.epoch > epoch || (known.epoch === epoch && known.asOf >= asOf)).toBe(true);
    shown.set(customer, [known.epoch, known.asOf]);
    const open = [...view.operations.values()].filter(({ id, kind, ref, hold }) => {
      if (kind !== 'intent' || ref === undefined || voided.has(ref)) return false;
      const seq = ledger.settledAt(id, known.epoch);
      return hold?.customer === customer && (seq === undefined || seq > known.asOf);
    });
    const owed = open.reduce((sum, { hold }) => sum + (hold?.amount ?? 0), 0);
    expect(available).toBeLessThanOrEqual(known.balance - owed);
  }
  for (const id of view.operations.keys()) stored.add(id);
  for (const id of stored)
    expect(view.operations.has(id) || ledger.settledAt(id, ledger.epoch) !== undefined).toBe(true);
}

/** With nothing failing any more: everything settled, every balance the ledger's own. */
async function comeToRest({ device, ledger, outboxes }: Scene): Promise<void> {
  const calm: Scene = {
    ...createScene(1),
    device,
    ledger,
    outboxes: [outboxOn(device)],
  };
  expect(outboxes).toHaveLength(2);
  for (let i = 0; i < 40; i += 1) await exchange(calm);
  const view = await outboxOn(device).view();
  expect(view.pending).toEqual([]);
  for (const customer of CUSTOMERS)
    expect(view.available(customer, 'points')?.available).toBe(
      ledger.valueAt(customer, { epoch: ledger.epoch, asOf: ledger.seq }),
    );
}

describe('what the device remembers of a ledger', () => {
  const seeds = Array.from({ length: 25 }, (_, i) => i + 1);
  it.each(seeds)(
    '[BA1, BA5, BA6, OB8] is what the ledger said, never older and never more: seed %i',
    async (seed) => {
      const scene = createScene(seed);
      const watched: Watched = { shown: new Map(), stored: new Set() };
      for (let i = 0; i < 100; i += 1) {
        await step(scene);
        await check(scene, watched);
      }
      await comeToRest(scene);
    },
  );
});

const id = (n: number) => `ABCDEFGHJK.${n}` as OperationId;

describe('runs that take in others', () => {
  it('[BA5] keep acknowledgements without end only for what still lies in storage', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    const stored = await add(outbox, intentDraft());
    const view = await outbox.view();
    const old = { [stored.id]: 1 };
    for (let n = 1; n <= APPLIED_KEPT + 200; n += 1) old[id(n)] = n + 1;
    const merged = mergeRuns(runWith({ cursor: 5_000 }), [runWith({ applied: old })], view);
    expect(merged.applied[stored.id]).toBe(1);
    expect(Object.keys(merged.applied)).toHaveLength(APPLIED_KEPT + 1);
    expect(merged.applied[id(APPLIED_KEPT + 200)]).toBe(APPLIED_KEPT + 201);
    expect(merged.applied[id(1)]).toBeUndefined();
  });

  it('[BA5] keep the newest remarks', async () => {
    const view = await outboxOn(createDevice()).view();
    const remark = (at: number): StoredRemark => ({
      status: 'closed',
      reason: 'already-closed',
      flags: [],
      at,
      kind: 'void',
      ref: null,
    });
    const remarks = Object.fromEntries(
      Array.from({ length: REMARKS_KEPT + 30 }, (_, i) => [id(i + 1), remark(i)]),
    );
    const merged = mergeRuns(runWith(), [runWith({ remarks })], view);
    expect(Object.keys(merged.remarks)).toHaveLength(REMARKS_KEPT);
    expect(merged.remarks[id(REMARKS_KEPT + 30)]).toBeDefined();
    expect(merged.remarks[id(30)]).toBeUndefined();
  });

  it('[BA2, BA5] carry older balances on only when they follow on from the snapshot', async () => {
    const outbox = outboxOn(createDevice());
    await saveBase(outbox, [[ALICE, { points: 100 }]], { cursor: 10 });
    const older = [
      runWith({ from: 10, cursor: 20, balances: { [BOB]: { points: 2 } } }),
      runWith({ from: 20, cursor: 30, balances: { [ALICE]: { points: 3 } } }),
    ];
    for (const one of older) expect(await outbox.saveRun(one)).toBe(true);
    const view = await outbox.view();
    const following = runWith({ from: 30, cursor: 40, balances: { [BOB]: { points: 4 } } });
    expect(mergeRuns(following, older, view)).toMatchObject({
      from: 10,
      balances: { [ALICE]: { points: 3 }, [BOB]: { points: 4 } },
      base: view.balances.base,
    });
    const afterHole = mergeRuns({ ...following, from: 31 }, older, view);
    expect(afterHole).toMatchObject({ from: 31, base: null });
    const alone = mergeRuns({ ...following, from: null }, older, view);
    expect(alone).toMatchObject({ from: null, base: null });
    expect(alone.balances).toEqual(following.balances);
    const newEpoch = mergeRuns({ ...following, epoch: 2 }, older, view);
    expect(newEpoch.balances).toEqual(following.balances);
  });

  it('[BA5] know how far the backup reached, and nothing of another epoch', async () => {
    const view = await outboxOn(createDevice()).view();
    const older = [
      runWith({ cursor: 8, durable: 30, applied: { [id(1)]: 8 } }),
      runWith({ epoch: 1, cursor: 90, durable: 90, applied: { [id(2)]: 90 } }),
    ];
    const merged = mergeRuns(runWith({ epoch: 1, cursor: 40, durable: 20 }), older, view);
    expect(merged.durable).toBe(90);
    const renewed = mergeRuns(runWith({ epoch: 2, cursor: 40, durable: 20 }), older, view);
    expect(renewed).toMatchObject({ durable: 20, applied: {} });
  });
});
