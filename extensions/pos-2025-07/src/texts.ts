/**
 * API 2025-07 translates nothing: the texts of all languages are in the bundle, and chosen here.
 * (The limit of 64 KB for a bundle came with API 2025-10, and the platform's own texts with it.)
 */
import german from '../../pos/locales/de.json';
import english from '../../pos/locales/en.default.json';
import spanish from '../../pos/locales/es.json';
import french from '../../pos/locales/fr.json';
import japanese from '../../pos/locales/ja.json';
import type { Translator } from '../../screens/words.ts';

/** A text, the forms of a plural, or a group of them. */
interface Texts {
  readonly [key: string]: string | Texts;
}

const LANGUAGES: Readonly<Record<string, Texts>> = {
  en: english,
  fr: french,
  de: german,
  es: spanish,
  ja: japanese,
};

/** Translates as POS does from API 2025-10 on: dotted keys, `{{name}}`, a plural by `count`. */
export function createTexts(locale: () => string): Translator {
  return {
    translate(key, values = {}) {
      const name = locale().split('-')[0] ?? '';
      const texts = LANGUAGES[name] ?? english;
      const found = key
        .split('.')
        .reduce<string | Texts | undefined>(
          (group, part) => (typeof group === 'object' ? group[part] : undefined),
          texts,
        );
      const text = typeof found === 'object' ? plural(found, name, values.count) : found;
      return (text ?? key).replace(/\{\{(\w+)\}\}/g, (_, name: string) => `${values[name] ?? ''}`);
    },
    formatNumber: (value, options) => value.toLocaleString(locale(), options),
    formatCurrency: (value, options) =>
      value.toLocaleString(locale(), { style: 'currency', ...options }),
    formatDate: (date, options) => date.toLocaleString(locale(), options),
  };
}

/** The form for `count` by the rules of the language that the text is in. */
function plural(forms: Texts, language: string, count: unknown): string | undefined {
  const rules = new Intl.PluralRules(LANGUAGES[language] === undefined ? 'en' : language);
  const form = forms[rules.select(Number(count))] ?? forms.other;
  return typeof form === 'string' ? form : undefined;
}
