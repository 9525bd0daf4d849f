// @vitest-environment node
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clock, http, random } from '../../extensions/pos/src/platform.ts';
import { createWake, type HttpRequest } from '../../shared/ports.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const REQUEST: HttpRequest = {
  method: 'POST',
  path: '/api/pos/sync',
  token: 'a.b.c',
  body: '{}',
  deadlineMs: 60_000,
};

describe('a request', () => {
  it('[TG26] goes to the app’s own host by a relative path, with its token', async () => {
    const calls: [string, RequestInit][] = [];
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      calls.push([path, init]);
      return new Response('{"a":1}', { status: 429, headers: { 'Retry-After': '7' } });
    });
    expect(await http(REQUEST)).toEqual({ status: 429, retryAfter: '7', body: '{"a":1}' });
    await http({ ...REQUEST, method: 'GET', body: undefined });
    expect(calls.map(([path, { method, headers, body }]) => [path, method, headers, body])).toEqual(
      [
        [
          '/api/pos/sync',
          'POST',
          { Authorization: 'Bearer a.b.c', 'Content-Type': 'application/json' },
          '{}',
        ],
        ['/api/pos/sync', 'GET', { Authorization: 'Bearer a.b.c' }, undefined],
      ],
    );
  });

  it('[TG26] without an answer in time it is given up and aborted', async () => {
    let signal: AbortSignal | null | undefined;
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
      signal = init.signal;
      return new Promise(() => undefined);
    });
    await expect(http({ ...REQUEST, deadlineMs: 1 })).rejects.toThrow('no answer within 1 ms');
    expect(signal?.aborted).toBe(true);
  });

  it('[TG26] a body that never ends counts as no answer', async () => {
    const endless = {
      status: 200,
      headers: new Headers(),
      text: () => new Promise(() => undefined),
    };
    vi.stubGlobal('fetch', () => Promise.resolve(endless));
    await expect(http({ ...REQUEST, deadlineMs: 1 })).rejects.toThrow('no answer within 1 ms');
  });
});

describe('time and chance', () => {
  it('[TG27] a sleeper wakes at once when it is called, and also when it was called before', async () => {
    const wake = createWake();
    const slept = clock.sleep(3_600_000, wake);
    wake.wake();
    await slept;
    await clock.sleep(3_600_000, wake);
    await clock.sleep(1);
  });

  it('[TG27] chance is even: what would favour small numbers is drawn again', () => {
    const draws = [0xffff_ffff, 0xffff_fffe, 7];
    const fill = (numbers: Uint32Array) => numbers.fill(draws.shift() ?? 0);
    vi.stubGlobal('crypto', { getRandomValues: fill });
    // 2^32 is one more than a multiple of 3: the last value has no place.
    expect(random.below(3)).toBe(0xffff_fffe % 3);
    expect(random.below(2 ** 32)).toBe(7);
    expect(draws).toEqual([]);
  });
});
