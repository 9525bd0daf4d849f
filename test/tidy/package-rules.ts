/** What package.json asks for, and what the code and the documents make of it. */
import { builtinModules } from 'node:module';
import { importsOf, packageName, reachable } from './import-rules.ts';
import type { ProjectFile } from './project.ts';

export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const all = ({ dependencies, devDependencies }: Manifest) => ({
  ...dependencies,
  ...devDependencies,
});

/** Versions that could become another one by themselves. */
export function loosePins(manifest: Manifest): readonly string[] {
  return Object.entries(all(manifest))
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name}@${version}`);
}

/**
 * Packages that no code imports and no script runs. `commands` names what a package puts on the
 * path; `loadedByOthers` says which packages another one needs from us.
 */
export function unusedPackages(
  files: readonly ProjectFile[],
  manifest: Manifest,
  known: {
    readonly commands: Readonly<Record<string, string>>;
    readonly loadedByOthers: Readonly<Record<string, string>>;
  },
): readonly string[] {
  const imported = importedPackages(files);
  const words = new Set(Object.values(manifest.scripts).flatMap((script) => script.split(/\s+/)));
  const run = (name: string) => words.has(known.commands[name] ?? name);
  const needed = (name: string) => (known.loadedByOthers[name] ?? name) !== name;
  const typed = (name: string) =>
    name === '@types/node' || imported.has(name.replace(/^@types\//, ''));
  return Object.keys(all(manifest)).filter(
    (name) => !imported.has(name) && !run(name) && !typed(name) && !needed(name),
  );
}

/** Packages that the code imports and package.json doesn't name. */
export function phantomPackages(
  files: readonly ProjectFile[],
  manifest: Manifest,
): readonly string[] {
  const declared = all(manifest);
  return [...importedPackages(files)].filter((name) => declared[name] === undefined);
}

/** Packages that the production server loads and that an install without tools would lack. */
export function missingInProduction(
  files: readonly ProjectFile[],
  manifest: Manifest,
  entry: string,
): readonly string[] {
  const loaded = reachable(files, [entry]);
  return [
    ...importedPackages(
      files.filter(({ path }) => loaded.has(path)),
      'value',
    ),
  ].filter((name) => manifest.dependencies[name] === undefined);
}

/** Packages for which `document` doesn't say what they save. */
export function unexplainedPackages(document: string, manifest: Manifest): readonly string[] {
  return Object.keys(all(manifest)).filter((name) => !document.includes(`\`${name}\``));
}

function importedPackages(files: readonly ProjectFile[], only?: 'value'): ReadonlySet<string> {
  const ours = new Set(files.map(({ path }) => path));
  const names = importsOf(files)
    .filter(({ to, kind }) => !ours.has(to) && (only === undefined || kind === only))
    .map(({ to }) => to)
    .filter((to) => /^[@a-z]/.test(to) && !/\.(ts|tsx|json|css|html|js)$/.test(to))
    .map(packageName)
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  return new Set(names);
}
