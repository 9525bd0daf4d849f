/**
 * How a component of the admin is made: its properties, attributes and events come from Shopify's
 * own list, so that nothing can be used here that production doesn't have.
 */
import { elementClass, type ElementDefinition } from '../../elements/element-class.ts';
import { COMPONENTS } from '../components.ts';

/** `HTMLElement` has these, and does with them what it should. */
const NATIVE = new Set(['id', 'hidden', 'lang', 'dir']);
/** App Bridge and the routers of apps read them as attributes. */
const REFLECTED = ['href', 'target', 'download'];
/** Events that tell the elements around as well, as the browser's own of the same name do. */
const BUBBLING = new Set(['input', 'change', 'click']);

const BASE_CSS = `
  :host { box-sizing: border-box; display: block; min-inline-size: 0; }
  :host([hidden]) { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  button, input, textarea, select { font: inherit; color: inherit; letter-spacing: inherit; }
  button { cursor: pointer; -webkit-tap-highlight-color: transparent; }
  button:disabled { cursor: default; }
  :focus-visible { outline: 2px solid var(--sa-focus); outline-offset: 2px; }
  .unseen {
    position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; padding: 0;
    overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0;
  }
  [data-tone="info"] { --tone: var(--sa-info); --tone-back: var(--sa-info-back); }
  [data-tone="success"] { --tone: var(--sa-success); --tone-back: var(--sa-success-back); }
  [data-tone="caution"] { --tone: var(--sa-caution); --tone-back: var(--sa-caution-back); }
  [data-tone="warning"] { --tone: var(--sa-warning); --tone-back: var(--sa-warning-back); }
  [data-tone="critical"] { --tone: var(--sa-critical); --tone-back: var(--sa-critical-back); }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { animation-duration: 3s !important; transition: none !important; }
  }
`;

/** Makes `tag` known to the page. A tag that Shopify's types don't have is a mistake of ours. */
export function defineElement(tag: string, definition: ElementDefinition): void {
  const entry = COMPONENTS[tag];
  if (entry === undefined) throw new Error(`<${tag}> is no component of the admin`);
  const properties = Object.fromEntries(
    Object.entries(entry.properties).filter(([name]) => !NATIVE.has(name)),
  );
  const named = Object.keys(properties).map((name) => [name.toLowerCase(), name] as const);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(BASE_CSS + (definition.css ?? ''));
  const kind = {
    properties,
    attributes: { ...Object.fromEntries(named), ...entry.attributes },
    reflected: REFLECTED.filter((name) => name in properties),
    bubbles: (name: string) => BUBBLING.has(name),
  };
  customElements.define(tag, elementClass(definition, kind, sheet));
}
