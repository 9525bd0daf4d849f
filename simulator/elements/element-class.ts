/**
 * How the simulator draws a component of Shopify's: a custom element whose properties come from a
 * generated table, with a small Preact view in its shadow root. Children stay where they are and
 * show through slots. Components of POS and of the admin are both made by it.
 */
import { render, type ComponentChild } from 'preact';

export type PropertyKind = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'any';

export interface HostElement extends HTMLElement {
  /** A property as it was set, when it is text or a number; else "". */
  text(name: string): string;
  flag(name: string): boolean;
  property(name: string): unknown;
  /** Whether a property was set to anything at all. */
  isSet(name: string): boolean;
  /** Takes over what the element already shows, as a field does with what a person types. */
  keep(name: string, value: unknown): void;
  /** Draws again, after something that the element itself keeps has changed. */
  refresh(): void;
  /** Tells the listeners; only `detail` crosses to a worker. */
  emit(name: string, detail?: Readonly<Record<string, unknown>>): void;
  /** Rules for this one element, beside those of its kind. */
  dress(css: string): void;
  /** The form around a field. */
  ownForm(): HTMLFormElement | null;
}

export interface ElementDefinition {
  readonly css?: string;
  readonly view: (host: HostElement) => ComponentChild;
  /** Runs once, when the element first stands in a document. */
  readonly connected?: (host: HostElement) => void;
  /** What a property says when it is read, if that is more than what was set. */
  readonly reads?: Readonly<Record<string, (host: HostElement) => unknown>>;
  readonly methods?: Readonly<Record<string, (host: HostElement) => void>>;
  /** Makes it a field of the form around it. */
  readonly field?: ElementField;
}

export interface ElementField {
  readonly value: (host: HostElement) => string | FormData | null;
  /** Takes back what a person typed. */
  readonly reset: (host: HostElement) => void;
}

/** What the elements of one platform have in common. */
export interface ElementKind {
  readonly properties: Readonly<Record<string, PropertyKind>>;
  /** Attribute → property that it sets; an attribute that isn't named here does nothing. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Properties that are attributes as well, for whoever reads those. */
  readonly reflected: readonly string[];
  /** Whether an event of this name reaches the elements around. */
  readonly bubbles: (name: string) => boolean;
}

/** The browser takes custom elements as classes and in no other form. */
export function elementClass(
  definition: ElementDefinition,
  kind: ElementKind,
  sheet: CSSStyleSheet,
): CustomElementConstructor {
  const { view, connected, field } = definition;
  const made = class extends HTMLElement implements HostElement {
    static readonly formAssociated = field !== undefined;
    static readonly observedAttributes = Object.keys(kind.attributes);
    readonly #values = new Map<string, unknown>();
    readonly #root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    readonly #internals = field === undefined ? undefined : this.attachInternals();
    #isDrawing = false;
    #wasConnected = false;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [sheet];
    }

    connectedCallback(): void {
      if (!this.#wasConnected) {
        this.#takeEarly();
        connected?.(this);
      }
      this.#wasConnected = true;
      this.#draw();
    }

    attributeChangedCallback(name: string, before: string | null, text: string | null): void {
      const property = kind.attributes[name];
      if (property === undefined || before === text) return;
      const value = fromAttribute(kind.properties[property], text);
      if (this.property(property) === value) return;
      this.keep(property, value);
      this.refresh();
    }

    formResetCallback(): void {
      field?.reset(this);
      this.refresh();
    }

    property(name: string): unknown {
      return this.#values.get(name);
    }

    text(name: string): string {
      const value = this.#values.get(name);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    }

    isSet(name: string): boolean {
      const value = this.#values.get(name);
      return value !== undefined && value !== null;
    }

    flag(name: string): boolean {
      return this.#values.get(name) === true;
    }

    emit(name: string, detail?: Readonly<Record<string, unknown>>): void {
      const bubbles = kind.bubbles(name);
      const given = { detail: detail ?? {}, bubbles, composed: bubbles };
      this.dispatchEvent(new CustomEvent(name, given));
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
      this.#tellForm();
    }

    dress(css: string): void {
      const own = css === '' ? [] : [sheetOf(css)];
      this.#root.adoptedStyleSheets = [sheet, ...own];
    }

    ownForm(): HTMLFormElement | null {
      return this.#internals?.form ?? null;
    }

    /** What was set before the browser knew this element hides what is set from now on. */
    #takeEarly(): void {
      const own = Object.entries(this).filter(([name]) => name in kind.properties);
      for (const [name, value] of own) {
        Reflect.deleteProperty(this, name);
        Reflect.set(this, name, value);
      }
    }

    #tellForm(): void {
      if (field !== undefined) this.#internals?.setFormValue(field.value(this));
    }

    #draw(): void {
      render(view(this), this.#root);
      // What a field begins with may be said by its children, which came after it.
      this.#tellForm();
    }
  };
  addProperties(made.prototype, definition, kind);
  return made;
}

function addProperties(
  prototype: HostElement,
  { reads = {}, methods = {} }: ElementDefinition,
  { properties, reflected }: ElementKind,
): void {
  for (const name of Object.keys(properties)) {
    const read = reads[name];
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: HostElement) {
        return read === undefined ? this.property(name) : read(this);
      },
      set(this: HostElement, value: unknown) {
        this.keep(name, value);
        if (reflected.includes(name)) reflect(this, name, value);
        this.refresh();
      },
    });
  }
  for (const [name, method] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      value(this: HostElement) {
        method(this);
      },
    });
  }
}

function reflect(host: HostElement, name: string, value: unknown): void {
  if (typeof value === 'string') host.setAttribute(name, value);
  else host.removeAttribute(name);
}

function fromAttribute(kind: PropertyKind | undefined, text: string | null): unknown {
  if (kind === 'boolean') return text !== null;
  if (text === null) return undefined;
  return kind === 'number' ? Number(text) : text;
}

const sheets = new Map<string, CSSStyleSheet>();

/** Elements that look the same share their rules. */
function sheetOf(css: string): CSSStyleSheet {
  const known = sheets.get(css);
  if (known !== undefined) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.set(css, sheet);
  return sheet;
}

/** For an element whose look depends on its children: draws again when they come and go. */
export function redrawWithChildren(host: HostElement, slot: HTMLSlotElement | null): void {
  if (slot !== null) slot.onslotchange = () => host.refresh();
}
