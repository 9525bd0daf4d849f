/** SPEC.md and the tests must speak of the same laws. */
import ts from 'typescript';
import { at, eachNode, isTest, parse, type ProjectFile } from './project.ts';
import { rootName } from './source-rules.ts';

const LAW = /^- \*\*([A-Z]{1,2}\d+)\*\* +(\S.*)$/gm;
const LAW_LINE = /^\s*[-*] +\*\*[A-Z]+\d*/gm;
const QUOTED = /^\[([A-Z]{1,2}\d+(?:, [A-Z]{1,2}\d+)*)\] \S/;

/** Every law id of SPEC.md (and of the parts that it may still be spread over), in order. */
export function lawIds(files: readonly ProjectFile[]): readonly string[] {
  return lawFiles(files).flatMap(({ text }) => [...text.matchAll(LAW)].map((one) => one[1] ?? ''));
}

function lawFiles(files: readonly ProjectFile[]): readonly ProjectFile[] {
  return files.filter(({ path }) => path === 'SPEC.md' || path.startsWith('docs/laws/'));
}

/** Ids that two laws share, and lines that look like a law but can't be read as one. */
export function unclearLaws(files: readonly ProjectFile[]): readonly string[] {
  const ids = lawIds(files);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} stands twice`);
  const unread = lawFiles(files).flatMap(({ path, text }) => {
    const missed = (text.match(LAW_LINE)?.length ?? 0) - (text.match(LAW)?.length ?? 0);
    return missed > 0 ? [`${path} has ${missed} laws without an id and a sentence`] : [];
  });
  return [...twice, ...unread];
}

/** Ids in other documents that look like a law's and are none. */
export function strayLaws(files: readonly ProjectFile[]): readonly string[] {
  const laws = new Set(lawIds(files));
  const prefixes = new Set([...laws].map((id) => id.replace(/\d+$/, '')));
  const spec = new Set(lawFiles(files));
  return files
    .filter((file) => file.path.endsWith('.md') && !spec.has(file))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\b([A-Z]{1,2})\d+\b/g)]
        .filter(([id, prefix = '']) => prefixes.has(prefix) && !laws.has(id))
        .map(([id]) => `${path} speaks of ${id}`),
    );
}

/** The laws that each test title quotes, and the titles that quote none. */
export function quotedLaws(files: readonly ProjectFile[]): {
  readonly ids: ReadonlySet<string>;
  readonly lawless: readonly string[];
} {
  const ids = new Set<string>();
  const lawless: string[] = [];
  for (const file of files.filter(({ path }) => isTest(path) || isContract(path))) {
    const tree = parse(file);
    eachNode(tree, (node) => {
      const title = titleOf(node);
      if (title === undefined) return;
      const quoted = QUOTED.exec(title)?.[1];
      if (quoted === undefined) lawless.push(at(tree, node, `quotes no law: ${title}`));
      for (const id of quoted?.split(', ') ?? []) ids.add(id);
    });
  }
  return { ids, lawless };
}

/** A suite that test files run against each implementation of a port. */
function isContract(path: string): boolean {
  return /^test\/contracts\/[\w-]+-contract\.ts$/.test(path);
}

/**
 * The title of a call of `it` or `test`, tables included; of a template, what stands before a
 * value.
 */
function titleOf(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !['it', 'test'].includes(rootName(node.expression) ?? ''))
    return undefined;
  const [title, body] = node.arguments;
  if (title === undefined || body === undefined) return undefined;
  if (ts.isStringLiteralLike(title)) return title.text;
  return ts.isTemplateExpression(title) ? `${title.head.text}…` : title.getText();
}
