/**
 * How the page draws a POS component: a custom element whose properties come from the generated
 * table, with a small Preact view in its shadow root. Children stay where they are and show through
 * slots.
 */
import { render, type ComponentChild } from 'preact';
import { COMPONENTS } from '../../platform/components.ts';

export interface HostElement extends HTMLElement {
  /** A property as the extension set it, when it is text; else "". */
  text(name: string): string;
  flag(name: string): boolean;
  property(name: string): unknown;
  /** Takes over what the element already shows, as a field does with what a person types. */
  keep(name: string, value: unknown): void;
  /** Draws again, after something that the element itself keeps has changed. */
  refresh(): void;
  /** Tells the extension; only `detail` crosses to its worker. */
  emit(name: string, detail?: Readonly<Record<string, unknown>>): void;
}

export interface ElementDefinition {
  readonly css?: string;
  readonly view: (host: HostElement) => ComponentChild;
  /** Runs once, when the element first stands in a document. */
  readonly connected?: (host: HostElement) => void;
}

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
  customElements.define(tag, elementClass(definition, Object.keys(entry.properties), sheet));
}

/** The browser takes custom elements as classes and in no other form. */
function elementClass(
  { view, connected }: ElementDefinition,
  properties: readonly string[],
  sheet: CSSStyleSheet,
): CustomElementConstructor {
  const made = class extends HTMLElement implements HostElement {
    readonly #values = new Map<string, unknown>();
    readonly #root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    #isDrawing = false;
    #wasConnected = false;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [sheet];
    }

    connectedCallback(): void {
      if (!this.#wasConnected) connected?.(this);
      this.#wasConnected = true;
      this.#draw();
    }

    property(name: string): unknown {
      return this.#values.get(name);
    }

    text(name: string): string {
      const value = this.#values.get(name);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    }

    flag(name: string): boolean {
      return this.#values.get(name) === true;
    }

    emit(name: string, detail?: Readonly<Record<string, unknown>>): void {
      this.dispatchEvent(new CustomEvent(name, { detail: detail ?? {} }));
    }

    refresh(): void {
      if (this.#isDrawing || !this.#wasConnected) return;
      this.#isDrawing = true;
      queueMicrotask(() => {
        this.#isDrawing = false;
        this.#draw();
      });
    }

    keep(name: string, value: unknown): void {
      this.#values.set(name, value);
    }

    #draw(): void {
      render(view(this), this.#root);
    }
  };
  for (const name of properties) {
    if (name in HTMLElement.prototype) continue;
    Object.defineProperty(made.prototype, name, {
      configurable: true,
      get(this: HostElement) {
        return this.property(name);
      },
      set(this: HostElement, value: unknown) {
        this.keep(name, value);
        this.refresh();
      },
    });
  }
  return made;
}

/** For an element whose look depends on its children: draws again when they come and go. */
export function redrawWithChildren(host: HostElement, slot: HTMLSlotElement | null): void {
  if (slot !== null) slot.onslotchange = () => host.refresh();
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
