import { describe, expect, it } from 'vitest';
import { lawIds, quotedLaws, strayLaws, unclearLaws } from './law-rules.ts';
import { readProject, type ProjectFile } from './project.ts';

const project = readProject();
const file = (path: string, text: string): ProjectFile => ({ path, text });

describe('laws', () => {
  it('[TD14] every law of SPEC.md is quoted by a test title', () => {
    const { ids } = quotedLaws(project);
    expect(lawIds(project).filter((id) => !ids.has(id))).toEqual([]);
  });

  it('[TD14] every test title quotes a law that SPEC.md holds', () => {
    const { ids, lawless } = quotedLaws(project);
    const laws = lawIds(project);
    expect([...ids].filter((id) => !laws.includes(id))).toEqual([]);
    expect(lawless).toEqual([]);
  });

  it('[TD15] each law has one id and one sentence', () => {
    expect(unclearLaws(project)).toEqual([]);
    expect(lawIds(project).length).toBeGreaterThan(0);
  });

  it('[TD15] laws are read in order; doubled ids and broken lines are found', () => {
    const spec = [
      file('SPEC.md', '# Laws\n- **AB1** One.\n- **AB2** Two.\n\n- plain **AB3** text\n'),
      file('docs/laws/more.md', '- **C1** Three.\n- **AB1** Again.\n- **AB9**\n'),
      file('README.md', '- **ZZ1** Not a law here.\n'),
    ];
    expect(lawIds(spec)).toEqual(['AB1', 'AB2', 'C1', 'AB1']);
    expect(unclearLaws(spec)).toEqual([
      'AB1 stands twice',
      'docs/laws/more.md has 1 laws without an id and a sentence',
    ]);
  });

  it('[TD14] the other documents speak of laws that SPEC.md holds', () => {
    expect(strayLaws(project)).toEqual([]);
    const files = [
      file('SPEC.md', '- **AB1** One.\n'),
      file('README.md', 'AB1, AB2 and X1, in SHA256 with a UTF8 text.'),
    ];
    expect(strayLaws(files)).toEqual(['README.md speaks of AB2']);
  });

  it('[TD14] titles are read from plain tests, tables and templates', () => {
    const text = [
      "it('[AB1] a', f);",
      "it.each([1])('[AB2, AB3] b %s', f);",
      'test(`[C1] c ${x}`, f);',
      "it('no law', f);",
      "describe('[AB9] grouped', f); visit('[AB8] d', f);",
    ].join('\n');
    const { ids, lawless } = quotedLaws([file('test/a.test.ts', text)]);
    expect([...ids]).toEqual(['AB1', 'AB2', 'AB3', 'C1']);
    expect(lawless).toEqual(['test/a.test.ts:4 quotes no law: no law']);
  });
});
