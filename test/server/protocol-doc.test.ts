/**
 * docs/protocol.md is a contract: its examples are parsed, and its session is played on the real
 * server.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from '../../shared/schema.ts';
import { describe, expect, it } from 'vitest';
import {
  errorSchema,
  FLAGS,
  operationSchema,
  REASONS,
  snapshotPageSchema,
  STATUSES,
  syncResponseSchema,
  VOID_REASONS,
} from '../../shared/protocol.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { openWorld } from './world.ts';

const page = await readFile(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8');
const SCHEMAS: Readonly<Record<string, v.Schema<unknown>>> = {
  request: syncRequestSchema,
  answer: syncResponseSchema,
  operation: operationSchema,
  snapshot: snapshotPageSchema,
  results: syncResponseSchema.entries.results,
  error: errorSchema,
  token: v.strictObject({ token: v.string(), shop: v.string(), shopId: v.number() }),
};
interface Example {
  readonly name: string;
  readonly value: unknown;
}
const examples: readonly Example[] = [...page.matchAll(/^```json(.*)\n([^]*?)^```$/gm)].map(
  ([, name = '', text = '']) => ({ name: name.trim(), value: JSON.parse(text) as unknown }),
);
const named = (name: string) =>
  examples.filter((example) => example.name === name).map(({ value }) => value);

describe('docs/protocol.md', () => {
  it.each(examples)('[SV15] an example of a $name is one', ({ name, value }) => {
    const schema = SCHEMAS[name];
    if (schema === undefined) throw new Error(`an example of an unknown kind: ${name}`);
    expect(v.parse(schema, value)).toEqual(value);
  });

  it('[SV15] every operation inside an example request is valid too', () => {
    const requests = named('request').map((value) => v.parse(syncRequestSchema, value));
    const operations = requests.flatMap((request) => request.operations);
    expect(operations).toHaveLength(3);
    for (const operation of operations) {
      expect(v.parse(operationSchema, operation)).toEqual(operation);
    }
  });

  it('[SV15] the page names every status, reason, flag, kind, and field of a request', () => {
    const kinds = operationSchema.options.map(({ entries }) => entries.kind.literal);
    const fields = [
      ...Object.keys(syncRequestSchema.entries).filter((name) => name !== 'register'),
      ...Object.keys(syncResponseSchema.entries),
      ...Object.keys(syncRequestSchema.entries.register.entries).map((name) => `.${name}`),
    ];
    const words = [...STATUSES, ...REASONS, ...FLAGS, ...VOID_REASONS, ...kinds, ...fields];
    for (const word of words) {
      const isNamed = page.includes(`\`${word}\``) || page.includes(`\`register${word}\``);
      expect(isNamed, word).toBe(true);
    }
  });

  it('[SV15] the page names every code that the server can refuse with', async () => {
    const files = ['http-error', 'authenticate-pos', 'pos-api', 'pos-reads', 'app', 'health'];
    const texts = await Promise.all(
      files.map((name) => readFile(join(import.meta.dirname, `../../server/${name}.ts`), 'utf8')),
    );
    const codes = texts.flatMap((text) =>
      [...text.matchAll(/HttpError\(\s*(?:\d+|status),\s*'([a-z-]+)'/g)].map(
        ([, code]) => code ?? '',
      ),
    );
    expect(new Set(codes).size).toBeGreaterThan(15);
    for (const code of new Set(codes)) expect(page, code).toContain(`\`${code}\``);
  });

  it('[SV15] the session on the page is what the real server does', async () => {
    const world = await openWorld();
    const [start, push] = named('request');
    const [afterPush, afterStart] = named('answer').map((one) => v.parse(syncResponseSchema, one));
    if (afterStart === undefined || afterPush === undefined) throw new Error('two answers');
    const send = async (request: unknown, serverTime: number) => {
      world.now = serverTime;
      const response = await world.post(request);
      expect(response.status).toBe(200);
      return v.parse(syncResponseSchema, await response.json());
    };
    const first = await send(start, afterStart.serverTime);
    expect(first).toEqual({ ...afterStart, syncId: first.syncId });
    expect(await world.get('/api/pos/snapshot')).toEqual(named('snapshot')[0]);
    const second = await send(push, afterPush.serverTime);
    expect(second).toEqual({ ...afterPush, syncId: second.syncId });
    const again = await send(push, afterPush.serverTime + 30_000);
    expect(again.results).toEqual(named('results')[0]);
    expect(again.settled).toEqual(second.settled);
    expect(again.balances).toEqual(second.balances);
    await world.close();
  });
});
