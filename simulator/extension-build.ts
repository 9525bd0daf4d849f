/**
 * The extension as Shopify's own CLI builds it: bundle, targets, locales. Built when it is missing
 * or old.
 */
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { isOlder, newestChange } from './freshness.ts';
import type { Translations } from './wire.ts';

export interface Extension {
  readonly bundle: string;
  /** The targets that the bundle itself registers. */
  readonly targets: readonly string[];
  readonly locales: Readonly<Record<string, Translations>>;
  readonly defaultLocale: string;
}

const EXTENSION = 'extensions/pos';
const SOURCES = ['extensions', 'shared', 'shopify.app.toml', 'package-lock.json'];
const NOT_SOURCES = ['dist', 'node_modules', 'shopify.d.ts', 'manifest.json', '.shopify'];

/** Reads the built extension; builds it first when a source is newer than the bundle. */
export async function provideExtension(deps: {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (text: string) => void;
}): Promise<Extension> {
  const { root, environment, say } = deps;
  const changed = await newestChange(
    SOURCES.map((path) => join(root, path)),
    NOT_SOURCES,
  );
  if (await isOlder(await bundlePath(root), changed)) {
    say('Building the extension with Shopify CLI …');
    await build(root, environment);
  }
  return readExtension(root);
}

/** What was built, as a register would get it from Shopify. */
export async function readExtension(root: string): Promise<Extension> {
  const path = await bundlePath(root);
  if (path === undefined) throw new Error('The extension is not built: run `npm run build`');
  const bundle = await readFile(path, 'utf8');
  const targets = registeredTargets(bundle);
  if (targets.length === 0) throw new Error(`${path} registers no target`);
  return { bundle, targets, ...(await readLocales(join(root, EXTENSION, 'locales'))) };
}

/** The targets named in the bundle's calls of `shopify.extend`. */
export function registeredTargets(bundle: string): string[] {
  const calls = bundle.matchAll(/\bshopify\.extend\(\s*["'`]([a-z.-]+)["'`]/g);
  return [...new Set([...calls].flatMap(([, target]) => target ?? []))];
}

async function bundlePath(root: string): Promise<string | undefined> {
  const folder = join(root, EXTENSION, 'dist');
  const names = await readdir(folder).catch((): string[] => []);
  const name = names.find((one) => one.endsWith('.js'));
  return name === undefined ? undefined : join(folder, name);
}

async function readLocales(folder: string): Promise<Omit<Extension, 'bundle' | 'targets'>> {
  const locales: Record<string, Translations> = {};
  let defaultLocale = 'en';
  for (const name of await readdir(folder)) {
    const match = /^([\w-]+?)(\.default)?\.json$/.exec(name);
    if (match?.[1] === undefined) continue;
    locales[match[1]] = JSON.parse(await readFile(join(folder, name), 'utf8')) as Translations;
    if (match[2] !== undefined) defaultLocale = match[1];
  }
  return { locales, defaultLocale };
}

/** `shopify app build`: offline, without an account, about a second. */
async function build(root: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const cli = join(root, 'node_modules/@shopify/cli/bin/run.js');
  const args = [cli, 'app', 'build', '--skip-dependencies-installation', '--path', root];
  const path = [join(root, 'node_modules/.bin'), environment['PATH']].join(delimiter);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...environment, PATH: path, SHOPIFY_CLI_NO_ANALYTICS: '1', CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The extension could not be built:\n${output}`);
}
