/**
 * Looks at what an extension draws as a picky person would: nothing cut off, nothing beyond the
 * edge, nothing too pale to read or too small to tap, and no word that was meant for us.
 */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { Place } from '../../simulator/platform/places.ts';
import { until, type RegisterPage } from './register-page.ts';

export const CONTRAST_MIN = 4.5;
export const TOUCH_PX_MIN = 40;
/** A blank area has its background alone; letters bring dozens of shades. */
const COLOURS_MIN = 8;

const SIZES = {
  tablet: { width: 1_280, height: 840 },
  phone: { width: 390, height: 780 },
} as const;

const LOCALES = join(import.meta.dirname, '../../extensions/pos/locales');

/** Beside English, the language that needs the most letters. */
export function longestLanguage(): string {
  const others = readdirSync(LOCALES).filter((name) => name !== 'en.default.json');
  const lengthOf = (name: string): number => readFileSync(join(LOCALES, name), 'utf8').length;
  const [longest = 'en'] = others.sort((a, b) => lengthOf(b) - lengthOf(a));
  return longest.replace('.json', '');
}

/** What a screen says while it has nothing to show yet, in every language. */
function fillers(): readonly string[] {
  return readdirSync(LOCALES).flatMap((name) => {
    const { screen, order } = JSON.parse(readFileSync(join(LOCALES, name), 'utf8')) as {
      readonly screen: { readonly starting: string };
      readonly order: { readonly loading: string };
    };
    return [screen.starting, order.loading];
  });
}

export interface Gallery {
  /** Where the screenshots are. */
  readonly folder: string;
  /** Looks at these places in both sizes, in each language, and waits until nothing is wrong. */
  look(register: RegisterPage, name: string, asked: Asked): Promise<void>;
  /** The same in the language of the moment: another would lose what a person has begun. */
  glance(register: RegisterPage, name: string, place: Place): Promise<void>;
}

export interface Asked {
  readonly places: readonly Place[];
  /** The last of them is the register's afterwards. */
  readonly languages: readonly string[];
}

export function openGallery(): Gallery {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-looks-'));
  const loading = fillers();
  const inEachSize = async (
    register: RegisterPage,
    name: string,
    places: readonly Place[],
    language: string,
  ): Promise<void> => {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await register.page.setViewportSize(viewport);
      for (const place of places) await isFine(register, place, `${name} ${size} ${language}`);
      const path = join(folder, `${name}-${size}-${language}.png`);
      await register.page.screenshot({ path, animations: 'disabled' });
    }
    await register.page.setViewportSize(SIZES.tablet);
  };
  return {
    folder,
    async look(register, name, { places, languages }) {
      for (const language of languages) {
        const { locale } = await register.control('settings');
        const before = new Map<Place, string>();
        if (locale !== language) {
          // What stands on a screen is drawn in the language of the moment when it began.
          for (const place of places)
            before.set(place, await shown(register.at(place), loading, undefined));
          await register.control('change', { locale: language });
          for (const place of places) await register.control('restartContext', place);
        }
        for (const place of places) {
          const old = place === 'receipt-footer' ? undefined : before.get(place);
          await shown(register.at(place), loading, old);
        }
        await inEachSize(register, name, places, language);
      }
    },
    async glance(register, name, place) {
      await shown(register.at(place), loading, undefined);
      const { locale } = await register.control('settings');
      await inEachSize(register, name, [place], locale);
    },
  };
}

/** Waits until there is something to read, other than `before`. */
async function shown(
  place: Locator,
  loading: readonly string[],
  before: string | undefined,
): Promise<string> {
  let text = '';
  await until('the place shows something', async () => {
    text = await place.evaluate(textIn);
    return text.trim() !== '' && text !== before && !loading.some((one) => text.includes(one));
  });
  return text;
}

async function isFine(register: RegisterPage, place: Place, where: string): Promise<void> {
  const target = register.at(place);
  let faults: readonly string[] = [];
  const check = async (): Promise<boolean> => {
    faults = await target.evaluate(faultsIn, { contrast: CONTRAST_MIN, touch: TOUCH_PX_MIN });
    if (faults.length > 0) return false;
    const colours = await coloursOf(register.page, target);
    if (colours < COLOURS_MIN) faults = [`${colours} colours alone: it is blank`];
    return faults.length === 0;
  };
  await until('nothing is wrong', check).catch(() => {
    throw new Error(`${place}, ${where}:\n${faults.join('\n')}`);
  });
}

/** Different colours of what is visible of the element. */
export async function coloursOf(page: Page, target: Locator): Promise<number> {
  const png = (await target.screenshot({ animations: 'disabled' })).toString('base64');
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    if (context === null) return 0;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }, png);
}

/** What stands below an element, also where its components draw it. Runs in the page. */
export function textIn(root: Element): string {
  const read = (node: Node): string => {
    if (node instanceof Text) return node.data;
    const inside =
      node instanceof Element && node.shadowRoot !== null ? node.shadowRoot : undefined;
    return [...(inside?.childNodes ?? []), ...node.childNodes].map(read).join(' ');
  };
  return read(root);
}

/**
 * Everything that is wrong below an element, in words. Runs in the page, so it can use nothing but
 * what it holds itself.
 */
export function faultsIn(
  root: Element,
  least: { readonly contrast: number; readonly touch: number },
): string[] {
  const faults = new Set<string>();
  type Colour = readonly [number, number, number, number];

  const childrenOf = (node: Node): readonly Node[] => {
    if (!(node instanceof Element)) return [];
    if (node.shadowRoot !== null) return [...node.shadowRoot.childNodes];
    if (node instanceof HTMLSlotElement) {
      const assigned = node.assignedNodes({ flatten: true });
      if (assigned.length > 0) return assigned;
    }
    return [...node.childNodes];
  };
  const parentOf = (node: Node): Element | null => {
    const slot = node instanceof Element || node instanceof Text ? node.assignedSlot : null;
    if (slot !== null) return slot;
    const { parentNode } = node;
    if (parentNode instanceof ShadowRoot) return parentNode.host;
    return parentNode instanceof Element ? parentNode : null;
  };
  const colourOf = (text: string): Colour => {
    const numbers = (text.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
    const [red = 0, green = 0, blue = 0, alpha = 1] = numbers;
    const scale = text.startsWith('color(') ? 255 : 1;
    return [red * scale, green * scale, blue * scale, alpha];
  };
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (i: 0 | 1 | 2): number => top[i] * top[3] + below[i] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const luminance = ([red, green, blue]: Colour): number => {
    const linear = (value: number): number => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const ancestorsOf = (node: Node): readonly Element[] => {
    const found: Element[] = [];
    for (let at = parentOf(node); at !== null; at = parentOf(at)) found.push(at);
    return found;
  };
  const contrastOf = (text: Text): number => {
    const ancestors = ancestorsOf(text);
    const paper = ancestors.reduceRight<Colour>(
      (below, one) => over(colourOf(getComputedStyle(one).backgroundColor), below),
      [255, 255, 255, 1],
    );
    const [holder] = ancestors;
    if (holder === undefined) return 21;
    const opacity = ancestors.reduce((all, one) => all * Number(getComputedStyle(one).opacity), 1);
    const [red, green, blue, alpha] = colourOf(getComputedStyle(holder).color);
    const ink = over([red, green, blue, alpha * opacity], paper);
    const [light = 0, dark = 0] = [luminance(ink), luminance(paper)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const isDisabled = (node: Node): boolean =>
    ancestorsOf(node).some((one) => one.matches(':disabled, [aria-disabled="true"]'));
  const words = (node: Node): string => (node.textContent ?? '').trim().slice(0, 60);

  const checkText = (text: Text): void => {
    const said = text.data.trim();
    if (said === '') return;
    if (/^[a-z]+(?:\.[A-Za-z-]+)+$/.test(said)) faults.add(`a raw key: ${said}`);
    if (/\bundefined\b|\bNaN\b|\{\{|\[object/.test(said)) faults.add(`not for people: ${said}`);
    const contrast = contrastOf(text);
    if (contrast < least.contrast && !isDisabled(text))
      faults.add(`contrast ${contrast.toFixed(2)}: ${words(text)}`);
  };
  const checkBox = (element: HTMLElement): void => {
    const { left, right, width, height } = element.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    const { overflowY, display } = getComputedStyle(element);
    const about = `<${element.localName}> ${words(element)}`;
    if (left < -1 || right > innerWidth + 1) faults.add(`over the edge: ${about}`);
    if (element.matches('button, [role="button"]') && Math.min(width, height) < least.touch)
      faults.add(`too small to tap, ${width} × ${height}: ${about}`);
    if (display === 'inline' || element.matches('input, textarea')) return;
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
    if (scrollWidth > clientWidth + 1) faults.add(`wider than its box: ${about}`);
    const isCut = overflowY === 'hidden' || overflowY === 'clip';
    if (isCut && scrollHeight > clientHeight + 1) faults.add(`higher than its box: ${about}`);
  };
  const walk = (node: Node): void => {
    if (node instanceof Text) return checkText(node);
    if (!(node instanceof HTMLElement)) return;
    const { display, visibility } = getComputedStyle(node);
    if (display === 'none' || visibility === 'hidden') return;
    if (display !== 'contents') checkBox(node);
    for (const child of childrenOf(node)) walk(child);
  };
  walk(root);
  return [...faults];
}
