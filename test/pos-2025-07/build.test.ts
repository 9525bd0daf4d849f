// @vitest-environment node
/** What Shopify's tool makes of the extension for API 2025-07, and that the app goes without it. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const HERE = 'extensions/pos-2025-07';
const SOURCES = [
  'package.json',
  'tsconfig.base.json',
  'shopify.app.2025-07.toml',
  'extensions/register',
  'extensions/screens',
  'shared',
  ...['package.json', 'tsconfig.json', 'shopify.extension.toml', 'src'].map((one) =>
    join(HERE, one),
  ),
  // Of the current extension: the texts, and time, chance and network.
  ...['locales', 'package.json', 'src/platform.ts'].map((one) => join('extensions/pos', one)),
];

/**
 * Room for a change; Shopify has no limit for this version, and no extension should grow unseen.
 */
const BYTES_MAX = 88 * 1024;

const TARGETS = [
  'pos.cart-update.event.observe',
  'pos.cart.line-item-details.action.menu-item.render',
  'pos.cart.line-item-details.action.render',
  'pos.cash-tracking-session-complete.event.observe',
  'pos.cash-tracking-session-start.event.observe',
  'pos.customer-details.block.render',
  'pos.home.modal.render',
  'pos.home.tile.render',
  'pos.transaction-complete.event.observe',
];

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const targetsIn = (toml: string): string[] =>
  [...toml.matchAll(/^target = "(.+)"$/gm)].map(([, name = '']) => name).sort();

/** One `shopify app build --config 2025-07`, offline, in a folder that is gone afterwards. */
async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-2025-07-'));
  try {
    for (const path of SOURCES) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    symlinkSync(join(ROOT, HERE, 'node_modules'), join(folder, HERE, 'node_modules'));
    const cli = join(ROOT, 'node_modules/@shopify/cli/bin/run.js');
    const args = ['app', 'build', '--skip-dependencies-installation', '--config', '2025-07'];
    await promisify(execFile)(process.execPath, [cli, ...args, '--path', folder], {
      cwd: folder,
      env: {
        ...process.env,
        PATH: [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
        // The tool puts in the React that this says; a test's own environment says another.
        NODE_ENV: 'production',
        SHOPIFY_CLI_NO_ANALYTICS: '1',
        CI: '1',
      },
    });
    return readFileSync(join(folder, HERE, 'dist/tideover-pos-2025-07.js'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let bundle: string;
beforeAll(async () => {
  bundle = await build();
}, 180_000);

describe('the bundle for API 2025-07', () => {
  it('[RX7] is built by Shopify’s own tool, and announces every target of its toml', () => {
    for (const target of TARGETS) expect(bundle).toContain(`"${target}"`);
    expect(targetsIn(read(`${HERE}/shopify.extension.toml`))).toEqual(TARGETS);
    expect(read(`${HERE}/shopify.extension.toml`)).toContain('api_version = "2025-07"');
  });

  it('[RX7] is production’s React, and no larger than it has to be', () => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    const bytes = brotliCompressSync(bundle, { params }).byteLength;
    process.stdout.write(`\nextension 2025-07: ${bytes} bytes compressed of ${BYTES_MAX}\n`);
    expect(bytes).toBeLessThanOrEqual(BYTES_MAX);
    expect(bundle).not.toContain('react-reconciler.development');
    expect(bundle).not.toContain('preact');
  });

  it('[RX7] is no part of the app that is deployed', () => {
    const app = read('shopify.app.toml');
    expect(/^extension_directories = (.+)$/m.exec(app)?.[1]).toBe('["extensions/pos"]');
    expect(app).not.toContain('2025-07');
    const old = /^extension_directories = (.+)$/m.exec(read('shopify.app.2025-07.toml'))?.[1];
    expect(old).toBe(`["${HERE}"]`);
    expect(targetsIn(read('extensions/pos/shopify.extension.toml'))).not.toContain(
      'pos.cart-update.event.observe',
    );
  });
});
