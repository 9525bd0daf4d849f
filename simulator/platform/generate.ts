/**
 * Reads Shopify's own component and target types and writes two tables: `components.ts` (which
 * `s-*` tags exist, with which properties, events and slots) and `targets.ts` (which of them and
 * which APIs each target gets). Run `npx node simulator/platform/generate.ts` after an update of
 * @shopify/ui-extensions; a test compares.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const surface = join(here, '../../node_modules/@shopify/ui-extensions/src/surfaces/point-of-sale');

interface ComponentEntry {
  readonly name: string;
  readonly properties: Record<string, string>;
  readonly events: string[];
  readonly slots: string[];
}

interface TargetEntry {
  readonly apis: string[];
  readonly components: string;
}

/** Both tables as the installed types have them: file name → formatted text. */
export async function generateTables(): Promise<Readonly<Record<string, string>>> {
  const files = readdirSync(join(surface, 'components'))
    .filter((name) => name.endsWith('.d.ts') && name !== 'components-shared.d.ts')
    .map((name) => join(surface, 'components', name))
    .sort();
  const targetsFile = join(surface, 'extension-targets.ts');
  const setsFolder = join(surface, 'components/targets');
  const setFiles = readdirSync(setsFolder).map((name) => join(setsFolder, name));
  const program = parse([...files, targetsFile, ...setFiles]);
  const checker = program.getTypeChecker();
  const source = (file: string): ts.SourceFile => {
    const found = program.getSourceFile(file);
    if (found === undefined) throw new Error(`No such file: ${file}`);
    return found;
  };
  const components = new Map(files.map((file) => readComponent(source(file), checker)));
  const sets = new Map(setFiles.flatMap((file) => readSets(source(file), checker)));
  const options = { ...(await resolveConfig(join(here, 'generate.ts'))), parser: 'typescript' };
  return {
    'components.ts': await format(renderComponents(components), options),
    'targets.ts': await format(
      renderTargets(readTargets(source(targetsFile)), sets, components),
      options,
    ),
  };
}

function parse(files: readonly string[]): ts.Program {
  return ts.createProgram(files, {
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  });
}

function readComponent(source: ts.SourceFile, checker: ts.TypeChecker): [string, ComponentEntry] {
  let tag: string | undefined;
  let props: ts.Type | undefined;
  let name = '';
  ts.forEachChild(source, (node) => {
    if (ts.isVariableStatement(node)) {
      const [declaration] = node.declarationList.declarations;
      const literal = declaration?.initializer;
      if (literal !== undefined && ts.isStringLiteral(literal)) tag = literal.text;
    }
    if (ts.isInterfaceDeclaration(node) && /^\w+JSXProps$/.test(node.name.text)) {
      name = node.name.text.replace('JSXProps', '');
      props = checker.getTypeAtLocation(node.name);
    }
  });
  if (tag === undefined || props === undefined)
    throw new Error(`No tag or props in ${source.fileName}`);
  const entry: ComponentEntry = { name, properties: {}, events: [], slots: [] };
  for (const property of props.getProperties()) {
    const type = checker.getTypeOfSymbolAtLocation(property, source);
    if (/^on[A-Z]/.test(property.name)) entry.events.push(property.name.slice(2).toLowerCase());
    else if (property.name === 'children') continue;
    else if (isSlot(property)) entry.slots.push(kebab(property.name));
    else entry.properties[property.name] = kindOf(type, checker);
  }
  return [tag, entry];
}

/** Slots are typed as children: the content that `slot="accessory"` names. */
function isSlot(property: ts.Symbol): boolean {
  return (property.declarations ?? []).some(
    (declaration) =>
      ts.isPropertySignature(declaration) &&
      /^(ComponentChild|ComponentChildren|StringChildren)$/.test(declaration.type?.getText() ?? ''),
  );
}

function kindOf(type: ts.Type, checker: ts.TypeChecker): string {
  const members = type.isUnion() ? type.types : [type];
  const kinds = new Set<string>();
  for (const member of members) {
    if (member.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) continue;
    if (member.flags & ts.TypeFlags.BooleanLike) kinds.add('boolean');
    else if (member.flags & ts.TypeFlags.NumberLike) kinds.add('number');
    else if (member.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.TemplateLiteral))
      kinds.add('string');
    else if (checker.isArrayType(member)) kinds.add('array');
    else kinds.add('object');
  }
  const [first] = kinds;
  return kinds.size === 1 && first !== undefined ? first : 'any';
}

/**
 * A target's type reads `RenderExtension<StandardApi<…> & ActionApi & CartApi,
 * SmartGridComponents>`.
 */
function readTargets(source: ts.SourceFile): Map<string, TargetEntry> {
  const found = new Map<string, TargetEntry>();
  ts.forEachChild(source, (node) => {
    if (!ts.isInterfaceDeclaration(node)) return;
    for (const member of node.members) {
      if (!ts.isPropertySignature(member) || !ts.isStringLiteral(member.name)) continue;
      const type = member.type;
      if (type === undefined || !ts.isTypeReferenceNode(type)) continue;
      const [api, components] = type.typeArguments ?? [];
      if (api === undefined || components === undefined) continue;
      const parts = ts.isIntersectionTypeNode(api) ? [...api.types] : [api];
      const set = components.getText(source);
      found.set(member.name.text, {
        apis: parts.flatMap((part) =>
          ts.isTypeReferenceNode(part) ? [part.typeName.getText(source)] : [],
        ),
        components: set === 'undefined' ? 'none' : set,
      });
    }
  });
  return found;
}

function readSets(source: ts.SourceFile, checker: ts.TypeChecker): [string, readonly string[]][] {
  const found: [string, readonly string[]][] = [];
  ts.forEachChild(source, (node) => {
    if (!ts.isTypeAliasDeclaration(node)) return;
    const type = checker.getTypeAtLocation(node.name);
    const members = type.isUnion() ? type.types : [type];
    found.push([
      node.name.text,
      members.flatMap((member) => (member.isStringLiteral() ? [member.value] : [])).sort(),
    ]);
  });
  return found;
}

function kebab(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
}

const HEADER =
  '/** Written by generate.ts from the types of @shopify/ui-extensions: do not edit. */';

function renderComponents(components: ReadonlyMap<string, ComponentEntry>): string {
  const lines = [
    HEADER,
    "export type PropertyKind = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'any';",
    '',
    'export interface ComponentEntry {',
    '  readonly properties: Readonly<Record<string, PropertyKind>>;',
    '  readonly events: readonly string[];',
    '  readonly slots: readonly string[];',
    '}',
    '',
    'export const COMPONENTS: Readonly<Record<string, ComponentEntry>> = {',
  ];
  for (const [tag, { properties, events, slots }] of [...components].sort(byKey)) {
    const kinds = Object.entries(properties).sort(byKey);
    const text = kinds.map(([key, kind]) => `${key}: '${kind}'`).join(', ');
    lines.push(`'${tag}': { properties: { ${text} },`);
    lines.push(`events: ${list(events)}, slots: ${list(slots)} },`);
  }
  return [...lines, '};'].join('\n');
}

function renderTargets(
  targets: ReadonlyMap<string, TargetEntry>,
  sets: ReadonlyMap<string, readonly string[]>,
  components: ReadonlyMap<string, ComponentEntry>,
): string {
  const tagByName = new Map([...components].map(([tag, { name }]) => [name, tag]));
  const used = new Set([...targets.values()].map(({ components: set }) => set));
  const lines = [HEADER, 'export const COMPONENT_SETS = {', 'none: [],'];
  for (const [name, members] of [...sets].sort(byKey)) {
    if (!used.has(name)) continue;
    const tags = new Set(members.flatMap((member) => tagByName.get(member) ?? []));
    lines.push(`${name}: ${list([...tags].sort())},`);
  }
  lines.push('} as const;', '', 'export const TARGETS = {');
  for (const [target, { apis, components: set }] of [...targets].sort(byKey))
    lines.push(`'${target}': { apis: ${list(apis)}, components: '${set}' },`);
  return [...lines, '} as const;'].join('\n');
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

function list(items: readonly string[]): string {
  return `[${items.map((item) => `'${item}'`).join(', ')}]`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of Object.entries(await generateTables()))
    writeFileSync(join(here, name), text);
