/** The project's own files as the tidy tests see them: a path from the root, and the text. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export interface ProjectFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SKIPPED = /^(node_modules|dist.*|\.git|\.shopify|\.simulator|coverage|data)$/;
const TEXT = /(\.(ts|tsx|js|json|md|toml|css|html|ya?ml)|^LICENSE|\.ci\/run|ignore)$/;
const GENERATED = /(^package-lock\.json|(^|\/)shopify\.d\.ts)$/;

/** Every text file that a person wrote, tracked or not; build output and packages are left out. */
export function readProject(): readonly ProjectFile[] {
  return walk('')
    .filter((path) => TEXT.test(path) && !GENERATED.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Whether a file or folder of the project is there, text or not. */
export function exists(path: string): boolean {
  return existsSync(join(ROOT, path));
}

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : walk(path);
    return entry.isFile() ? [path] : [];
  });
}

const CODE = /\.(ts|tsx|js)$/;

export function isCode({ path }: ProjectFile): boolean {
  return CODE.test(path);
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

/** The syntax tree with parent links, so that a rule can look both ways. */
export function parse({ path, text }: ProjectFile): ts.SourceFile {
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
}

/** `path:line message`, as an editor understands it. */
export function at(tree: ts.SourceFile, node: ts.Node, message: string): string {
  const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  return `${tree.fileName}:${line + 1} ${message}`;
}

/** Calls `visit` for every node of the tree. */
export function eachNode(tree: ts.Node, visit: (node: ts.Node) => void): void {
  visit(tree);
  ts.forEachChild(tree, (child) => eachNode(child, visit));
}
