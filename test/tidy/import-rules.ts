/** Who imports whom: the import table of ARCHITECTURE.md, cycles, dead files, packages. */
import { posix } from 'node:path';
import ts from 'typescript';
import { at, eachNode, isCode, isTest, parse, type ProjectFile } from './project.ts';

export interface Import {
  readonly from: string;
  /** A path from the root for a file of ours, else the specifier as written. */
  readonly to: string;
  /** `type` is erased before anything runs. */
  readonly kind: 'value' | 'type';
  readonly place: string;
}

/** Every import, re-export, dynamic import and `new URL('…', import.meta.url)` of the code. */
export function importsOf(files: readonly ProjectFile[]): readonly Import[] {
  return files.filter(isCode).flatMap((file) => {
    const tree = parse(file);
    const found: Import[] = [];
    eachNode(tree, (node) => {
      const target = targetOf(node);
      if (target === undefined) return;
      const { specifier, kind } = target;
      const to = specifier.startsWith('.')
        ? posix.join(posix.dirname(file.path), specifier)
        : specifier;
      found.push({ from: file.path, to, kind, place: at(tree, node, '').trim() });
    });
    return found;
  });
}

function targetOf(node: ts.Node): { specifier: string; kind: Import['kind'] } | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    if (node.moduleSpecifier === undefined || !ts.isStringLiteral(node.moduleSpecifier))
      return undefined;
    const erased = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly : node.isTypeOnly;
    return { specifier: node.moduleSpecifier.text, kind: erased === true ? 'type' : 'value' };
  }
  if (ts.isImportTypeNode(node)) {
    const { argument } = node;
    if (!ts.isLiteralTypeNode(argument) || !ts.isStringLiteral(argument.literal)) return undefined;
    return { specifier: argument.literal.text, kind: 'type' };
  }
  const dynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const url = ts.isNewExpression(node) && node.expression.getText() === 'URL';
  if (!dynamic && !url) return undefined;
  const [first] = node.arguments ?? [];
  if (first === undefined || !ts.isStringLiteralLike(first)) return undefined;
  // A URL of a folder is where files are read from, not a module.
  const loads = dynamic || (first.text.startsWith('.') && !first.text.endsWith('/'));
  return loads ? { specifier: first.text, kind: 'value' } : undefined;
}

export interface Zone {
  readonly name: string;
  /** Files whose path starts so; the first zone that matches owns the file. */
  readonly paths: readonly string[];
  /** Names of the zones it may import, itself included where it may. */
  readonly zones: readonly string[];
  /** Zones of which it may name types only. */
  readonly typesOf?: readonly string[];
  /** Packages it may import; `node:` stands for every module of Node. */
  readonly packages: readonly string[];
}

export function zoneOf(path: string, zones: readonly Zone[]): Zone | undefined {
  return zones.find(({ paths }) => paths.some((prefix) => path.startsWith(prefix)));
}

/** Imports that the table doesn't allow, and files that belong to no zone. */
export function forbiddenImports(
  files: readonly ProjectFile[],
  zones: readonly Zone[],
): readonly string[] {
  const homeless = files
    .filter(isCode)
    .filter(({ path }) => zoneOf(path, zones) === undefined)
    .map(({ path }) => `${path} belongs to no zone`);
  const paths = new Set(files.map(({ path }) => path));
  const broken = importsOf(files).flatMap((one) => {
    const home = zoneOf(one.from, zones);
    return home === undefined || allowed(one, home, zones, paths)
      ? []
      : [`${one.place} ${home.name} must not import ${one.to}`];
  });
  return [...homeless, ...broken];
}

function allowed(
  { to, kind }: Import,
  home: Zone,
  zones: readonly Zone[],
  paths: ReadonlySet<string>,
): boolean {
  // Built files and styles are loaded by URL and carry no code of ours.
  const ours = paths.has(to) || /\.(ts|tsx)$/.test(to);
  if (!ours && (to.startsWith('..') || to.includes('dist/') || /\.(css|html|json)$/.test(to)))
    return true;
  if (!ours)
    return home.packages.some(
      (name) => (name === 'node:' && to.startsWith(name)) || packageName(to) === name,
    );
  const target = zoneOf(to, zones)?.name ?? '';
  return (
    home.zones.includes(target) || (kind === 'type' && home.typesOf?.includes(target) === true)
  );
}

/** `@scope/name` of `@scope/name/deep`, `name` of `name/deep`. */
export function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Circles of imports that exist when the code runs (types are erased before), each named once. */
export function cycles(files: readonly ProjectFile[]): readonly string[] {
  const next = graph(importsOf(files).filter(({ kind }) => kind === 'value'));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) found.push([...trail.slice(seenAt), path].join(' → '));
    if (seenAt >= 0 || done.has(path)) return;
    for (const to of next.get(path) ?? []) walk(to, [...trail, path]);
    done.add(path);
  };
  for (const path of next.keys()) walk(path, []);
  return found;
}

/** Everything that loading `entries` loads, packages and erased types left out. */
export function reachable(
  files: readonly ProjectFile[],
  entries: readonly string[],
  kinds: readonly Import['kind'][] = ['value'],
): ReadonlySet<string> {
  const next = graph(importsOf(files).filter(({ kind }) => kinds.includes(kind)));
  return spread(entries, next);
}

/**
 * Code that none of the entries ever reaches. Beside imports, a text that is exactly the
 * path of a file counts (an entry point handed to a bundler), and so does a page's `src`.
 */
export function deadFiles(
  files: readonly ProjectFile[],
  isEntry: (path: string) => boolean,
): readonly string[] {
  const paths = new Set(files.map(({ path }) => path));
  const next = graph(importsOf(files));
  for (const file of files)
    for (const named of namedFiles(file, paths)) add(next, file.path, named);
  const entries = [...paths].filter((path) => isEntry(path));
  const alive = spread(entries, next);
  return files.filter((file) => isCode(file) && !alive.has(file.path)).map(({ path }) => path);
}

const NAMED_IN_QUOTES = /["'`]([\w./-]+\.(?:tsx?|html|css))["'`]/g;
const NAMED_IN_SCRIPT = /[\s"]([\w./-]+\.ts)\b/g;

function namedFiles({ path, text }: ProjectFile, paths: ReadonlySet<string>): string[] {
  const named = path === 'package.json' ? NAMED_IN_SCRIPT : NAMED_IN_QUOTES;
  return [...text.matchAll(named)].flatMap((match) => {
    const name = match[1] ?? '';
    const near = posix.join(posix.dirname(path), name);
    return [name, near].filter((one) => paths.has(one) && one !== path && !isTest(one));
  });
}

function graph(imports: readonly Import[]): Map<string, Set<string>> {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports) add(next, from, to);
  return next;
}

function add(next: Map<string, Set<string>>, from: string, to: string): void {
  next.set(from, (next.get(from) ?? new Set()).add(to));
}

function spread(
  entries: readonly string[],
  next: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  const seen = new Set<string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    open.push(...(next.get(path) ?? []));
  }
  return seen;
}
