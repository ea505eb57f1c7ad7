/** Regular expressions of JSONata: what they match, and that their work is bounded. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { compileJsonata } from '../../../lib/asl/jsonata/jsonata-expression.ts';
import { Meter } from '../../../lib/asl/jsonata/meter.ts';
import { MeteredPattern, PatternMatcher } from '../../../lib/asl/jsonata/metered-pattern.ts';
import { createEvaluation } from '../create-evaluation.ts';

const evaluateText = (text: string, input: Json = {}) =>
  compileJsonata(text).evaluate(createEvaluation(input));
const matcherOf = (pattern: RegExp) => new PatternMatcher(new MeteredPattern(pattern, new Meter()));

/** The index and the text of every match. */
function listMatches(pattern: RegExp, text: string): [number, string | undefined][] {
  const matcher = matcherOf(pattern);
  const matches: [number, string | undefined][] = [];
  for (let found = matcher.exec(text); found !== null; found = matcher.exec(text)) {
    matches.push([found.index, found[0]]);
    if (found[0] === '') matcher.lastIndex += 1;
  }
  return matches;
}

describe('a pattern', () => {
  it.each([
    [/b(c)/g, 'abcbc'],
    [/^a/g, 'aaa'],
    [/a$/gm, 'a\na'],
    [/\d{4}-\d\d/g, 'x 2026-11 y 2027-01'],
    [/[A-Z]+/gi, 'ab cd'],
    [/x*/g, 'axxb'],
    [/(a|ab)(c|bcd)(d*)/g, 'abcd'],
    [/\u00e9+/g, 'caféé'],
    [/(?<year>\d+)/g, 'in 1999'],
    [/a(?=b)/g, 'ab ac ab'],
    [/(a+)+$/g, 'xaaa'],
  ])('the pattern %s matches as in JavaScript', (pattern, text) => {
    const expected = [...text.matchAll(pattern)].map(({ index, 0: match }) => [index, match]);

    expect(listMatches(pattern, text)).toEqual(expected);
  });

  it('a group that takes no part in a match is undefined', () => {
    expect([...(matcherOf(/(a)|(b)/g).exec('b') ?? [])]).toEqual(['b', undefined, 'b']);
  });

  it.each([
    ['/(a)\\1/', 'back-references'],
    ['/(?=(a+)+)b/', 'nested repetitions'],
    [`/(?=${'(?:a|b)'.repeat(40)})c/`, 'fewer alternatives'],
  ])('a pattern that cannot be bounded is rejected: %s', (pattern, problem) => {
    expect(() => compileJsonata(`$contains("a", ${pattern})`)).toThrow(problem);
  });
});

describe('the work of a pattern', () => {
  const many = 'a'.repeat(31);

  it.each([
    ['optional parts', `/^${'(?:a?a?)?'.repeat(16)}c$/`],
    ['alternatives', `/${'(?:a|aa)'.repeat(24)}c/`],
    ['nested repetitions', '/(a+)+c/'],
  ])('a pattern of %s ends although nothing matches', (_, pattern) => {
    expect(evaluateText(`$contains($states.input.text, ${pattern})`, { text: many })).toBe(false);
  });

  it('many matches of one pattern cost what they take', () => {
    const text = 'a'.repeat(100_000);

    expect(() =>
      evaluateText('$map([1..1000], function($n) { $contains($states.input.text, /a.*b/) })', {
        text,
      }),
    ).toThrow('steps');
  });

  it('a search that reads on behind each of its matches costs what it reads', () => {
    expect(() =>
      evaluateText('$count($match($states.input.text, /a(?:.*b)?/))', {
        text: 'a'.repeat(100_000),
      }),
    ).toThrow('steps');
  });

  it('a long text is split at every comma', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `item${index}`).join(' , ');

    expect(evaluateText('$count($split($states.input.text, /\\s*,\\s*/))', { text })).toBe(20_000);
  });

  it('a pattern with look-ahead is limited to short texts', () => {
    expect(() =>
      evaluateText('$contains($states.input.text, /.*.*(?=b)/)', { text: 'a'.repeat(10_000) }),
    ).toThrow('at most');
  });

  it('the first expression of a process is bounded, too', async () => {
    const url = new URL('../../../lib/asl/jsonata/jsonata-expression.ts', import.meta.url);
    const budgetUrl = new URL('../../../lib/asl/budget.ts', import.meta.url);
    const program = `
      const { compileJsonata } = await import(${JSON.stringify(url.href)});
      const { Budget } = await import(${JSON.stringify(budgetUrl.href)});
      const text = 'a'.repeat(31);
      const budget = new Budget();
      const evaluation = { budget, input: { text }, context: () => ({}), variable: () => undefined };
      const pattern = '(?:a?a?)?'.repeat(16);
      const expression = compileJsonata('$contains($states.input.text, /^' + pattern + 'c$/)');
      console.log(expression.evaluate(evaluation));`;

    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { timeout: 30_000 },
    );

    expect(stdout.trim()).toBe('false');
  });
});
