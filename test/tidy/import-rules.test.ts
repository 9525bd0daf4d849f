import { describe, expect, it } from 'vitest';
import {
  cycles,
  deadFiles,
  forbiddenImports,
  importsOf,
  packageName,
  reachable,
} from './import-rules.ts';
import { IMPORT_TABLE, isEntry } from './import-table.ts';
import { isTest, readProject, type ProjectFile } from './project.ts';

const project = readProject();
const file = (path: string, text: string): ProjectFile => ({ path, text });
const forbidden = (...files: ProjectFile[]) => forbiddenImports(files, IMPORT_TABLE);

describe('who may import whom', () => {
  it('[TD10] every import is one that the table allows', () => {
    expect(forbidden(...project)).toEqual([]);
  });

  it.each([
    ['shared/a.ts', "import { x } from '../server/ledger.ts';"],
    ['shared/a.ts', "import 'node:fs';"],
    ['shared/a.ts', "export { x } from 'preact';"],
    ['extensions/register/a.ts', "import { x } from '../pos/src/ui/x.ts';"],
    ['extensions/register/a.ts', "const x = import('../../server/app.ts');"],
    ['extensions/pos/src/ui/a.ts', "import type { X } from '../home-tile.tsx';"],
    ['extensions/pos/src/a.tsx', "import { x } from '../../../server/app.ts';"],
    ['extensions/pos/src/a.tsx', "import { x } from 'react';"],
    ['server/ledger.ts', "import express from 'express';"],
    ['server/ledger.ts', "import { x } from './app.ts';"],
    ['server/database/a.ts', "import { x } from '../ledger.ts';"],
    ['server/main.ts', "import { x } from '../simulator/main.ts';"],
    ['server/a.ts', "type X = import('../test/support/x.ts').X;"],
    ['simulator/a.ts', "import { x } from '../extensions/register/outbox.ts';"],
    ['simulator/a.ts', "new URL('../extensions/pos/src/home-tile.tsx', import.meta.url);"],
  ])('[TD10] in %s, `%s` is found', (path, text) => {
    expect(forbidden(file(path, text))).toHaveLength(1);
  });

  it('[TD10] allowed imports, and words that look like one, are left alone', () => {
    const good = [
      file('extensions/register/a.ts', "import Q from 'p-queue'; import { b } from './b.ts';"),
      file('extensions/register/b.ts', ''),
      file('server/app.ts', "import express from 'express'; import { l } from './ledger.ts';"),
      file('shared/b.ts', "// import 'node:fs'\nconst x = \"import 'node:fs'\";"),
    ];
    expect(forbidden(...good)).toEqual([]);
    expect(forbidden(file('elsewhere/a.ts', ''))).toEqual(['elsewhere/a.ts belongs to no zone']);
  });

  it('[TD10] imports are read with their line and kind', () => {
    const text = "import type { A } from './a.ts';\nimport { type B, c } from '../b.ts';";
    expect(importsOf([file('x/y/z.ts', text)])).toEqual([
      { from: 'x/y/z.ts', to: 'x/y/a.ts', kind: 'type', place: 'x/y/z.ts:1' },
      { from: 'x/y/z.ts', to: 'x/b.ts', kind: 'value', place: 'x/y/z.ts:2' },
    ]);
    expect(packageName('@a/b/c/d')).toBe('@a/b');
    expect(packageName('a/b')).toBe('a');
  });
});

/** Tests, and what commands run. */
const isRun = (path: string) => isTest(path) || path === 'package.json';

describe('the whole graph', () => {
  it('[TD11] no imports go in a circle', () => {
    expect(cycles(project)).toEqual([]);
  });

  it('[TD11] a circle is found; one of types alone is erased before it can matter', () => {
    const circle = [
      file('a.ts', "import { b } from './b.ts';"),
      file('b.ts', "import { c } from './c.ts';"),
      file('c.ts', "import { a } from './a.ts';"),
    ];
    expect(cycles(circle)).toEqual(['a.ts → b.ts → c.ts → a.ts']);
    const erased = [...circle.slice(0, 2), file('c.ts', "import type { A } from './a.ts';")];
    expect(cycles(erased)).toEqual([]);
  });

  it('[TD12] the production server never loads a module of the simulator or the tests', () => {
    const loaded = [...reachable(project, ['server/main.ts'])];
    expect(loaded).toContain('server/app.ts');
    expect(loaded.filter((path) => /^(simulator|test|scripts)\//.test(path))).toEqual([]);
  });

  it('[TD12] a detour to the simulator is found', () => {
    const detour = [
      file('server/main.ts', "import { a } from './a.ts';"),
      file('server/a.ts', "const b = import('../simulator/b.ts');"),
    ];
    expect([...reachable(detour, ['server/main.ts'])]).toContain('simulator/b.ts');
  });

  it('[TD13] every source file is reached from an entry, test aids from tests and commands', () => {
    const dead = deadFiles(project, isEntry).filter((path) => !path.startsWith('test/'));
    const idle = deadFiles(project, isRun).filter((path) => path.startsWith('test/'));
    expect([...dead, ...idle]).toEqual([]);
  });

  it('[TD13] a file that nothing loads is found; one named to a bundler or a page is not', () => {
    const files = [
      file('server/main.ts', "import { a } from './a.ts'; build('simulator/worker.ts');"),
      file('server/a.ts', ''),
      file('simulator/worker.ts', ''),
      file('simulator/page.html', '<script src="./page.ts"></script>'),
      file('simulator/page.ts', ''),
      file('package.json', '{ "go": "node scripts/go.ts --fast" }'),
      file('scripts/go.ts', ''),
      file('server/dead.ts', "import { a } from './a.ts';"),
    ];
    expect(deadFiles(files, isEntry)).toEqual(['server/dead.ts']);
  });
});
