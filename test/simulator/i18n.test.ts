import { describe, expect, it } from 'vitest';
import { createI18n } from '../../simulator/worker/i18n.ts';

const locales = {
  en: {
    hello: 'Hello {{name}}',
    items: { one: '{{count}} item', other: '{{count}} items' },
    deep: { er: 'Deeper' },
    only: 'English only',
  },
  fr: {
    hello: 'Bonjour {{ name }}',
    items: { one: '{{count}} article', other: '{{count}} articles' },
  },
};

const speaking = (locale: string) =>
  createI18n({ locales, defaultLocale: 'en', locale: () => locale });

describe('texts', () => {
  it('[SM16] come from the language, its base, the default file, or show the key', () => {
    expect(speaking('fr').translate('hello', { name: 'Ada' })).toBe('Bonjour Ada');
    expect(speaking('fr-CA').translate('hello', { name: 'Ada' })).toBe('Bonjour Ada');
    expect(speaking('fr').translate('only')).toBe('English only');
    expect(speaking('de').translate('deep.er')).toBe('Deeper');
    expect(speaking('en').translate('no.such.key')).toBe('no.such.key');
  });

  it('[SM16] choose the plural by the language’s own rules and write the count its way', () => {
    expect(speaking('en').translate('items', { count: 0 })).toBe('0 items');
    expect(speaking('fr').translate('items', { count: 0 })).toBe('0 article');
    expect(speaking('en').translate('items', { count: 1_250 })).toBe('1,250 items');
  });

  it('[SM16] become a list around an element, and show what is missing', () => {
    const element = { tag: 's-text' };
    expect(speaking('en').translate('hello', { name: element })).toEqual(['Hello ', element, '']);
    expect(speaking('en').translate('hello')).toBe('Hello {{name}}');
  });

  it('[SM16] numbers, money and dates follow the register’s language or the extension’s', () => {
    const i18n = speaking('de');
    expect(i18n.formatNumber(1_234.5)).toBe('1.234,5');
    expect(i18n.formatNumber(1_234.5, { inExtensionLocale: true })).toBe('1,234.5');
    expect(i18n.formatCurrency(5, { currency: 'EUR' })).toMatch(/^5,00\s€$/);
    const date = { dateStyle: 'medium', timeZone: 'UTC' } as const;
    expect(i18n.formatDate(new Date(0), date)).toBe('01.01.1970');
  });
});
