import { describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import {
  loosePins,
  missingInProduction,
  phantomPackages,
  unexplainedPackages,
  unusedPackages,
  type Manifest,
} from './package-rules.ts';
import { readProject, type ProjectFile } from './project.ts';

const project = readProject();
const textOf = (path: string) => project.find((one) => one.path === path)?.text ?? '';
const record = v.record(v.string(), v.string());
const manifest: Manifest = v.parse(
  v.object({ dependencies: record, devDependencies: record, scripts: record }),
  JSON.parse(textOf('package.json')),
);

/** The extension for API 2025-07 is a workspace with packages of its own. */
const workspace: Manifest = {
  scripts: {},
  ...v.parse(
    v.object({ dependencies: record, devDependencies: record }),
    JSON.parse(textOf('extensions/pos-2025-07/package.json')),
  ),
};

/** The peers of the bench, installed by it alone. */
const bench: Manifest = {
  scripts: {},
  dependencies: {},
  devDependencies: v.parse(
    v.object({ devDependencies: record }),
    JSON.parse(textOf('bench/package.json')),
  ).devDependencies,
};

/** What a package puts on the path of a script, where that isn't its own name. */
const COMMANDS = { typescript: 'tsc', '@shopify/cli': 'shopify' };
/** Packages that we install for another one, and which one that is. */
const LOADED_BY_OTHERS = {
  // Types that a tsconfig names.
  '@shopify/app-bridge-types': 'typescript',
  '@shopify/polaris-types': 'typescript',
  jsdom: 'vitest',
  'react-reconciler': '@shopify/ui-extensions-react',
  'react-dom': '@testing-library/react',
  'react-router': '@shopify/shopify-app-react-router',
};

const file = (path: string, text: string): ProjectFile => ({ path, text });
const small = (part: Partial<Manifest>): Manifest => ({
  dependencies: {},
  devDependencies: {},
  scripts: {},
  ...part,
});

describe('packages', () => {
  it('[TD16] every package is pinned to one exact version', () => {
    expect(loosePins(manifest)).toEqual([]);
    expect(loosePins(workspace)).toEqual([]);
    expect(loosePins(bench)).toEqual([]);
    const loose = { dependencies: { a: '^1.0.0', b: '1.2.3' }, devDependencies: { c: 'latest' } };
    expect(loosePins(small(loose))).toEqual(['a@^1.0.0', 'c@latest']);
  });

  it('[TD17] every package is imported, run by a script or loaded by another package', () => {
    const known = { commands: COMMANDS, loadedByOthers: LOADED_BY_OTHERS };
    expect(unusedPackages(project, manifest, known)).toEqual([]);
    expect(unusedPackages(project, workspace, known)).toEqual([]);
    expect(unusedPackages(project, bench, known)).toEqual([]);
  });

  it('[TD17] a package that nothing uses is found', () => {
    const asked = small({
      dependencies: { imported: '1.0.0', '@scope/used': '1.0.0', idle: '1.0.0' },
      devDependencies: { tool: '1.0.0', '@types/imported': '1.0.0', peer: '1.0.0' },
      scripts: { go: 'do-it --now' },
    });
    const code = [file('a.ts', "import 'imported'; import '@scope/used/deep';")];
    const known = { commands: { tool: 'do-it' }, loadedByOthers: { peer: 'imported' } };
    expect(unusedPackages(code, asked, known)).toEqual(['idle']);
  });

  it('[TD18] every imported package stands in package.json', () => {
    const { dependencies, devDependencies } = workspace;
    const own = { ...dependencies, ...devDependencies, ...bench.devDependencies };
    const asked = { ...manifest.devDependencies, ...own };
    expect(phantomPackages(project, { ...manifest, devDependencies: asked })).toEqual([]);
    const code = [file('a.ts', "import 'stray/deep'; import 'node:fs'; import './b.ts';")];
    expect(phantomPackages([...code, file('b.ts', '')], small({}))).toEqual(['stray']);
  });

  it('[TD19] the production server runs on an install without the tools', () => {
    expect(missingInProduction(project, manifest, 'server/main.ts')).toEqual([]);
    const code = [
      file('server/main.ts', "import { a } from './a.ts';"),
      file('server/a.ts', "import 'kept'; import 'tool'; import type { T } from 'types-only';"),
    ];
    const asked = small({ dependencies: { kept: '1.0.0' }, devDependencies: { tool: '1.0.0' } });
    expect(missingInProduction(code, asked, 'server/main.ts')).toEqual(['tool']);
  });

  it('[TD20] ARCHITECTURE.md says of every package what it saves', () => {
    expect(unexplainedPackages(textOf('ARCHITECTURE.md'), manifest)).toEqual([]);
    const asked = small({ dependencies: { told: '1.0.0', untold: '1.0.0' } });
    expect(unexplainedPackages('`told` saves us work; untold', asked)).toEqual(['untold']);
  });
});
