/**
 * Reads what Shopify publishes about the admin's web components and writes `components.ts`: which
 * `s-*` tags exist, with which properties, attributes, events and slots. Run `npm run
 * generate:platform` after an update of @shopify/polaris-types; a test compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from '../../shared/schema.ts';

const here = dirname(fileURLToPath(import.meta.url));
const SOURCE = join(here, '../../node_modules/@shopify/polaris-types/dist/custom-elements.json');

const named = v.object({ name: v.optional(v.string()) });
const memberSchema = v.object({
  kind: v.optional(v.string()),
  name: v.optional(v.string()),
  type: v.optional(v.object({ text: v.string() })),
});
const declarationSchema = v.object({
  tagName: v.string(),
  members: v.defaulted(v.array(memberSchema), []),
  attributes: v.defaulted(
    v.array(v.object({ name: v.string(), fieldName: v.optional(v.string()) })),
    [],
  ),
  events: v.defaulted(v.array(named), []),
  slots: v.defaulted(v.array(named), []),
});
const sourceSchema = v.object({
  modules: v.array(v.object({ declarations: v.array(declarationSchema) })),
});
type Declaration = v.InferOutput<typeof declarationSchema>;

/** The table as the installed package has it, as formatted text. */
export function generateComponents(): string {
  const { modules } = v.parse(sourceSchema, JSON.parse(readFileSync(SOURCE, 'utf8')));
  const declarations = modules.flatMap((module) => module.declarations);
  const sorted = declarations.sort((a, b) => (a.tagName < b.tagName ? -1 : 1));
  return [HEADER, ...sorted.map(renderComponent), '};', ''].join('\n');
}

const HEADER = `/** Written by generate.ts from @shopify/polaris-types: do not edit. */
import type { PropertyKind } from '../elements/element-class.ts';

export interface AdminComponent {
  readonly properties: Readonly<Record<string, PropertyKind>>;
  /** Attributes that set another property than the one of their own name. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly events?: readonly string[];
  readonly slots?: readonly string[];
}

// One property a line would be a thousand lines.
// prettier-ignore
export const COMPONENTS: Readonly<Record<string, AdminComponent>> = {`;

/** Parts of how Shopify builds its elements, and React's children. */
const NOT_PROPERTIES = /^(\[|formAssociated$|children$)/;

function renderComponent({ tagName, members, attributes, events, slots }: Declaration): string {
  const properties = members.flatMap(({ name, type }) => {
    const text = type?.text ?? 'any';
    if (name === undefined || NOT_PROPERTIES.test(name) || text.includes('=>')) return [];
    return [`${name}: '${kindOf(text)}'`];
  });
  const others = attributes.flatMap(({ name, fieldName }) =>
    fieldName === undefined || fieldName.toLowerCase() === name ? [] : [`${name}: '${fieldName}'`],
  );
  return [
    `  '${tagName}': {`,
    ...filled('properties', '{', properties, '}'),
    ...filled('attributes', '{', others, '}'),
    ...filled('events', '[', namesOf(events), ']'),
    ...filled('slots', '[', namesOf(slots), ']'),
    '  },',
  ].join('\n');
}

const COLUMNS = 100;

/** One entry of an object or a list, over as few lines as it takes. */
function filled(name: string, open: string, parts: readonly string[], close: string): string[] {
  if (parts.length === 0) return [];
  const gap = open === '{' ? ' ' : '';
  const whole = `    ${name}: ${open}${gap}${[...parts].sort().join(', ')}${gap}${close},`;
  if (whole.length <= COLUMNS) return [whole];
  const lines = [`    ${name}: ${open}`];
  let line = '     ';
  for (const part of [...parts].sort()) {
    const longer = `${line} ${part},`;
    if (longer.length > COLUMNS) lines.push(line);
    line = longer.length > COLUMNS ? `      ${part},` : longer;
  }
  return [...lines, line, `    ${close},`];
}

function kindOf(text: string): string {
  if (text === 'any') return 'string';
  if (text === 'boolean' || text === 'number') return text;
  return text.endsWith('[]') ? 'array' : 'string';
}

/** The place for children has no name. */
function namesOf(entries: readonly { readonly name?: string | undefined }[]): string[] {
  return entries.flatMap(({ name }) => (name === undefined || name === '' ? [] : [`'${name}'`]));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(here, 'components.ts'), generateComponents());
