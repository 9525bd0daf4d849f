/**
 * Shopify's `i18n` as its documentation describes it, over our own locale files: dotted keys,
 * `{{name}}` placeholders, plural forms chosen by `count` with the language's rules. The tester's
 * own only echoes keys.
 */
import english from '../../extensions/pos/locales/en.default.json' with { type: 'json' };
import spanish from '../../extensions/pos/locales/es.json' with { type: 'json' };
import french from '../../extensions/pos/locales/fr.json' with { type: 'json' };
import german from '../../extensions/pos/locales/de.json' with { type: 'json' };
import japanese from '../../extensions/pos/locales/ja.json' with { type: 'json' };
import type { Translator } from '../../extensions/screens/words.ts';

/** A locale file: texts, plurals and groups of them. */
export interface Texts {
  readonly [key: string]: string | Texts;
}

export const LANGUAGES: Readonly<Record<string, Texts>> = {
  en: english,
  fr: french,
  de: german,
  es: spanish,
  ja: japanese,
};

/** A text's own forms by dotted key: one under `''`, or one per plural category. */
export type Forms = Readonly<Record<string, string>>;

const CATEGORIES = new Set(['zero', 'one', 'two', 'few', 'many', 'other']);

/** Every text of a locale file with its forms. */
export function textsOf(texts: Texts, path = ''): Map<string, Forms> {
  const found = new Map<string, Forms>();
  for (const [key, value] of Object.entries(texts)) {
    const here = `${path}${key}`;
    if (typeof value === 'string') found.set(here, { '': value });
    else if (isPlural(value)) found.set(here, value);
    else for (const [inner, forms] of textsOf(value, `${here}.`)) found.set(inner, forms);
  }
  return found;
}

function isPlural(texts: Texts): texts is Forms & Texts {
  return Object.entries(texts).every(
    ([key, value]) => CATEGORIES.has(key) && typeof value === 'string',
  );
}

/** Throws on a missing key or an unfilled placeholder: a person would see either on a register. */
export function createTranslator(locale: string, timeZone = 'UTC'): Translator {
  const language = locale.split('-')[0] ?? locale;
  const texts = textsOf(LANGUAGES[language] ?? english);
  return {
    translate: (key, values = {}) => {
      const forms = texts.get(key);
      if (forms === undefined) throw new Error(`no text for ${key}`);
      const category = new Intl.PluralRules(locale).select(Number(values.count ?? 0));
      const text = forms[''] ?? forms[category] ?? forms.other ?? '';
      return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
        const value = values[name];
        if (value === undefined) throw new Error(`no value for {{${name}}} of ${key}`);
        return String(value);
      });
    },
    formatNumber: (value, options) => new Intl.NumberFormat(locale, options).format(value),
    formatCurrency: (value, options) =>
      new Intl.NumberFormat(locale, { style: 'currency', ...options }).format(value),
    formatDate: (date, options) =>
      new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(date),
  };
}
