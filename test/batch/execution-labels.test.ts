/** Labels: what can be one, and the limits of their number and size. */
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../lib/asl/json/parse-json.ts';
import { labelLimits, parseLabels, parseLabelText } from '../../lib/batch/execution-labels.ts';

describe('parseLabels', () => {
  it('texts, numbers of any length and booleans are labels, and a null leaves one out', () => {
    const value = parseJson('{"b":true,"a":"x","n":12345678901234567890,"none":null,"d":1.5}');

    expect(parseLabels(value)).toEqual({
      labels: { a: 'x', b: 'true', d: '1.5', n: '12345678901234567890' },
    });
  });

  it('a value that is no label, too long or too much has a problem that names it', () => {
    const many = Object.fromEntries(
      Array.from({ length: labelLimits.countMax + 1 }, (_, at) => [`k${at}`, 'x']),
    );
    const problems = [
      ['text', 'expected labels by key'],
      [{ '': 'x' }, "a label's key is"],
      [{ 'a b': 'x' }, "a label's key is"],
      [{ [`k${'x'.repeat(64)}`]: 'x' }, "a label's key is"],
      [{ a: 'x'.repeat(257) }, 'a: expected at most 256 characters, found 257'],
      [{ a: '' }, 'a: expected a text that is not empty'],
      [{ a: 'x\0' }, 'a: expected a text without U+0000'],
      [{ a: [1] }, 'a: expected a text, a number or a boolean; found a list'],
      [many, 'expected at most 16 labels, found 17'],
    ] as const;

    for (const [value, problem] of problems) {
      expect(parseLabels(value as never)).toEqual({ problem: expect.stringContaining(problem) });
    }
  });
});

describe('parseLabelText', () => {
  it('a value may have an equals sign in it, and neither side may be empty', () => {
    expect(parseLabelText('a=b=c')).toEqual(['a', 'b=c']);
    for (const text of ['a', '=b', 'a=', '']) expect(parseLabelText(text)).toBeNull();
  });
});
