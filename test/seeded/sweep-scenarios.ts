/**
 * Small fixed scenes at a counter, one or more for each row of the crash table and each flow of the
 * outbox. Each is played once without a fault, and then with every fault at every call.
 */
import {
  clear,
  comeBack,
  fill,
  pause,
  reopenAt,
  sell,
  staffEdits,
  staffRemoves,
  takeBack,
  tap,
} from '../support/swept-people.ts';
import {
  ALICE,
  BOB,
  RESTART_MS,
  hasBackground,
  type SweptDevice,
  type SweptWorld,
} from '../support/swept-world.ts';

export interface Scenario {
  readonly name: string;
  readonly registers: number;
  /** The registers start within the scene, and so the first sync is swept too. */
  readonly isFresh?: boolean;
  readonly hasBackups?: boolean;
  /** The others can spend what this register counts on, so that a balance may go below zero. */
  readonly mayOverspend?: boolean;
  play(world: SweptWorld, first: SweptDevice, second: SweptDevice): Promise<void>;
}

/** Longer than the grace period of a redemption that left the cart, and one more look. */
const GRACE_MS = 75_000;
const COFFEE = { reward: 'coffee' };

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'cut off: a reward, a sale, and the network again',
    registers: 1,
    async play(world, first) {
      world.connect(first, false);
      await fill(first);
      await tap(world, first, COFFEE);
      await sell(world, first, undefined);
      await pause(world, 2_000);
      world.connect(first, true);
      await pause(world, 3_000);
    },
  },
  {
    name: 'connected: store credit with the word of the ledger, and a sale',
    registers: 1,
    async play(world, first) {
      await fill(first);
      await tap(world, first, { credit: 500 });
      await sell(world, first, 4_001);
      await pause(world, 3_000);
    },
  },
  {
    name: 'connected, but the order has no id yet',
    registers: 1,
    async play(world, first) {
      await fill(first);
      await tap(world, first, { reward: 'tenth' });
      await sell(world, first, undefined);
      await pause(world, 3_000);
    },
  },
  {
    name: 'a reward is taken back',
    registers: 1,
    async play(world, first) {
      await fill(first);
      await tap(world, first, COFFEE);
      await takeBack(world, first);
      await sell(world, first, 4_002);
      await pause(world, 3_000);
    },
  },
  {
    name: 'cut off, a reward is taken back and another taken',
    registers: 1,
    async play(world, first) {
      world.connect(first, false);
      await fill(first);
      await tap(world, first, COFFEE);
      await takeBack(world, first);
      await tap(world, first, { credit: 300 });
      await sell(world, first, undefined);
      world.connect(first, true);
      await pause(world, 3_000);
    },
  },
  {
    name: 'staff take the discount off',
    registers: 1,
    async play(world, first) {
      await fill(first);
      await tap(world, first, COFFEE);
      await staffRemoves(world, first);
      await pause(world, 6_000);
      await sell(world, first, 4_003);
      await pause(world, 3_000);
    },
  },
  {
    name: 'the cart is emptied, and nothing is sold',
    registers: 1,
    async play(world, first) {
      world.connect(first, false);
      await fill(first);
      await tap(world, first, COFFEE);
      await clear(world, first);
      await pause(world, GRACE_MS);
      world.connect(first, true);
      await pause(world, 3_000);
    },
  },
  {
    name: 'two redemptions in one cart',
    registers: 1,
    async play(world, first) {
      world.connect(first, false);
      await fill(first);
      await tap(world, first, COFFEE);
      await tap(world, first, { credit: 250 });
      await sell(world, first, undefined);
      world.connect(first, true);
      await pause(world, 3_000);
    },
  },
  {
    name: 'the cart is kept, and opened on another register',
    registers: 2,
    async play(world, first, second) {
      await fill(first);
      await tap(world, first, COFFEE);
      reopenAt(world, first, second);
      await pause(world, 5_000);
      await sell(world, second, 4_004);
      await pause(world, GRACE_MS);
    },
  },
  {
    name: 'the app ends with the discount on the cart',
    registers: 1,
    async play(world, first) {
      world.connect(first, false);
      await fill(first);
      await tap(world, first, COFFEE);
      world.killApp(first);
      await pause(world, RESTART_MS + 5_000);
      world.connect(first, true);
      await pause(world, 3_000);
    },
  },
  {
    name: 'the app ends after a sale that it had no time to handle',
    registers: 1,
    async play(world, first) {
      await fill(first);
      await tap(world, first, { credit: 700 });
      for (const context of [...first.contexts]) world.kill(first, context);
      await sell(world, first, 4_005);
      await pause(world, RESTART_MS + 5_000);
    },
  },
  {
    name: 'staff lower the discount before the sale',
    registers: 1,
    async play(world, first) {
      await fill(first);
      await tap(world, first, { credit: 900 });
      staffEdits(world, first, 400);
      await pause(world, 2_000);
      await sell(world, first, 4_006);
      await pause(world, 3_000);
    },
  },
  {
    name: 'another customer is put on the cart',
    registers: 1,
    async play(world, first) {
      await fill(first);
      await tap(world, first, COFFEE);
      await first.cart.mutators.setCustomer({ id: BOB });
      world.happened.add('customer-changed');
      await pause(world, 2_000);
      await sell(world, first, 4_007);
      await pause(world, 3_000);
    },
  },
  {
    name: 'the first start, a reward and a sale',
    registers: 1,
    isFresh: true,
    async play(world, first) {
      world.start(first, 'background');
      await pause(world, 2_000);
      await fill(first);
      await tap(world, first, COFFEE);
      await sell(world, first, 4_008);
      await pause(world, 3_000);
    },
  },
  {
    name: 'the ledger refuses what this register still believed',
    registers: 2,
    mayOverspend: true,
    async play(world, first, second) {
      world.connect(first, false);
      await fill(second);
      await tap(world, second, { credit: 1_500 });
      await sell(world, second, 4_009);
      await pause(world, 3_000);
      await fill(first);
      world.connect(first, true);
      await tap(world, first, { credit: 800 });
      await sell(world, first, 4_010);
      await pause(world, 3_000);
    },
  },
  {
    name: 'the word of the ledger comes too late',
    registers: 1,
    async play(world, first) {
      world.slowMs = 2_500;
      await fill(first);
      await tap(world, first, COFFEE);
      await sell(world, first, 4_011);
      await pause(world, 8_000);
    },
  },
  {
    name: 'thirty things wait, are compacted and sent',
    registers: 1,
    async play(world, first) {
      world.connect(first, false);
      await waitingNotes(world, first, 27);
      await fill(first);
      await tap(world, first, COFFEE);
      await sell(world, first, undefined);
      await pause(world, 12_000);
      world.connect(first, true);
      await pause(world, 3_000);
    },
  },
  {
    name: 'the server is restored from a backup',
    registers: 1,
    hasBackups: true,
    async play(world, first) {
      await world.server.backUp();
      await fill(first);
      await tap(world, first, COFFEE);
      await sell(world, first, 4_012);
      await pause(world, 3_000);
      await world.server.restore();
      world.happened.add('restored');
      await fill(first);
      await tap(world, first, { credit: 300 });
      await sell(world, first, 4_013);
      await pause(world, 3_000);
    },
  },
  {
    name: 'a power cut takes the last seconds of storage',
    registers: 1,
    async play(world, first) {
      world.connect(first, false);
      await fill(first);
      await tap(world, first, COFFEE);
      await sell(world, first, undefined);
      await pause(world, 20_000);
      await fill(first);
      await tap(world, first, { credit: 300 });
      const since = world.time.now() - 4_000;
      world.oracle.lostSince = since;
      world.killApp(first);
      first.records.undoSince(since);
      world.happened.add('power-cut');
      await pause(world, RESTART_MS + 1_000);
      world.connect(first, true);
      await pause(world, 3_000);
    },
  },
  {
    name: 'a part of the goods comes back, sold cut off',
    registers: 1,
    async play(world, first) {
      world.connect(first, false);
      await fill(first);
      await tap(world, first, COFFEE);
      await sell(world, first, undefined);
      world.connect(first, true);
      await pause(world, 3_000);
      await comeBack(world, first);
      await pause(world, 3_000);
    },
  },
  {
    name: 'a part of the goods comes back before the sale is told',
    registers: 1,
    async play(world, first) {
      await fill(first);
      await tap(world, first, { credit: 600 });
      world.connect(first, false);
      await sell(world, first, 4_015);
      await comeBack(world, first);
      world.connect(first, true);
      await pause(world, 3_000);
    },
  },
  {
    name: 'a damaged record lies on the device',
    registers: 1,
    async play(world, first) {
      await first.storage.set('o.77.DAMAGEDREC.1', '1|00000000|{"id":"half a rec');
      await fill(first, ALICE);
      await tap(world, first, COFFEE);
      await sell(world, first, 4_014);
      await pause(world, 3_000);
    },
  },
];

/** Audit notes, as many as a long day without a network makes. */
async function waitingNotes(world: SweptWorld, device: SweptDevice, count: number): Promise<void> {
  for (let id = 1; id <= count; id += 1) {
    const background = device.contexts.find(({ role }) => role === 'background');
    const event = { id, openingTime: 'today' };
    const stored = background?.register.cashSession('start', event) ?? Promise.resolve();
    await Promise.race([stored, pause(world, 20_000)]);
  }
  if (!hasBackground(device)) await pause(world, RESTART_MS);
}
