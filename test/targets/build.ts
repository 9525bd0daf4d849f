/** Builds the extension with Shopify's CLI on a copy, so that nobody else's build is disturbed. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = [
  'package.json',
  'tsconfig.base.json',
  'shopify.app.toml',
  'extensions/pos',
  'extensions/register',
  'extensions/screens',
  'shared',
];

export interface Built {
  readonly bundle: string;
  /** Bytes in the bundle per input file. */
  readonly inputs: Readonly<Record<string, number>>;
  /** The types that the CLI generated for the `shopify` global. */
  readonly globalTypes: string;
}

interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

/** One `shopify app build`, offline, in a folder that is gone afterwards. */
export async function buildExtension(environment: NodeJS.ProcessEnv): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-build-'));
  try {
    for (const path of SOURCES) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    rmSync(join(folder, 'extensions/pos/dist'), { recursive: true, force: true });
    rmSync(join(folder, 'extensions/pos/shopify.d.ts'), { force: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const cli = join(ROOT, 'node_modules/@shopify/cli/bin/run.js');
    await promisify(execFile)(
      process.execPath,
      [cli, 'app', 'build', '--skip-dependencies-installation', '--path', folder],
      {
        cwd: folder,
        env: {
          ...environment,
          PATH: [join(ROOT, 'node_modules/.bin'), environment.PATH].join(delimiter),
          SHOPIFY_CLI_NO_ANALYTICS: '1',
          CI: '1',
        },
      },
    );
    return readBuilt(join(folder, 'extensions/pos'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readBuilt(pos: string): Built {
  const read = (path: string) => readFileSync(join(pos, path), 'utf8');
  const meta = JSON.parse(read('dist/tideover-pos.metafile.json')) as Metafile;
  const bundle = Object.entries(meta.outputs).find(([path]) => path.endsWith('.js'));
  const inputs = Object.entries(bundle?.[1].inputs ?? {});
  return {
    bundle: read('dist/tideover-pos.js'),
    inputs: Object.fromEntries(inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput])),
    globalTypes: read('shopify.d.ts'),
  };
}

/** Whose code the bytes are: a package of node_modules, or one of our folders. */
export function groupOf(path: string): string {
  const inside = path.split('node_modules/').at(-1) ?? path;
  if (inside !== path) {
    const [first = '', second = ''] = inside.split('/');
    return first.startsWith('@') ? `${first}/${second}` : first;
  }
  const ours =
    /(?:^|\/)(shared|extensions\/register|extensions\/screens|extensions\/pos|src)\//.exec(path);
  return ours?.[1] === 'src' ? 'extensions/pos' : (ours?.[1] ?? 'other');
}
