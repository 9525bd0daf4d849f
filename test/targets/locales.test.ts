// @vitest-environment node
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, textsOf, type Forms } from './translator.ts';

const POS = join(import.meta.dirname, '../../extensions/pos');
const english = textsOf(LANGUAGES.en ?? {});

function sources(folder: string): { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return [{ path: path.slice(POS.length + 1), text: readFileSync(path, 'utf8') }];
  });
}

const files = sources(join(POS, 'src'));

/** What the sources name as keys: whole ones, and the fixed beginnings of composed ones. */
function keysInSources(): { readonly whole: Set<string>; readonly prefixes: string[] } {
  const whole = new Set<string>();
  const prefixes = new Set<string>();
  for (const { text } of files) {
    for (const [, key = ''] of text.matchAll(/'([a-zA-Z]+\.[\w.-]+)'/g)) whole.add(key);
    for (const [, prefix = ''] of text.matchAll(/`([a-zA-Z]+\.)\$\{/g)) prefixes.add(prefix);
  }
  return { whole, prefixes: [...prefixes] };
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).sort();
}

describe('texts', () => {
  it('[TX1] every language has exactly the English keys, and no text is empty', () => {
    for (const [language, texts] of Object.entries(LANGUAGES)) {
      const translated = textsOf(texts);
      expect([...translated.keys()].sort(), language).toEqual([...english.keys()].sort());
      for (const [key, forms] of translated)
        for (const form of Object.values(forms)) expect(form.trim(), key).not.toBe('');
    }
    const onDisk = readdirSync(join(POS, 'locales')).sort();
    expect(onDisk).toEqual(['de.json', 'en.default.json', 'es.json', 'fr.json', 'ja.json']);
  });

  it('[TX2] every text is used by a screen, and every key that a screen names exists', () => {
    const { whole, prefixes } = keysInSources();
    const isUsed = (key: string) =>
      whole.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
    expect([...english.keys()].filter((key) => !isUsed(key))).toEqual([]);
    const groups = new Set([...english.keys()].map((key) => key.slice(0, key.indexOf('.') + 1)));
    const named = [...whole].filter((key) => groups.has(key.slice(0, key.indexOf('.') + 1)));
    expect(named.filter((key) => !english.has(key))).toEqual([]);
    expect(prefixes.filter((prefix) => !groups.has(prefix))).toEqual([]);
    expect(named.length).toBeGreaterThan(40);
  });

  it('[TX3] a plural has every form its language needs', () => {
    for (const [language, texts] of Object.entries(LANGUAGES)) {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const [key, forms] of textsOf(texts)) {
        if ('' in forms) continue;
        expect(Object.keys(forms).sort(), `${language} ${key}`).toEqual([...needed].sort());
      }
    }
  });

  it('[TX4] a text has the same placeholders in every language and plural form', () => {
    const expected = (forms: Forms) => placeholders(Object.values(forms)[0] ?? '');
    for (const [language, texts] of Object.entries(LANGUAGES)) {
      for (const [key, forms] of textsOf(texts)) {
        const wanted = expected(english.get(key) ?? {});
        for (const form of Object.values(forms))
          expect(placeholders(form), `${language} ${key}`).toEqual(wanted);
      }
    }
  });

  it('[TX5] no component holds a text of its own: words come from the locale files alone', () => {
    const shown = /\b(?:heading|subheading|label|details|placeholder|error|accessibilityLabel)="/;
    for (const { path, text } of files.filter(({ path: name }) => name.endsWith('.tsx'))) {
      const markup = text
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/=>/g, '')
        .replace(/<T>/g, '');
      expect(markup.match(shown)?.[0], path).toBeUndefined();
      const literals = [...markup.matchAll(/<(?:s-[\w-]+)(?:[^<>]*[^/<>])?>\s*([^\s<{][^<{]*)/g)];
      expect(
        literals.map(([, literal]) => literal),
        path,
      ).toEqual([]);
    }
  });
});
