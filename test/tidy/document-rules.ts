/** What documents promise about other files. */
import { posix } from 'node:path';
import type { ProjectFile } from './project.ts';

const LINK = /\]\((?!https?:|mailto:)([^)\s]*)\)/g;

/** Links and pictures that lead to no file, or to no heading of that file. */
export function brokenLinks(
  files: readonly ProjectFile[],
  exists: (path: string) => boolean,
): readonly string[] {
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(LINK)].flatMap(([, link = '']) => {
        const [name = '', heading] = link.split('#');
        const to = name === '' ? path : posix.join(posix.dirname(path), name);
        const target = files.find((one) => one.path === to);
        const found =
          exists(to) && (heading === undefined || headings(target?.text ?? '').includes(heading));
        return found ? [] : [`${path} leads to ${link}`];
      }),
    );
}

/** The names under which a text's headings can be linked to. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
