/** `shopify.i18n` over the extension's own locale files, as the build left them. */
import type { I18n } from '@shopify/ui-extensions';
import type { Translations } from '../wire.ts';

export interface I18nDeps {
  readonly locales: Readonly<Record<string, Translations>>;
  readonly defaultLocale: string;
  /** The register's language now. */
  readonly locale: () => string;
}

type Replacements = Readonly<Record<string, unknown>>;

/**
 * Texts come from the file of the exact language, else of its base ("fr-CA" → "fr"), else from the
 * default file. A key that no file has gives the key itself, as POS shows it.
 */
export function createI18n(deps: I18nDeps): I18n {
  const chain = (): string[] => {
    const locale = deps.locale();
    return [locale, locale.split('-')[0] ?? locale, deps.defaultLocale];
  };
  const find = (
    key: string,
    options: Replacements,
  ): { text: string; locale: string } | undefined => {
    for (const locale of chain()) {
      const entry = lookUp(deps.locales[locale], key);
      const text = typeof entry === 'string' ? entry : pluralForm(entry, locale, options['count']);
      if (text !== undefined) return { text, locale };
    }
    return undefined;
  };
  const localeOf = (options?: { inExtensionLocale?: boolean }): string =>
    options?.inExtensionLocale === true ? deps.defaultLocale : deps.locale();

  const translate = (key: string, options: Replacements = {}): unknown => {
    const found = find(key, options);
    if (found === undefined) return key;
    const shown = (name: string): unknown => {
      const value = options[name];
      const isCount = name === 'count' && typeof value === 'number';
      return isCount ? new Intl.NumberFormat(found.locale).format(value) : value;
    };
    return interpolate(found.text, shown);
  };

  return {
    translate: translate as I18n['translate'],
    formatNumber: (number, options) =>
      new Intl.NumberFormat(localeOf(options), options).format(number),
    formatCurrency: (number, options) =>
      new Intl.NumberFormat(localeOf(options), { style: 'currency', ...options }).format(number),
    formatDate: (date, options) => new Intl.DateTimeFormat(localeOf(options), options).format(date),
  };
}

function lookUp(translations: Translations | undefined, key: string): unknown {
  let here: unknown = translations;
  for (const part of key.split('.')) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return here;
}

function pluralForm(entry: unknown, locale: string, count: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || typeof count !== 'number') return undefined;
  const forms = entry as Record<string, unknown>;
  const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms['other'];
  return typeof form === 'string' ? form : undefined;
}

/** Text with `{{name}}` filled in; an array as soon as one of the fillings is no plain value. */
function interpolate(text: string, value: (name: string) => unknown): unknown {
  const parts = text.split(/\{\{\s*([\w-]+)\s*\}\}/);
  const filled = parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const given = value(part);
    return given === undefined ? `{{${part}}}` : given;
  });
  const isPlain = filled.every((part) => typeof part === 'string' || typeof part === 'number');
  return isPlain ? filled.join('') : filled;
}
