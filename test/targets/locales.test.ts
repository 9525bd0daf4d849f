// @vitest-environment node
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOCALES } from '../../simulator/page/settings.ts';
import { DEMO_PROGRAM } from '../../simulator/shop.ts';
import { LANGUAGES, textsOf, type Forms, type Texts } from './translator.ts';

const POS = join(import.meta.dirname, '../../extensions/pos');
const english = textsOf(LANGUAGES.en ?? {});

function sources(folder: string): { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return [{ path: path.slice(POS.length + 1), text: readFileSync(path, 'utf8') }];
  });
}

const files = [...sources(join(POS, 'src')), ...sources(join(POS, '../screens'))];

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

/** What a composed key may end in is written somewhere: a reason, a state, a kind of trouble. */
function wordsInSources(): Set<string> {
  const root = join(POS, '../..');
  const parts = ['shared', 'extensions/register', 'extensions/screens', 'extensions/pos/src'];
  const written = parts.flatMap((part) => sources(join(root, part))).map(({ text }) => text);
  return new Set(
    written.flatMap((text) => [...text.matchAll(/'([a-z-]+)'/g)].map(([, word = '']) => word)),
  );
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
    const endings = wordsInSources();
    const isUsed = (key: string) =>
      whole.has(key) ||
      prefixes.some((prefix) => key.startsWith(prefix) && endings.has(key.slice(prefix.length)));
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

/** Signs that take the room of two: Japanese, and the wide forms of its punctuation. */
const WIDE = /[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60]/;
/** Room that a text takes, in Latin letters. */
const columns = (text: string): number =>
  [...text].reduce((sum, sign) => sum + (WIDE.test(sign) ? 2 : 1), 0);

const ROOM = {
  menu: 24,
  button: 16,
  /** How much longer than English a translation may be where English is long already. */
  growth: 1.6,
  heading: 44,
  tileLine: 56,
  banner: 160,
} as const;

const markup = files.filter(({ path }) => path.endsWith('.tsx')).map(({ text }) => text);
/** Keys that the sources name within what the pattern finds. */
const keysWithin = (pattern: RegExp): string[] => {
  const found = markup.flatMap((text) => [...text.matchAll(pattern)].map(([part]) => part));
  const keys = found.flatMap((part) => [...part.matchAll(/'([a-zA-Z]+\.[\w.-]+)'/g)]);
  return [...new Set(keys.map(([, key = '']) => key))].filter((key) => english.has(key)).sort();
};

/** Every form of a text in every language, with what a person would see in its gaps. */
function forms(key: string, values: Readonly<Record<string, string>> = {}) {
  return Object.entries(LANGUAGES).flatMap(([language, texts]) =>
    Object.values(textsOf(texts).get(key) ?? {}).map((form) => ({
      language,
      text: form.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? 'X'.repeat(10)),
    })),
  );
}

/** The forms that take more room than there is. */
const tooLong = (keys: readonly string[], room: (key: string) => number, values = {}) =>
  keys.flatMap((key) =>
    forms(key, values)
      .filter(({ text }) => columns(text) > room(key))
      .map(({ language, text }) => `${language} ${key}: ${text}`),
  );

describe('the room that a text has', () => {
  it('[LO1] the tile’s heading and a menu item take 24 columns in every language', () => {
    const opening = keysWithin(/\bopen: '[^']+'/g);
    for (const key of ['order.open', 'product.open', 'sync.now']) expect(opening).toContain(key);
    expect(tooLong(['tile.heading', ...opening], () => ROOM.menu)).toEqual([]);
  });

  it('[LO2] a button is 16 columns wide, or 1.6 times its English', () => {
    const buttons = [
      ...keysWithin(/<s-button\b[\s\S]*?<\/s-button>/g),
      ...keysWithin(/\bbutton=\{[^}]*\}/g),
      ...keysWithin(/<Buttons\b[\s\S]*?\/>/g),
    ];
    for (const key of ['correct.give', 'correct.next', 'rewards.redeem', 'find.show', 'sync.now'])
      expect(buttons).toContain(key);
    const room = (key: string): number => {
      const written = Math.max(...Object.values(english.get(key) ?? {}).map(columns));
      return Math.max(ROOM.button, Math.floor(written * ROOM.growth));
    };
    expect(tooLong(buttons, room)).toEqual([]);
  });

  it('[LO3] headings, the tile’s line and banners keep to the lines they have', () => {
    const headings = keysWithin(/\bheading(?:=\{[^}]*\}|: '[^']+')/g);
    expect(headings.length).toBeGreaterThan(12);
    expect(tooLong(headings, () => ROOM.heading)).toEqual([]);
    const keys = [...english.keys()];
    const tile = keys.filter((key) => key.startsWith('tile.'));
    for (const { language, text: age } of forms('age.now')) {
      const own = tooLong(tile, () => ROOM.tileLine, { number: '12', age });
      expect(own.filter((line) => line.startsWith(language))).toEqual([]);
    }
    const banners = keys.filter((key) => /^(?:problem|refused|notRemoved|result)\./.test(key));
    expect(tooLong(banners, () => ROOM.banner)).toEqual([]);
  });
});

describe('how texts are written', () => {
  it('[LO4] numbers, money and dates are formatted by POS alone, but on a receipt', () => {
    const made = /\bIntl\.\w+\(|\.toFixed\(|\.toLocale\w*String\(|\.toPrecision\(|[€£¥]/;
    for (const { path, text } of files) {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      if (path === 'src/ui/receipt-lines.ts') expect(code).toMatch(/\.toLocaleString\(/);
      else expect(made.exec(code)?.[0], path).toBeUndefined();
    }
    for (const key of english.keys())
      for (const { language, text } of forms(key))
        expect(/[€$£¥]/.exec(text)?.[0], `${language} ${key}`).toBeUndefined();
  });

  it('[LO5] a text that tells a cashier to tap a button calls it what the button says', () => {
    for (const [language, texts] of Object.entries(LANGUAGES)) {
      const all = textsOf(texts);
      const button = all.get('sync.now')?.[''] ?? 'no such button';
      expect(all.get('refused.storage-full')?.[''], language).toContain(button);
    }
  });

  it('[LO6] every language addresses a cashier politely, and in its own signs', () => {
    const unfit: Readonly<Record<string, RegExp>> = {
      en: /\b(?:kindly|oops)\b/i,
      fr: /(?<!\p{L})(?:tu|toi|ton|ta|tes)(?!\p{L})/iu,
      de: /\b(?:du|dich|dir|dein\w*)\b/i,
      es: /(?<!\p{L})(?:tú|tu|tus|ti|te|vos)(?!\p{L})/iu,
      // A sentence ends in です, ます or a request; a short answer about a sum needs no verb.
      ja: /(?<!です|ます|ません|ました|ませんでした|でした|ください|\}\}|）)。/,
    };
    const careless = /['"]|\.\.\.| {2}|^\s|\s$|\s[,.]/;
    for (const [language, texts] of Object.entries(LANGUAGES))
      for (const [key, written] of textsOf(texts))
        for (const text of Object.values(written)) {
          expect(careless.exec(text)?.[0], `${language} ${key}: ${text}`).toBeUndefined();
          expect(unfit[language]?.exec(text)?.[0], `${language} ${key}: ${text}`).toBeUndefined();
        }
    expect(Object.keys(unfit).sort()).toEqual(Object.keys(LANGUAGES).sort());
  });

  it('[LO7] no language was left in English', () => {
    const written = (texts: Texts | undefined, key: string): string => {
      const { other = '', '': only = other } = textsOf(texts ?? {}).get(key) ?? {};
      return only;
    };
    const wordy = [...english.keys()].filter((key) =>
      /\p{L}{2}/u.test(written(LANGUAGES.en, key).replace(/\{\{\w+\}\}|Tideover/g, '')),
    );
    const untranslated = Object.entries(LANGUAGES)
      .filter(([language]) => language !== 'en')
      .flatMap(([language, texts]) =>
        wordy
          .filter((key) => written(texts, key) === written(LANGUAGES.en, key))
          .map((key) => `${language} ${key}`),
      );
    // These words are the same in both.
    const alike = ['fr age.minutes', 'fr value.points', 'fr receipt.points', 'es age.minutes'];
    expect(untranslated.sort()).toEqual(alike.sort());
  });

  it('[LO8] the simulator offers every language that the extension speaks', () => {
    expect([...LOCALES].sort()).toEqual(Object.keys(LANGUAGES).sort());
    const foreign = Object.keys(LANGUAGES).filter((language) => language !== 'en');
    for (const { id, titles } of DEMO_PROGRAM.rewards)
      expect(Object.keys(titles).sort(), id).toEqual(foreign.sort());
  });
});
