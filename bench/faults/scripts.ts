/** Ways in which offline queues lose or stall operations, as a server and a device do them. */

export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly retryAfter?: string;
}

/** What the server does with a request: refuse it, never answer it, or take it. */
export type Reply = Refusal | 'never' | 'take';

export interface Script {
  readonly says: string;
  /** `request` counts from 1; `numbers` are the operations in it. */
  reply(request: number, numbers: readonly number[]): Reply;
  /** What happens to the device; nothing by default. */
  readonly device?:
    | 'second-context'
    | 'clock-back'
    | 'undecodable'
    | 'dies-while-sending'
    | 'dies-at-once'
    | 'server-away';
}

const refuseFirst =
  (count: number, refusal: Refusal): Script['reply'] =>
  (request) =>
    request <= count ? refusal : 'take';
const take = (): Reply => 'take';

export const SCRIPTS: Readonly<Record<string, Script>> = {
  L1: {
    says: '503, its text speaks of 4000 ms',
    reply: refuseFirst(1, { status: 503, text: 'retry after 4000 ms', retryAfter: '1' }),
  },
  L2: { says: '401, the token expired', reply: refuseFirst(2, { status: 401, text: 'expired' }) },
  L3: {
    says: 'one bad operation at the head',
    reply: (_request, numbers) =>
      numbers.includes(1) ? { status: 400, text: 'a bad operation' } : 'take',
  },
  L4: { says: 'made in a second context, cut off', reply: take, device: 'second-context' },
  L5: { says: 'clock set back an hour, restart: order', reply: take, device: 'clock-back' },
  L6: { says: 'one entry can’t be decoded', reply: take, device: 'undecodable' },
  L7: { says: 'the server answers 500', reply: refuseFirst(2, { status: 500, text: 'broken' }) },
  L8: {
    says: 'the process dies while sending',
    reply: (request) => (request === 1 ? 'never' : 'take'),
    device: 'dies-while-sending',
  },
  'L9 refused': { says: 'connection refused for a while', reply: take, device: 'server-away' },
  'L9 429': {
    says: '429 with Retry-After',
    reply: refuseFirst(1, { status: 429, text: 'slow down', retryAfter: '2' }),
  },
  L10: { says: 'the process dies right after the promise', reply: take, device: 'dies-at-once' },
};
