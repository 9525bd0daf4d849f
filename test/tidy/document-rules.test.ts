import { expect, it } from 'vitest';
import { brokenLinks } from './document-rules.ts';
import { exists, readProject } from './project.ts';

it('[TD22] every link and picture of a document leads somewhere', () => {
  expect(brokenLinks(readProject(), exists)).toEqual([]);
});

it('[TD22] a link to no file, and one to no heading, is found', () => {
  const text = [
    '[a](there.md) ![b](gone.png) [c](../up.md#a-heading-here) [d](../up.md#no-heading)',
    '[e](https://example.com/x) [f](#here) ',
    '# Here',
  ].join('\n');
  const files = [
    { path: 'docs/a.md', text },
    { path: 'docs/there.md', text: '' },
    { path: 'up.md', text: '## A heading, here' },
  ];
  const there = (path: string) => files.some((file) => file.path === path);
  expect(brokenLinks(files, there)).toEqual([
    'docs/a.md leads to gone.png',
    'docs/a.md leads to ../up.md#no-heading',
  ]);
});
