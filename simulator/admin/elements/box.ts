/** Sizes, paddings, borders and backgrounds: what all box-like components have in common. */
import type { HostElement } from '../../elements/element-class.ts';
import { hostRules, type Declared } from './responsive.ts';

const SPACES: Readonly<Record<string, string>> = {
  none: '0',
  'small-500': '2px',
  'small-400': '4px',
  'small-300': '6px',
  'small-200': '8px',
  'small-100': '12px',
  small: '12px',
  base: '16px',
  large: '20px',
  'large-100': '20px',
  'large-200': '24px',
  'large-300': '32px',
  'large-400': '40px',
  'large-500': '48px',
};
const RADII: Readonly<Record<string, string>> = {
  none: '0',
  'small-200': '2px',
  'small-100': '4px',
  small: '4px',
  base: '8px',
  large: '12px',
  'large-100': '12px',
  'large-200': '16px',
  max: '9999px',
};
const WIDTHS: Readonly<Record<string, string>> = {
  none: '0',
  base: '1px',
  small: '1px',
  'small-100': '1px',
  large: '2px',
  'large-100': '3px',
  'large-200': '4px',
};
const LINES: Readonly<Record<string, string>> = {
  subdued: 'var(--sa-line)',
  base: 'var(--sa-line)',
  strong: 'var(--sa-line-strong)',
};
const BACKS: Readonly<Record<string, string>> = {
  transparent: 'transparent',
  subdued: 'var(--sa-sunken)',
  base: 'var(--sa-card)',
  strong: 'var(--sa-strong)',
};
const STYLES = new Set(['none', 'solid', 'dashed', 'dotted', 'auto']);

const eachOf = (words: Readonly<Record<string, string>>) => (value: string) =>
  value
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => words[part] ?? part)
    .join(' ');

/** "base small" → "16px 12px"; sizes in units pass as they are. */
export const space = eachOf(SPACES);

const SIZE_NAMES = [
  ['blockSize', 'block-size'],
  ['inlineSize', 'inline-size'],
  ['maxBlockSize', 'max-block-size'],
  ['maxInlineSize', 'max-inline-size'],
  ['minBlockSize', 'min-block-size'],
  ['minInlineSize', 'min-inline-size'],
  ['overflow', 'overflow'],
] as const;
const PADDING_NAMES = [
  ['padding', 'padding'],
  ['paddingBlock', 'padding-block'],
  ['paddingBlockStart', 'padding-block-start'],
  ['paddingBlockEnd', 'padding-block-end'],
  ['paddingInline', 'padding-inline'],
  ['paddingInlineStart', 'padding-inline-start'],
  ['paddingInlineEnd', 'padding-inline-end'],
] as const;

/** What a box declares, for `hostRules`; `display` names how it shows unless it is `none`. */
export function boxed(host: HostElement, display: string): readonly Declared[] {
  const shown = (value: string) => (value === 'none' ? 'none' : display);
  return [
    ['display', host.text('display'), shown],
    ...SIZE_NAMES.map(([name, css]): Declared => [css, host.text(name)]),
    ...PADDING_NAMES.map(([name, css]): Declared => [css, host.text(name), space]),
    ...borders(host),
    ['background', host.text('background'), eachOf(BACKS)],
  ];
}

function borders(host: HostElement): readonly Declared[] {
  const [size = '', second = '', third = ''] = host.text('border').split(' ');
  const isStyle = STYLES.has(second);
  const color = host.text('borderColor') || (isStyle ? '' : second);
  const style = host.text('borderStyle') || third || (isStyle ? second : '');
  const width = host.text('borderWidth') || size;
  return [
    ['border-radius', host.text('borderRadius'), eachOf(RADII)],
    ['border-width', width, eachOf(WIDTHS)],
    ['border-style', width === '' ? '' : style || 'solid'],
    ['border-color', width === '' ? '' : color || 'base', eachOf(LINES)],
  ];
}

/** The element's place for assistive technologies, as its properties ask for. */
export function announce(host: HostElement): void {
  const role = ROLES[host.text('accessibilityRole')];
  setOrRemove(host, 'role', role);
  setOrRemove(host, 'aria-label', role === undefined ? '' : host.text('accessibilityLabel'));
  setOrRemove(host, 'aria-hidden', hiddenFromAll(host) ? 'true' : '');
}

export function hiddenFromAll(host: HostElement): boolean {
  return host.text('accessibilityVisibility') === 'hidden';
}

export function setOrRemove(host: HostElement, name: string, value: string | undefined): void {
  if (value === undefined || value === '') host.removeAttribute(name);
  else if (host.getAttribute(name) !== value) host.setAttribute(name, value);
}

const ROLES: Readonly<Record<string, string>> = {
  main: 'main',
  header: 'banner',
  footer: 'contentinfo',
  section: 'region',
  region: 'region',
  aside: 'complementary',
  navigation: 'navigation',
  'ordered-list': 'list',
  'unordered-list': 'list',
  'list-item': 'listitem',
  'list-item-separator': 'separator',
  separator: 'separator',
  status: 'status',
  alert: 'alert',
  group: 'group',
};

/** Draws a box: its rules, and its place for assistive technologies. */
export function drawBox(
  host: HostElement,
  display = 'block',
  more: readonly Declared[] = [],
): void {
  const unseen = host.text('accessibilityVisibility') === 'exclusive' ? UNSEEN : '';
  host.dress(hostRules([...boxed(host, display), ...more]) + unseen);
  announce(host);
}

export const UNSEEN = `
  :host {
    position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;
  }`;
