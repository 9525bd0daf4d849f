// @vitest-environment node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, constants } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { TARGETS } from '../../simulator/platform/targets.ts';
import { buildExtension, groupOf, type Built } from './build.ts';

/** Shopify deploys at most 64 KB, brotli 11, all targets together; this leaves room for more. */
const BUNDLE_BYTES_MAX = 40 * 1024;
/** A slow machine with two busy cores still builds within this. */
const BUILD_TIMEOUT_MS = 180_000;

const USED = Object.keys(TARGETS).filter((name) => name !== 'pos.receipt-header.block.render');

let built: Built;
beforeAll(async () => {
  built = await buildExtension(process.env);
}, BUILD_TIMEOUT_MS);

describe('the bundle that Shopify deploys', () => {
  it('[TG6] all targets together stay under 40 KB compressed', () => {
    const bytes = compressed(built.bundle);
    process.stdout.write(`\nextension: ${bytes} bytes compressed of ${BUNDLE_BYTES_MAX}\n`);
    process.stdout.write(table(built.inputs));
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
  });

  it('[TG6] it holds no React, and no date library for what the platform’s own texts do', () => {
    expect(built.bundle).not.toContain('react.transitional');
    expect(built.bundle).not.toContain('react.element');
    const groups = new Set(Object.keys(built.inputs).map(groupOf));
    expect([...groups].sort()).toEqual([
      'eventemitter3',
      'extensions/pos',
      'extensions/register',
      'extensions/screens',
      'other',
      'p-queue',
      'p-timeout',
      'preact',
      'shared',
    ]);
  });

  it('[TG7] loading it does nothing but announce its targets', () => {
    const calls: string[] = [];
    const announced = loadBundle(built.bundle, calls);
    expect(announced.sort()).toEqual(USED.sort());
    expect(calls).toEqual([]);
  });

  it('[TG8] the committed types of the `shopify` global are those the CLI generates', () => {
    const committed = readFileSync(
      join(import.meta.dirname, '../../extensions/pos/shopify.d.ts'),
      'utf8',
    );
    expect(built.globalTypes).toBe(committed);
  });
});

function compressed(text: string): number {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return brotliCompressSync(text, { params }).byteLength;
}

function table(inputs: Built['inputs']): string {
  const groups = new Map<string, number>();
  for (const [path, bytes] of Object.entries(inputs))
    groups.set(groupOf(path), (groups.get(groupOf(path)) ?? 0) + bytes);
  const rows = [...groups].sort(([, a], [, b]) => b - a);
  return rows.map(([name, bytes]) => `  ${String(bytes).padStart(7)} ${name}\n`).join('');
}

/** Runs the bundle where every effect is recorded; returns the targets it announces. */
function loadBundle(bundle: string, calls: string[]): string[] {
  const announced: string[] = [];
  const record = (name: string) => () => {
    calls.push(name);
    throw new Error(`${name} while loading`);
  };
  const allowed: Readonly<Record<string, unknown>> = {
    extend: (target: string) => announced.push(target),
    setSignals: () => undefined,
  };
  const shopify = new Proxy(allowed, {
    get: (target, name) => {
      if (typeof name === 'string' && !(name in target)) calls.push(`shopify.${name}`);
      return typeof name === 'string' ? target[name] : undefined;
    },
  });
  // What a worker has and p-queue extends while it loads.
  const world: Record<string, unknown> = { shopify, EventTarget, DOMException };
  for (const name of [
    'fetch',
    'setTimeout',
    'setInterval',
    'queueMicrotask',
    'requestAnimationFrame',
  ])
    world[name] = record(name);
  world.crypto = { getRandomValues: record('crypto.getRandomValues') };
  runInNewContext(bundle, world);
  return announced;
}
