/** The bundle: whose code the bytes are that a register downloads, all targets together. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildExtension, groupOf } from '../test/targets/build.ts';
import type { Part } from './part.ts';

const KILOBYTE = 1_024;
/** What `npm test` holds the bundle to, and what Shopify deploys at most. */
const GATE_KB = 40;
const SHOPIFY_KB = 64;
const TARGET_KB = 32;

export const bundlePart: Part = async ({ environment }) => {
  const { bundle, inputs } = await buildExtension(environment);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  const brotli = brotliCompressSync(bundle, { params }).byteLength;
  const groups = new Map<string, number>();
  for (const [path, bytes] of Object.entries(inputs))
    groups.set(groupOf(path), (groups.get(groupOf(path)) ?? 0) + bytes);
  const largest = (all: Iterable<readonly [string, number]>) =>
    [...all].sort(([, a], [, b]) => b - a);
  const total = bundle.length;
  const shares = (rows: readonly (readonly [string, number])[]) =>
    rows.map(([name, bytes]) => [name, bytes, (100 * bytes) / total] as const);
  return {
    tables: [
      {
        title: 'All targets in one bundle',
        columns: ['', 'bytes'],
        rows: [
          ['minified', total],
          ['gzip 9', gzipSync(bundle, { level: 9 }).byteLength],
          ['brotli 11', brotli],
          ['the gate of the tests', GATE_KB * KILOBYTE],
          ['Shopify deploys at most', SHOPIFY_KB * KILOBYTE],
        ],
      },
      {
        title: 'Whose code it is, before compression',
        columns: ['part', 'bytes', '%'],
        rows: shares(largest(groups)),
      },
      {
        title: 'Its largest modules, before compression',
        columns: ['module', 'bytes', '%'],
        rows: shares(largest(Object.entries(inputs)).slice(0, 25)),
      },
    ],
    targets: [
      {
        says: 'KB of all targets, compressed (brotli 11)',
        measured: brotli / KILOBYTE,
        bound: { atMost: TARGET_KB },
      },
    ],
    notes: ['Built by Shopify’s own tool; its metafile says which module each byte came from.'],
    charts: [
      {
        name: 'bundle',
        title: 'Whose code the register’s bundle is',
        unit: 'bytes before compression',
        bars: largest(groups).map(([label, value]) => ({
          label,
          value,
          own: /^(extensions|shared)/.test(label),
        })),
      },
    ],
  };
};
