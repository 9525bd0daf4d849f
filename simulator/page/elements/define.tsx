/**
 * How the page draws a POS component: its properties come from the generated table, its view from
 * the files beside this one.
 */
import {
  elementClass,
  type ElementDefinition,
  type HostElement,
} from '../../elements/element-class.ts';
import { COMPONENTS } from '../../platform/components.ts';

const BASE_CSS = `
  :host { box-sizing: border-box; display: block; min-inline-size: 0; }
  :host([hidden]) { display: none; }
  *, *::before, *::after { box-sizing: border-box; }
  button, input, textarea { font: inherit; color: inherit; }
  button { cursor: pointer; -webkit-tap-highlight-color: transparent; }
  :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
`;

/** Makes `tag` known to the page. A tag that Shopify's types don't have is a mistake of ours. */
export function defineElement(tag: string, definition: ElementDefinition): void {
  const entry = COMPONENTS[tag];
  if (entry === undefined) throw new Error(`<${tag}> is no component of POS`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(BASE_CSS + (definition.css ?? ''));
  const properties = Object.fromEntries(
    Object.entries(entry.properties).filter(([name]) => !(name in HTMLElement.prototype)),
  );
  const kind = { properties, attributes: {}, reflected: [], bubbles: () => false };
  customElements.define(tag, elementClass(definition, kind, sheet));
}

const SIZES: Readonly<Record<string, string>> = {
  none: '0',
  'small-500': '2px',
  'small-400': '4px',
  'small-300': '6px',
  'small-200': '8px',
  'small-100': '10px',
  small: '12px',
  base: '16px',
  large: '20px',
  'large-100': '24px',
  'large-200': '28px',
  'large-300': '32px',
  'large-400': '40px',
  'large-500': '48px',
};

/** "base small" → "16px 12px"; sizes in units pass as they are. */
export function space(value: string): string {
  return value
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => SIZES[part] ?? part)
    .join(' ');
}

const BOX_PROPERTIES = [
  'blockSize',
  'inlineSize',
  'maxBlockSize',
  'maxInlineSize',
  'minBlockSize',
  'minInlineSize',
  'padding',
  'paddingBlock',
  'paddingBlockStart',
  'paddingBlockEnd',
  'paddingInline',
  'paddingInlineStart',
  'paddingInlineEnd',
] as const;

/** Sizes and paddings of a box-like component, written onto the element itself. */
export function applyBox(host: HostElement): void {
  // First all are cleared: an empty `padding-block-start` would take back what `padding-block` set.
  for (const name of BOX_PROPERTIES) host.style[name] = '';
  for (const name of BOX_PROPERTIES) {
    const value = host.text(name);
    if (value !== '') host.style[name] = space(value);
  }
}
