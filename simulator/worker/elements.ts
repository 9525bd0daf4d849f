/**
 * The extension's document: every component the target allows is a remote element with exactly the
 * properties and events that Shopify's types give it. Anything else throws where it happens.
 */
import { ROOT_ID, type RemoteConnection } from '@remote-dom/core';
import {
  connectRemoteNode,
  createRemoteElement,
  RemoteEvent,
  setRemoteId,
} from '@remote-dom/core/elements';
import { hooks } from '@remote-dom/core/polyfill';
import { COMPONENTS, type ComponentEntry, type PropertyKind } from '../platform/components.ts';
import { componentsOf, type TargetName } from '../platform/places.ts';

const CONSTRUCTORS = {
  string: String,
  number: Number,
  boolean: Boolean,
  array: Array,
  object: Object,
  any: String,
} as const satisfies Record<PropertyKind, unknown>;

/** Fields whose native control changes before the extension hears of it. */
const FIELD_PROPERTIES = ['value', 'checked', 'values'];

/** Defines the target's components and ties `document.body` to the register's page. */
export function connectDocument(target: TargetName, connection: RemoteConnection): void {
  const allowed = new Set(componentsOf(target));
  for (const tag of allowed) {
    const entry = COMPONENTS[tag];
    if (entry !== undefined) customElements.define(tag, remoteElement(entry));
  }
  refuseOthers(target, allowed);
  setRemoteId(document.body, ROOT_ID);
  connectRemoteNode(document.body, connection);
}

function remoteElement({ properties, events }: ComponentEntry): CustomElementConstructor {
  const definitions = Object.entries(properties).map(([name, kind]) => [
    name,
    { type: CONSTRUCTORS[kind] },
  ]);
  return createRemoteElement({
    properties: Object.fromEntries(definitions) as Record<string, { type: StringConstructor }>,
    events: Object.fromEntries(
      [...new Set(['click', ...events])].map((name) => [
        name,
        name === 'click' ? { bubbles: true } : { dispatchEvent: fieldEvent(name) },
      ]),
    ),
  });
}

/**
 * A field's event brings its new value along. It is written beside the element's own setter,
 * because the page already shows it: an echo would move the caret while a person types.
 */
function fieldEvent(name: string) {
  return function (this: Element, detail: unknown): Event {
    if (typeof detail === 'object' && detail !== null)
      for (const property of FIELD_PROPERTIES)
        if (property in detail) quietly(this, property, Reflect.get(detail, property));
    return new RemoteEvent(name, { detail, bubbles: false });
  };
}

let quiet = false;

function quietly(element: Element, property: string, value: unknown): void {
  quiet = true;
  try {
    Reflect.set(element, property, value);
  } finally {
    quiet = false;
  }
}

/**
 * A connection that keeps silent while a field's own new value is written into its remote element.
 */
export function withoutEcho(connection: RemoteConnection): RemoteConnection {
  return {
    call: (...args) => connection.call(...args),
    mutate(records) {
      if (!quiet) connection.mutate(records);
    },
  };
}

function refuseOthers(target: TargetName, allowed: ReadonlySet<string>): void {
  hooks.createElement = (element) => {
    const tag = element.localName;
    if (allowed.has(tag)) return;
    const isKnown = tag in COMPONENTS;
    throw new Error(
      isKnown ? `<${tag}> is not allowed in ${target}` : `<${tag}> is no component of POS`,
    );
  };
  const setAttribute = hooks.setAttribute;
  hooks.setAttribute = (element, name, value, ...rest) => {
    const entry = COMPONENTS[element.localName];
    if (entry !== undefined && !isAttribute(entry, name))
      throw new Error(`<${element.localName}> has no property "${name}"`);
    setAttribute?.(element, name, value, ...rest);
  };
  hooks.addEventListener = (element, type) => {
    const tag = element instanceof Element ? element.localName : '';
    const entry = COMPONENTS[tag];
    if (entry !== undefined && type !== 'click' && !entry.events.includes(type))
      throw new Error(`<${tag}> has no event "${type}"`);
  };
}

function isAttribute({ properties }: ComponentEntry, attribute: string): boolean {
  if (attribute === 'slot' || attribute === 'id') return true;
  const wanted = attribute.replaceAll('-', '').toLowerCase();
  return Object.keys(properties).some((name) => name.toLowerCase() === wanted);
}
