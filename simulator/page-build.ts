/** The register's page and its worker, bundled by Vite. Built when they are missing or old. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { isOlder, newestChange } from './freshness.ts';

/** Folder with `index.html`, ready to be served; builds it first when a source is newer. */
export async function providePage(deps: {
  readonly root: string;
  readonly say: (text: string) => void;
}): Promise<string> {
  const here = join(deps.root, 'simulator');
  const folder = join(here, 'dist');
  const sources = [here, join(deps.root, 'shared'), join(deps.root, 'package-lock.json')];
  const changed = await newestChange(sources, ['dist']);
  if (!(await isOlder(join(folder, 'index.html'), changed))) return folder;
  deps.say('Building the register page …');
  try {
    await buildPage(here, folder);
  } catch (error) {
    // Another process may have put its own page there at the same moment.
    if (await isOlder(join(folder, 'index.html'), changed)) throw error;
  }
  return folder;
}

/** Builds beside the old folder and then takes its place, so that nobody is served half a page. */
async function buildPage(here: string, folder: string): Promise<void> {
  const fresh = `${folder}-${process.pid}`;
  await build({
    root: join(here, 'page'),
    configFile: false,
    logLevel: 'error',
    base: '/',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { outDir: fresh, emptyOutDir: true, target: 'es2022', sourcemap: true },
    // A classic worker can load the extension's bundle as the script that it is.
    worker: { format: 'iife' },
  });
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
