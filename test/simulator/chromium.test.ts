import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findChromium } from '../support/chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'tideover-chromium-'));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the browser that the tests use', () => {
  it('[SM30] is the one that CHROMIUM_PATH names, or one line says that it is not there', () => {
    const path = join(folder, 'browser');
    const find = (): string => findChromium({ CHROMIUM_PATH: path });
    expect(find).toThrow(/^CHROMIUM_PATH names no file: .*$/);
    writeFileSync(path, '');
    expect(find()).toBe(path);
  });
});
