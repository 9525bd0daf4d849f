/** The languages that the page speaks. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language for a locale such as "fr-CA"; English for all that the page does not speak. */
export function languageOf(locale: string): Language {
  return locale.toLowerCase().split(/[-_]/)[0] === 'fr' ? 'fr' : 'en';
}
