/** Pages of this project, bundled by Vite. Built when they are missing or old. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { ADMIN_SCRIPTS } from './admin/addresses.ts';
import { isOlder, newestChange } from './freshness.ts';

interface Building {
  /** The project's folder. */
  readonly root: string;
  readonly say: (text: string) => void;
}

/** Folder with the register's `index.html` and its worker. */
export function providePage({ root, say }: Building): Promise<string> {
  const here = join(root, 'simulator');
  return provideBuild({
    name: 'register page',
    folder: join(here, 'dist'),
    file: 'index.html',
    sources: [here, join(root, 'shared'), join(root, 'package-lock.json')],
    say,
    config: {
      root: join(here, 'page'),
      base: '/',
      oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
      // A classic worker can load the extension's bundle as the script that it is.
      worker: { format: 'iife' },
    },
  });
}

/** Folder with the merchant's `page.js`, which the server sends. */
export function provideMerchantPage({ root, say }: Building): Promise<string> {
  const here = join(root, 'server/admin-page');
  return provideBuild({
    name: 'merchant’s page',
    folder: join(here, 'dist'),
    file: 'page.js',
    sources: [here, join(root, 'shared'), join(root, 'package-lock.json')],
    say,
    config: { root: here, configFile: join(here, 'vite.config.ts') },
  });
}

/**
 * What stands in for Shopify's admin: folders below `simulator/admin/dist`, one for each classic
 * script, with `polaris.js` and so on.
 */
export async function provideAdminScripts({ root, say }: Building): Promise<void> {
  const here = join(root, 'simulator/admin');
  const besides = ['simulator/elements', 'shared', 'package-lock.json'];
  const sources = [here, ...besides.map((path) => join(root, path))];
  for (const name of ADMIN_SCRIPTS) {
    await provideBuild({
      name: `simulated admin’s ${name}`,
      folder: join(here, 'dist', name),
      file: `${name}.js`,
      sources,
      say,
      config: {
        root: here,
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
        build: {
          rollupOptions: {
            input: join(here, `${name}.ts`),
            output: { format: 'iife', entryFileNames: `${name}.js` },
          },
        },
      },
    });
  }
}

/** The folder, ready to be served; builds it first when a source is newer than `file` in it. */
export async function provideBuild(deps: {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly sources: readonly string[];
  readonly say: (text: string) => void;
  readonly config: InlineConfig;
}): Promise<string> {
  const { name, folder, file, config } = deps;
  const changed = await newestChange(deps.sources, ['dist']);
  if (!(await isOlder(join(folder, file), changed))) return folder;
  deps.say(`Building the ${name} …`);
  try {
    await buildBeside(folder, config);
  } catch (error) {
    // Another process may have put its own there at the same moment.
    if (await isOlder(join(folder, file), changed)) throw error;
  }
  return folder;
}

/** Builds beside the old folder and then takes its place, so that nobody is served half a page. */
async function buildBeside(folder: string, config: InlineConfig): Promise<void> {
  const fresh = `${folder}-${process.pid}`;
  await build({
    configFile: false,
    ...config,
    logLevel: 'error',
    build: {
      ...config.build,
      outDir: fresh,
      emptyOutDir: true,
      target: 'es2022',
      sourcemap: true,
    },
  });
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
