import { describe, expect, it } from 'vitest';
import { readProject, type ProjectFile } from './project.ts';
import {
  COLUMNS_MAX,
  FILE_LINES_MAX,
  FUNCTION_LINES_MAX,
  barrels,
  directSources,
  leftForLater,
  longFiles,
  longFunctions,
  machinePaths,
  poorNames,
  unusedRoots,
  wideLines,
  withheldTests,
  type Source,
} from './source-rules.ts';

const project = readProject();

/**
 * The composition roots: the only files that read time, chance, the console or the environment
 * themselves. They hand it on as `clock`, `random`, `log` or configuration.
 */
const ROOTS: Readonly<Record<string, readonly Source[]>> = {
  'bench/main.ts': ['environment'],
  'bench/world.ts': ['time', 'chance'],
  'extensions/pos/src/platform.ts': ['time', 'chance'],
  'scripts/build.ts': ['environment'],
  'scripts/test.ts': ['environment'],
  'server/admin-page/page.tsx': ['time'],
  'server/config.ts': ['environment'],
  'server/main.ts': ['time'],
  'server/tool/main.ts': ['time'],
  'simulator/main.ts': ['time', 'environment'],
  'simulator/page/main.tsx': ['time', 'chance'],
  // These start processes, or a world, with the environment and the time of whoever runs the test.
  'test/support/chromium.ts': ['environment'],
  'test/support/postgres.ts': ['environment'],
  'test/support/simulator.ts': ['time', 'environment'],
  'test/e2e/merchant-pictures.ts': ['environment'],
  'test/e2e/simulator.test.ts': ['time'],
  'test/server/merchant-log.ts': ['time'],
  'test/pos-2025-07/build.test.ts': ['environment'],
  'test/seeded/mutate.ts': ['environment'],
  'test/seeded/runs.ts': ['environment'],
  'test/seeded/sweep.ts': ['environment'],
  'test/targets/bundle.test.ts': ['environment'],
};

const file = (path: string, text: string): ProjectFile => ({ path, text });
const lines = (count: number) => Array.from({ length: count }, (_, i) => `f(${i});`).join('\n');

describe('size', () => {
  it('[TD1] no file of code has more than 500 lines', () => {
    expect(longFiles(project)).toEqual([]);
  });

  it('[TD1] a file of 501 lines is found, one of 500 is not', () => {
    expect(longFiles([file('a.ts', lines(FILE_LINES_MAX))])).toEqual([]);
    expect(longFiles([file('a.ts', lines(FILE_LINES_MAX + 1))])).toEqual(['a.ts has 501 lines']);
    expect(longFiles([file('a.md', lines(FILE_LINES_MAX + 1))])).toEqual([]);
  });

  it('[TD2] no function has more than 70 lines', () => {
    expect(longFunctions(project)).toEqual([]);
  });

  it('[TD2] a function of 71 lines of its own is found in every form', () => {
    const body = lines(FUNCTION_LINES_MAX - 1);
    const found = (text: string) => longFunctions([file('a.ts', text)]);
    expect(found(`function f() {\n${lines(FUNCTION_LINES_MAX - 2)}\n}`)).toEqual([]);
    expect(found(`function f() {\n${body}\n}`)).toEqual(['a.ts:1 a function of 71 lines']);
    expect(found(`\nconst f = () => {\n${body}\n}`)).toEqual(['a.ts:2 a function of 71 lines']);
    expect(found(`const o = { f() {\n${body}\n} }`)).toEqual(['a.ts:1 a function of 71 lines']);
    const inner = `function g() {\n${body}\n}`;
    expect(found(`function f() {\n${inner}\n}`)).toEqual(['a.ts:2 a function of 71 lines']);
    expect(found(`function f() {\nconst g = () => {\n${lines(60)}\n};\n${lines(60)}\n}`)).toEqual(
      [],
    );
    expect(found(`function f() {\n${inner}\n${body}\n}`)).toHaveLength(2);
  });

  it('[TD3] no line of code has more than 100 columns', () => {
    expect(wideLines(project)).toEqual([]);
  });

  it('[TD3] a line of 101 columns is found, counted in characters', () => {
    expect(wideLines([file('a.ts', 'é'.repeat(COLUMNS_MAX))])).toEqual([]);
    const wide = `f();\n${'x'.repeat(COLUMNS_MAX + 1)}`;
    expect(wideLines([file('a.ts', wide)])).toEqual(['a.ts:2 has 101 columns']);
  });
});

describe('where the world comes in', () => {
  it('[TD4] time, chance, console and environment are read in composition roots alone', () => {
    expect(directSources(project, ROOTS)).toEqual([]);
    expect(unusedRoots(project, ROOTS)).toEqual([]);
  });

  it.each([
    ['Date.now()', 'time'],
    ['new Date()', 'time'],
    ['new Date', 'time'],
    ['performance.now()', 'time'],
    ['globalThis.Math.random()', 'chance'],
    ['Math.random()', 'chance'],
    ['crypto.getRandomValues(a)', 'chance'],
    ['console.log(1)', 'console'],
    ['process.env.PORT', 'environment'],
  ] as const)('[TD4] finds %s', (text, source) => {
    const bad = [file('server/a.ts', `f();\n${text};`)];
    expect(directSources(bad, {})).toEqual([`server/a.ts:2 reads ${source} directly`]);
    expect(directSources(bad, { 'server/a.ts': [source] })).toEqual([]);
    expect(unusedRoots(bad, { 'server/a.ts': [source] })).toEqual([]);
  });

  it('[TD4] words in comments and texts, and a date of a given time, are no source', () => {
    const good = "// Date.now()\nconst a = 'Math.random()'; new Date(5); clock.now();";
    expect(directSources([file('a.ts', good)], {})).toEqual([]);
    expect(unusedRoots([file('a.ts', good)], { 'a.ts': ['time'] })).toEqual(['a.ts time']);
  });
});

describe('what a reader trips over', () => {
  it('[TD5] there are no barrels', () => {
    expect(barrels(project)).toEqual([]);
  });

  it('[TD5] a file that only passes on is found', () => {
    const passing = "export * from './a.ts';\nexport { b } from './b.ts';";
    expect(barrels([file('all.ts', passing)])).toEqual(['all.ts is a barrel']);
    expect(barrels([file('all.ts', `${passing}\nexport const c = 1;`)])).toEqual([]);
  });

  it('[TD6] file names are kebab-case and say what the file is for', () => {
    expect(poorNames(project)).toEqual([]);
  });

  it('[TD6] poor names are found', () => {
    const named = (path: string) => poorNames([file(path, '')]).length === 1;
    expect(
      ['a/index.ts', 'utils.ts', 'a/Camel.tsx', 'snake_case.ts', 'types.ts'].map(named),
    ).toEqual([true, true, true, true, true]);
    expect(['sync-log.ts', 'a/home-modal.test.tsx', 'vite.config.ts'].some(named)).toBe(false);
  });

  it('[TD7] nothing is left for later in a comment', () => {
    expect(leftForLater(project)).toEqual([]);
  });

  it('[TD7] a note for later is found', () => {
    const note = `f();\n// ${'TO'}${'DO'}: more`;
    expect(leftForLater([file('a.md', note)])).toEqual(['a.md:2 leaves something for later']);
    expect(leftForLater([file('a.md', 'todos and fixmes')])).toEqual([]);
  });

  it('[TD8] no file names a path of one machine', () => {
    expect(machinePaths(project)).toEqual([]);
  });

  it('[TD8] a path of one machine is found', () => {
    const bad = (root: string) => machinePaths([file('a.md', `see (/${root}/x)`)]).length;
    expect(['tmp', 'root', 'home/ada', 'work'].map(bad)).toEqual([1, 1, 1, 1]);
    expect(machinePaths([file('a.md', 'src/tmp/x, https://x.org/home/a/')])).toEqual([]);
  });
});

describe('tests', () => {
  it('[TD9] every test runs, none may fail, and nothing of ours is mocked', () => {
    expect(withheldTests(project)).toEqual([]);
  });

  it.each([
    "it.skip('x', f)",
    "describe.only('x', f)",
    "test.todo('x')",
    "it.skipIf(true)('x', f)",
    "it.concurrent.only('x', f)",
    "it.only.each([1])('x', f)",
    "it.fails('x', f)",
    "vi.mock('./a.ts')",
    "vi.doMock('./a.ts')",
  ])('[TD9] finds %s', (text) => {
    expect(withheldTests([file('test/a.test.ts', text)])).toHaveLength(1);
  });

  it('[TD9] plain and tabled tests are left alone', () => {
    const good = "it('x', f); it.each([1])('x %s', f); const skip = list.only; vi.fn();";
    expect(withheldTests([file('test/a.test.ts', good)])).toEqual([]);
  });
});
