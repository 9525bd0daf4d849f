import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvError, csvLine, readCsv } from '../../server/csv.ts';

async function* pieces(texts: readonly string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}

async function rowsOf(...texts: string[]) {
  const rows = [];
  for await (const { line, fields } of readCsv(pieces(texts))) rows.push([line, ...fields]);
  return rows;
}

describe('comma-separated values', () => {
  it.each([
    [
      'plain rows',
      'a,b\nc,d\n',
      [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
      ],
    ],
    [
      'line ends of Windows',
      'a\r\nb\r\n',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'line ends of old machines',
      'a\rb',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['no line end at the end', 'a,b', [[1, 'a', 'b']]],
    [
      'empty fields',
      ',\n,,',
      [
        [1, '', ''],
        [2, '', '', ''],
      ],
    ],
    [
      'empty lines',
      'a\n\n\r\nb',
      [
        [1, 'a'],
        [4, 'b'],
      ],
    ],
    ['quoted commas and quotes', '"a,b","say ""hi"""', [[1, 'a,b', 'say "hi"']]],
    [
      'a line end inside quotes',
      '"a\r\nb",c\nd',
      [
        [1, 'a\r\nb', 'c'],
        [3, 'd'],
      ],
    ],
    ['an empty quoted field', '"",a', [[1, '', 'a']]],
    ['the mark of UTF-8', '\uFEFFa', [[1, 'a']]],
  ])('[OP9] reads %s', async (_title, text, rows) => {
    expect(await rowsOf(text)).toEqual(rows);
    expect(await rowsOf(...text)).toEqual(rows);
  });

  it.each([
    ['a quote that is never closed', 'a\n"b', /^Line 2: .*never closed/],
    ['a quote in the middle', 'a"b', /^Line 1: .*middle/],
    ['text behind a quote', '"a"b', /^Line 1: text behind/],
    ['a row without an end', `a,b\n${','.repeat(100)}`, /^Line 2: a row with more than 100/],
    ['a field without an end', `a\n${'x'.repeat(10_001)}`, /^Line 2: a field longer/],
  ])('[OP9] refuses %s', async (_title, text, problem) => {
    const failed = await rowsOf(text).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CsvError);
    expect((failed as Error).message).toMatch(problem);
  });

  it('[OP9] what is written is read as it was, wherever the pieces are cut', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '1', 'é') });
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 3 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 5 }), async (written, size) => {
        const text = written.map((fields) => csvLine(fields)).join('');
        const cut = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        const read = await rowsOf(...cut);
        const safe = written.map((fields) => fields.map((one) => one.replace(/^(?=\r)/, "'")));
        expect(read.map(([, ...fields]) => fields)).toEqual(safe);
      }),
      { numRuns: 60 },
    );
  });

  it('[OP10] what a spreadsheet would run is plain text, and numbers stay numbers', () => {
    const fields = ['=1+1', '+a', '-a', '@a', '\ta', '-5', '-5.25', -7, 'plain'];
    const line = "'=1+1,'+a,'-a,'@a,'\ta,-5,-5.25,-7,plain\r\n";
    expect(csvLine(fields)).toBe(line);
  });
});
