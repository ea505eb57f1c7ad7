/** Files of results: every text comes back, and no number changes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEnd, formatRows, newFormat } from '../../../lib/batch/results/format-results.ts';
import type { ResultFormat } from '../../../lib/batch/results/result-format.ts';
import type { BatchItemResult } from '../../../lib/ports/store/batch-queries.ts';
import { resultItem } from './result-item.ts';

/** Prints rows in pages of a size. */
function print(format: ResultFormat, rows: readonly BatchItemResult[], size = 2): string {
  let state = newFormat;
  let text = '';
  for (let from = 0; from < rows.length; from += size) {
    const piece = formatRows(format, rows.slice(from, from + size), state);
    state = piece.state;
    text += piece.text;
  }
  return text + formatEnd(format, state);
}

/** Parses RFC 4180, for rows without blank lines. */
function parseCsv(text: string): string[][] {
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(cells)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.slice(0, -1);
}

describe('JSON Lines of results', () => {
  it('a line has the fields in their order, and documents letter for letter', () => {
    const row = resultItem(7, {
      input: '{ "n": 12345678901234567890.10,\n  "text": "a\\nb" }',
      output: '1e400',
      labels: { customer: '7' },
    });

    expect(print('jsonl', [row])).toBe(
      '{"index":7,"id":"01900000-0000-7000-8000-000000000007","name":"order-7",' +
        '"status":"SUCCEEDED","attempts":0,"error":null,"cause":null,' +
        '"createdAt":"2026-05-01T00:00:00.000Z","startedAt":"2026-05-01T01:00:00.000Z",' +
        '"endedAt":"2026-05-01T01:00:01.500Z","labels":{"customer":"7"},' +
        '"input":{ "n": 12345678901234567890.10, "text": "a\\nb" },"output":1e400}\n',
    );
  });

  it('a failed item has its error and no output, and one that never started has no times', () => {
    const row = resultItem(0, {
      status: 'FAILED',
      error: 'States.Timeout',
      cause: 'too\nlate',
      attempts: 3,
      startedAt: null,
      endedAt: null,
      output: null,
    });

    expect(JSON.parse(print('jsonl', [row]))).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
      cause: 'too\nlate',
      attempts: 3,
      startedAt: null,
      endedAt: null,
      output: null,
    });
  });
});

describe('a JSON array of results', () => {
  it('the array of any number of rows in any pages is one document', () => {
    const rows = [0, 1, 2, 3, 4].map((index) => resultItem(index));

    expect(JSON.parse(print('json', []))).toEqual([]);
    for (const size of [1, 2, 9]) {
      const found = JSON.parse(print('json', rows, size)) as { index: number }[];
      expect(found.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    }
  });
});

describe('CSV of results', () => {
  it('the columns are the keys of the first inputs and outputs, and further keys share one', () => {
    const rows = [
      resultItem(0, { input: '{"id":1,"name":"A, \\"B\\""}', output: '{"sum":2}' }),
      resultItem(1, { input: '{"name":null,"id":10000000000000000001}', output: '[1]' }),
      resultItem(2, { input: '{"id":3,"new":{"x":1}}', output: null }),
      resultItem(3, { input: '"text"', output: '"=1+1"' }),
    ];

    const [head = [], ...lines] = parseCsv(print('csv', rows));

    expect(head.slice(10)).toEqual(['input.id', 'input.name', 'input', 'output.sum', 'output']);
    expect(lines.map((line) => line.slice(10))).toEqual([
      ['1', 'A, "B"', '', '2', ''],
      ['10000000000000000001', '', '', '', '[1]'],
      ['3', '', '{"new":{"x":1}}', '', ''],
      ['', '', '"text"', '', '"=1+1"'],
    ]);
  });

  it('an empty batch has only the first line', () => {
    expect(print('csv', [])).toBe(
      'index,id,name,status,attempts,error,cause,createdAt,startedAt,endedAt,input,output\r\n',
    );
  });

  it('a text that a spreadsheet would run is quoted, and a number is not', () => {
    const texts = ['=1+1', '+x', '-y', '@sum', '\tz', '-5', '+3.5e2', 'a=b'];
    const input = JSON.stringify(Object.fromEntries(texts.map((text, at) => [`k${at}`, text])));

    const [, line = []] = parseCsv(print('csv', [resultItem(0, { input, output: null })]));

    expect(line.slice(10, 18)).toEqual([
      "'=1+1",
      "'+x",
      "'-y",
      "'@sum",
      "'\tz",
      '-5',
      '+3.5e2',
      'a=b',
    ]);
  });

  it('property: every text of an input comes back, whatever commas and quotes are in it', () => {
    const safe = fc.string().filter((text) => !/^[=+\-@\t\r]/.test(text) && text !== '');
    fc.assert(
      fc.property(fc.array(safe, { minLength: 1, maxLength: 5 }), (texts) => {
        const rows = texts.map((text, at) => resultItem(at, { input: JSON.stringify({ text }) }));

        const [, ...lines] = parseCsv(print('csv', rows));

        expect(lines.map((line) => line[10])).toEqual(texts);
      }),
      { numRuns: 50 },
    );
  });
});
