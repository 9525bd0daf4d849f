import { describe, expect, it } from 'vitest';
import {
  createNetwork,
  NO_FAULTS,
  type Faults,
  type NetworkEntry,
} from '../../simulator/page/network.ts';

const request = (id: number) => ({
  id,
  url: 'http://localhost:1/api/pos/sync',
  method: 'POST',
  headers: [['content-type', 'application/json']] as const,
  body: `{"n":${id}}`,
});

function setUp(start: Partial<Faults> = {}) {
  let faults: Faults = { ...NO_FAULTS, ...start };
  let isAirplane = false;
  const arrived: string[] = [];
  const slept: number[] = [];
  const entries = new Map<number, NetworkEntry>();
  const network = createNetwork({
    async fetch(_input, init) {
      init?.signal?.throwIfAborted();
      arrived.push(typeof init?.body === 'string' ? init.body : '');
      return Response.json({ got: arrived.length });
    },
    isAirplane: () => isAirplane,
    faults: { get: () => faults, set: (next) => (faults = next) },
    percent: () => 50,
    sleep: async (ms) => void slept.push(ms),
    now: () => 0,
    record: (entry) => entries.set(entry.id, entry),
  });
  return {
    network,
    arrived,
    slept,
    fates: () => [...entries.values()].map(({ fate }) => fate),
    faults: () => faults,
    airplane: (on: boolean) => {
      isAirplane = on;
      if (on) network.cut();
    },
  };
}

const text = (body: ArrayBuffer): string => new TextDecoder().decode(body);

describe('the network of a register', () => {
  it('[SM14] without faults, request and answer pass as they are', async () => {
    const world = setUp();
    const answer = await world.network.fetch(request(1), 'tile');
    expect(answer.status).toBe(200);
    expect(text(answer.body)).toBe('{"got":1}');
    expect(world.arrived).toEqual(['{"n":1}']);
    expect(world.fates()).toEqual(['answered']);
  });

  it('[SM14] in airplane mode nothing leaves, and fetch fails', async () => {
    const world = setUp();
    world.airplane(true);
    await expect(world.network.fetch(request(1), 'tile')).rejects.toThrow(TypeError);
    expect(world.arrived).toEqual([]);
    expect(world.fates()).toEqual(['no network']);
  });

  it('[SM14] a lost request never arrives, a lost answer is lost after it arrived', async () => {
    const world = setUp({ loseRequests: 1, loseAnswers: 1 });
    await expect(world.network.fetch(request(1), 'tile')).rejects.toThrow(TypeError);
    expect(world.arrived).toEqual([]);
    await expect(world.network.fetch(request(2), 'tile')).rejects.toThrow(TypeError);
    expect(world.arrived).toEqual(['{"n":2}']);
    expect((await world.network.fetch(request(3), 'tile')).status).toBe(200);
    expect(world.fates()).toEqual(['request lost', 'answer lost', 'answered']);
    expect(world.faults()).toMatchObject({ loseRequests: 0, loseAnswers: 0 });
  });

  it('[SM14] a doubled request arrives twice, and the second answer counts', async () => {
    const world = setUp({ doubleRequests: 1 });
    const answer = await world.network.fetch(request(1), 'tile');
    expect(world.arrived).toEqual(['{"n":1}', '{"n":1}']);
    expect(text(answer.body)).toBe('{"got":2}');
    await world.network.fetch(request(2), 'tile');
    expect(world.arrived).toHaveLength(3);
  });

  it.each([
    [401, 401, 'application/json'],
    [429, 429, 'application/json'],
    [500, 500, 'application/json'],
    ['portal', 200, 'text/html; charset=utf-8'],
  ] as const)(
    '[SM14] %s answers in place of the server, as often as set',
    async (by, status, type) => {
      const world = setUp({ standIn: { by, left: 1 } });
      const answer = await world.network.fetch(request(1), 'tile');
      expect(answer.status).toBe(status);
      const headers = new Map(answer.headers);
      expect(headers.get('content-type')).toBe(type);
      expect(headers.get('retry-after')).toBe(by === 429 ? '2' : undefined);
      expect(world.arrived).toEqual([]);
      expect(world.fates()).toEqual(['answered']);
      await world.network.fetch(request(2), 'tile');
      expect(world.arrived).toHaveLength(1);
    },
  );

  it('[SM14] a rate of loss takes those below it, and the delay is waited for', async () => {
    const unlucky = setUp({ lossPercent: 60, latencyMs: 250 });
    await expect(unlucky.network.fetch(request(1), 'tile')).rejects.toThrow(TypeError);
    expect(unlucky.slept).toEqual([250]);
    const lucky = setUp({ lossPercent: 40 });
    expect((await lucky.network.fetch(request(1), 'tile')).status).toBe(200);
  });
});

describe('requests on their way', () => {
  const settledNow = (work: Promise<unknown>): Promise<unknown> =>
    Promise.race([
      work.catch(() => 'failed'),
      new Promise((resolve) => setImmediate(resolve, 'waiting')),
    ]);

  it('[SM15] held requests arrive once they are released', async () => {
    const world = setUp({ hold: 'requests' });
    const work = world.network.fetch(request(1), 'tile');
    expect(await settledNow(work)).toBe('waiting');
    expect(world.arrived).toEqual([]);
    world.network.release();
    expect((await work).status).toBe(200);
    expect(world.faults().hold).toBe('nothing');
  });

  it('[SM15] held answers have arrived at the server', async () => {
    const world = setUp({ hold: 'answers' });
    const work = world.network.fetch(request(1), 'tile');
    expect(await settledNow(work)).toBe('waiting');
    expect(world.arrived).toHaveLength(1);
    world.network.release();
    expect((await work).status).toBe(200);
  });

  it('[SM15] airplane mode ends what is on its way', async () => {
    const world = setUp({ hold: 'answers' });
    const work = world.network.fetch(request(1), 'tile');
    expect(await settledNow(work)).toBe('waiting');
    world.airplane(true);
    await expect(work).rejects.toThrow(TypeError);
    expect(world.fates()).toEqual(['given up']);
  });

  it('[SM15] a context that dies or gives up ends its own requests alone', async () => {
    const world = setUp({ hold: 'requests' });
    const [first, second, third] = [
      world.network.fetch(request(1), 'tile'),
      world.network.fetch(request(2), 'tile'),
      world.network.fetch(request(1), 'modal'),
    ];
    world.network.abort('tile', 1);
    await expect(first).rejects.toThrow(TypeError);
    expect(await settledNow(second)).toBe('waiting');
    world.network.abortContext('tile');
    await expect(second).rejects.toThrow(TypeError);
    world.network.release();
    expect((await third).status).toBe(200);
  });
});
