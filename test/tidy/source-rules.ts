/** Rules about one file at a time. Each returns what it finds, as `path:line message`. */
import ts from 'typescript';
import { at, eachNode, isCode, isTest, parse, type ProjectFile } from './project.ts';

export const FILE_LINES_MAX = 500;
export const FUNCTION_LINES_MAX = 70;
export const COLUMNS_MAX = 100;

/** Code longer than anyone reads in one sitting. */
export function longFiles(files: readonly ProjectFile[]): string[] {
  return files.filter(isCode).flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > FILE_LINES_MAX ? [`${path} has ${lines} lines`] : [];
  });
}

/**
 * Functions of more than 70 lines of their own: what stands inside an inner function is read, and
 * counted, by itself.
 */
export function longFunctions(files: readonly ProjectFile[]): string[] {
  return inTrees(files, (tree, node, found) => {
    if (!ts.isFunctionLike(node)) return;
    const lines = linesOf(tree, node) - linesInside(tree, node);
    if (lines > FUNCTION_LINES_MAX) found.push(at(tree, node, `a function of ${lines} lines`));
  });
}

function linesOf(tree: ts.SourceFile, node: ts.Node): number {
  const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
  return tree.getLineAndCharacterOfPosition(node.end).line - first + 1;
}

/** Lines of the outermost functions inside `node`, less the one on which each begins. */
function linesInside(tree: ts.SourceFile, node: ts.Node): number {
  let lines = 0;
  const visit = (child: ts.Node): void => {
    if (ts.isFunctionLike(child)) lines += linesOf(tree, child) - 1;
    else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return lines;
}

/** `it` of `it.each(rows)('title', …)`: the name that a chain of calls and members starts with. */
export function rootName(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node))
    return rootName(node.expression);
  return ts.isTaggedTemplateExpression(node) ? rootName(node.tag) : undefined;
}

const TITLE = /^\s*(it|describe)(\.\w+)*\(/;

/** Lines wider than a split screen. */
export function wideLines(files: readonly ProjectFile[]): string[] {
  return files.filter(isCode).flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => {
      // Prettier never breaks a test's title, and a sentence may need the room.
      if (TITLE.test(line)) return [];
      const columns = [...line].length;
      return columns > COLUMNS_MAX ? [`${path}:${i + 1} has ${columns} columns`] : [];
    }),
  );
}

export type Source = 'time' | 'chance' | 'console' | 'environment';

const MEMBERS: Record<string, Source> = {
  'Date.now': 'time',
  'performance.now': 'time',
  'Math.random': 'chance',
  'crypto.getRandomValues': 'chance',
  'process.env': 'environment',
};

/**
 * Time, chance, the console and the environment read directly, outside the files that `roots`
 * allows it. Everything else gets them as parameters, or a test could not be the world.
 */
export function directSources(
  files: readonly ProjectFile[],
  roots: Readonly<Record<string, readonly Source[]>>,
): string[] {
  return inTrees(files, (tree, node, found) => {
    const source = sourceOf(node);
    if (source === undefined || roots[tree.fileName]?.includes(source) === true) return;
    found.push(at(tree, node, `reads ${source} directly`));
  });
}

/** Permissions of `roots` that nobody uses, so that the list can't outlive its reasons. */
export function unusedRoots(
  files: readonly ProjectFile[],
  roots: Readonly<Record<string, readonly Source[]>>,
): string[] {
  const used = new Set<string>();
  inTrees(files, (tree, node) => {
    const source = sourceOf(node);
    if (source !== undefined) used.add(`${tree.fileName} ${source}`);
  });
  return Object.entries(roots)
    .flatMap(([path, sources]) => sources.map((source) => `${path} ${source}`))
    .filter((one) => !used.has(one));
}

function sourceOf(node: ts.Node): Source | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date')
    return (node.arguments?.length ?? 0) === 0 ? 'time' : undefined;
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  if (ts.isIdentifier(node.expression) && node.expression.text === 'console') return 'console';
  return MEMBERS[node.getText().replace(/^(globalThis|window|self)\./, '')];
}

/** Files that only pass on what others export; import the file that owns the thing. */
export function barrels(files: readonly ProjectFile[]): string[] {
  return files.filter(isCode).flatMap((file) => {
    const { statements } = parse(file);
    const passesOn = (one: ts.Statement) =>
      ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined;
    return statements.length > 0 && statements.every(passesOn) ? [`${file.path} is a barrel`] : [];
  });
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d))?\.(ts|tsx|js)$/;
const NAMELESS = /^(index|utils?|helpers?|types|constants|common|misc)\.(ts|tsx|js)$/;

/** File names that aren't kebab-case, or that say nothing about what the file is for. */
export function poorNames(files: readonly ProjectFile[]): string[] {
  return files.filter(isCode).flatMap(({ path }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return NAME.test(name) && !NAMELESS.test(name) ? [] : [`${path} needs a better name`];
  });
}

// Written in pieces, so that this file doesn't find itself.
const LEFT_FOR_LATER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`);
const MACHINE_PATH = new RegExp(
  `(^|[^\\w.])/(${['work', 'root', 'tmp', 'home/\\w+', 'Users/\\w+'].join('|')})/`,
);

/** Notes to do something later: an open question is an issue, not a comment. */
export function leftForLater(files: readonly ProjectFile[]): string[] {
  return matchingLines(files, LEFT_FOR_LATER, 'leaves something for later');
}

/** Paths that exist on one person's machine only. */
export function machinePaths(files: readonly ProjectFile[]): string[] {
  return matchingLines(files, MACHINE_PATH, "names a machine's own path");
}

function matchingLines(files: readonly ProjectFile[], pattern: RegExp, message: string): string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1} ${message}`] : [])),
  );
}

const WITHHELD = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails']);
const RUNNERS = new Set(['it', 'test', 'describe']);

/** Tests that don't run, run alone, may fail, or mock a module of ours. */
export function withheldTests(files: readonly ProjectFile[]): string[] {
  const tests = files.filter(({ path }) => isTest(path) || path.startsWith('test/'));
  return inTrees(tests, (tree, node, found) => {
    if (!ts.isPropertyAccessExpression(node)) return;
    const root = rootName(node.expression) ?? '';
    if (RUNNERS.has(root) && WITHHELD.has(node.name.text))
      found.push(at(tree, node, `withholds a test by .${node.name.text}`));
    if (root === 'vi' && /^(do)?mock$/i.test(node.name.text))
      found.push(at(tree, node, 'mocks a module'));
  });
}

function inTrees(
  files: readonly ProjectFile[],
  rule: (tree: ts.SourceFile, node: ts.Node, found: string[]) => void,
): string[] {
  const found: string[] = [];
  for (const file of files.filter(isCode)) {
    const tree = parse(file);
    eachNode(tree, (node) => rule(tree, node, found));
  }
  return found;
}
