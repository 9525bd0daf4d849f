import { afterEach, describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import { errorSchema } from '../../shared/protocol.ts';
import { createLimiter, NAMES_MAX, REGISTERS_PER_USER } from '../../server/rate-limit.ts';
import { earn, id, openWorld, push, registerOf, signToken, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

describe('the token bucket', () => {
  it('[SV8] an allowance is used up, comes back with time, and never grows beyond its size', () => {
    const clock = { time: 0, now: () => clock.time };
    const take = createLimiter({ burst: 3, perSecond: 2 }, clock);
    expect([take('a'), take('a'), take('a')]).toEqual([undefined, undefined, undefined]);
    expect(take('a')).toBe(1);
    expect(take('b')).toBeUndefined();
    clock.time = 500;
    expect([take('a'), take('a')]).toEqual([undefined, 1]);
    clock.time = 3_600_000;
    expect(
      [take('a'), take('a'), take('a'), take('a')].filter((wait) => wait === undefined),
    ).toHaveLength(3);
    clock.time = 0;
    expect(take('a')).toBe(1);
  });

  it('[SV8] the wait is the time until the next one is free', () => {
    const clock = { time: 0, now: () => clock.time };
    const take = createLimiter({ burst: 1, perSecond: 0.1 }, clock);
    take('a');
    expect(take('a')).toBe(10);
    clock.time = 9_999;
    expect(take('a')).toBe(1);
    clock.time = 10_000;
    expect(take('a')).toBeUndefined();
  });

  it('[SV8] names are bounded, and the ones in use are remembered', () => {
    const clock = { now: () => 0 };
    const take = createLimiter({ burst: 1, perSecond: 0.001 }, clock);
    take('in use');
    for (let n = 0; n < NAMES_MAX * 2; n += 1) {
      take(`name ${n}`);
      if (n % 1_000 === 0) expect(take('in use')).toBeGreaterThan(0);
    }
    expect(take('name 0')).toBeUndefined();
  });
});

describe('how often may be asked', () => {
  it('[SV8] a register that asks too often is told when to come back', async () => {
    world = await openWorld({ deps: { limits: { register: { burst: 2, perSecond: 0.5 } } } });
    const here = world;
    const from = (device: string) => here.post(push({ register: registerOf(device) }));
    expect((await from('till-1')).status).toBe(200);
    expect((await from('till-1')).status).toBe(200);
    const refused = await from('till-1');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(v.parse(errorSchema, await refused.json()).error.code).toBe('too-many-requests');
    expect((await from('till-2')).status).toBe(200);
    world.now += 2_000;
    expect((await from('till-1')).status).toBe(200);
    expect((await here.fetch('/api/pos/sync-log')).status).toBe(200);
    expect((await here.fetch('/api/pos/sync-log')).status).toBe(200);
    expect((await here.fetch('/api/pos/sync-log')).status).toBe(429);
  });

  it('[SV8] inventing registers opens no more than eight allowances of one account', async () => {
    world = await openWorld({ deps: { limits: { register: { burst: 1, perSecond: 0.1 } } } });
    const here = world;
    const statuses: number[] = [];
    for (let n = 1; n <= REGISTERS_PER_USER; n += 1)
      statuses.push((await here.post(push({ register: registerOf(`till-${n}`) }))).status);
    expect(statuses).toEqual(Array(REGISTERS_PER_USER).fill(200));
    const refused = await here.post(push({ register: registerOf('till-9') }));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('2');
    // Refused before the body is read.
    const unread = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' };
    expect((await here.fetch('/api/pos/sync', unread)).status).toBe(429);
    expect((await here.fetch('/api/pos/sync-log')).status).toBe(429);
    const colleague = { headers: { Authorization: `Bearer ${here.token({ sub: '43' })}` } };
    expect((await here.fetch('/api/pos/sync-log', colleague)).status).toBe(200);
    here.now += 10_000;
    expect((await here.post(push({ register: registerOf('till-9') }))).status).toBe(200);
  });

  it('[SV8] a register that drains 10,000 operations is never slowed down', async () => {
    world = await openWorld();
    const here = world;
    let n = 0;
    const drain = async () => {
      for (let request = 0; request < 20; request += 1) {
        const operations = Array.from({ length: 500 }, () => {
          n += 1;
          return earn({ id: id('E', n), body: { saleKey: `s${n}` } });
        });
        const response = await here.post(push({ operations }));
        expect(response.status).toBe(200);
        await response.arrayBuffer();
      }
    };
    const context = async () => {
      for (let poll = 0; poll < 10; poll += 1) {
        const response = await here.post(push());
        expect(response.status).toBe(200);
        await response.arrayBuffer();
      }
    };
    await Promise.all([drain(), ...Array.from({ length: 10 }, context)]);
  });

  it('[SV8] failed authentication alone is limited by address', async () => {
    world = await openWorld({ deps: { limits: { failures: { burst: 3, perSecond: 0.1 } } } });
    const here = world;
    const bad = { headers: { Authorization: `Bearer ${signToken(here.now, { aud: 'x' })}` } };
    const ask = () => here.fetch('/api/pos/sync-log', bad);
    const statuses = [await ask(), await ask(), await ask(), await ask()].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([401, 401, 401, 429]);
    const refused = await ask();
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect((await here.fetch('/api/pos/sync-log')).status).toBe(200);
  });
});
