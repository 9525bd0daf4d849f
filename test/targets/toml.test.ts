// @vitest-environment node
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../simulator/platform/targets.ts';

/** Every place that API 2026-07 has, but the one above a receipt's own text. */
const USED = Object.keys(TARGETS)
  .filter((name) => name !== 'pos.receipt-header.block.render')
  .sort();

const ROOT = join(import.meta.dirname, '../..');
const POS = join(ROOT, 'extensions/pos');

interface Section {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** As much TOML as our two files use: sections, and one `key = value` a line with a JSON value. */
function readToml(path: string): readonly Section[] {
  const sections: { name: string; values: Record<string, unknown> }[] = [{ name: '', values: {} }];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const header = /^\[{1,2}([\w.]+)\]{1,2}$/.exec(text);
    const pair = /^(\w+) = (.+)$/.exec(text);
    if (header !== null) sections.push({ name: header[1] ?? '', values: {} });
    else if (pair !== null) {
      const [, key = '', value = ''] = pair;
      const values = sections.at(-1)?.values ?? {};
      expect(values, `${key} is given once`).not.toHaveProperty(key);
      values[key] = JSON.parse(value);
    } else throw new Error(`not understood: ${line}`);
  }
  return sections;
}

const extension = readToml(join(POS, 'shopify.extension.toml'));
const app = readToml(join(ROOT, 'shopify.app.toml'));

function section(sections: readonly Section[], name: string): Section['values'] {
  const found = sections.filter((one) => one.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]?.values ?? {};
}

describe('what Shopify reads about the extension', () => {
  it('[TG5] the API version is 2026-07 for the extension and for webhooks', () => {
    expect(section(extension, '').api_version).toBe('2026-07');
    expect(section(app, 'webhooks').api_version).toBe('2026-07');
  });

  it('[TG5] the extension declares that it runs offline', () => {
    expect(section(extension, 'extensions.supported_features')).toEqual({ runs_offline: true });
  });

  it('[TG5] each target is there once, and its module exists', () => {
    const targeting = extension.filter(({ name }) => name === 'extensions.targeting');
    const targets = targeting.map(({ values }) => values.target);
    expect(targets.map(String).sort()).toEqual(USED);
    for (const { values } of targeting)
      expect(existsSync(join(POS, String(values.module))), String(values.module)).toBe(true);
  });

  it('[TG5] type, handle and uid are those that merchants’ tiles hang on', () => {
    expect(section(extension, 'extensions')).toMatchObject({
      type: 'ui_extension',
      handle: 'tideover-pos',
      uid: '01b265dc-2b0f-4ba6-99d8-54cc3a1619dd',
    });
    expect(String(section(extension, 'extensions').description).length).toBeGreaterThan(20);
  });

  it('[TG5] no section or key that the CLI would silently ignore', () => {
    const known: Readonly<Record<string, readonly string[]>> = {
      '': ['api_version'],
      extensions: ['type', 'name', 'handle', 'uid', 'description'],
      'extensions.supported_features': ['runs_offline'],
      'extensions.targeting': ['target', 'module'],
    };
    for (const { name, values } of extension)
      expect(known[name], name).toEqual(expect.arrayContaining(Object.keys(values)));
  });

  it('[TG5] the app knows its extension, and its addresses are one HTTPS host', () => {
    const top = section(app, '');
    expect(top).toMatchObject({ name: 'Tideover', embedded: true });
    expect(top.extension_directories).toEqual(['extensions/pos']);
    const addresses = [top.application_url, ...redirectUrls()].map((url) => new URL(String(url)));
    expect(new Set(addresses.map(({ origin }) => origin)).size).toBe(1);
    for (const { protocol } of addresses) expect(protocol).toBe('https:');
  });
});

function redirectUrls(): readonly string[] {
  const urls: unknown = section(app, 'auth').redirect_urls;
  expect(Array.isArray(urls) && urls.length > 0).toBe(true);
  return Array.isArray(urls) ? urls.map(String) : [];
}
