/**
 * A title is a true sentence that belongs to one test, so that a failure says what no longer holds,
 * and where.
 */
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';
import { testCallsOf } from './test-calls.ts';

/** Refuses titles that two tests bear, or that say what should be. */
export const testTitles: Rule = {
  name: 'a test title is a sentence of its own',

  check(files) {
    const first = new Map<string, string>();
    return files
      .filter(({ path }) => isIn(path, 'test'))
      .flatMap((file) => judgeTitles(file, first));
  },

  catches: [
    {
      sources: {
        'test/a.test.ts': "it('a thing holds', () => {});",
        'test/b.test.ts': "\ntest.each([1])('a thing holds', () => {});",
      },
      at: ['test/b.test.ts:2'],
    },
    { sources: { 'test/a.test.ts': "it('should hold', () => {});" }, at: ['test/a.test.ts:1'] },
    { sources: { 'test/a.test.ts': "it.skipIf(x)('', () => {});" }, at: ['test/a.test.ts:1'] },
  ],

  permits: [
    { 'test/a.test.ts': "it('a holds', () => {}); it('b holds', () => {});" },
    { 'test/a.test.ts': 'it(`a $' + '{x}`, () => {}); it(`a $' + '{x}`, () => {});' },
    { 'test/a.test.ts': "/a/.test('x'); pattern.test('x'); describe('a'); describe('a');" },
    { 'test/a.test.ts': 'for (const c of cases) it(c.title, () => {}); it(title, () => {});' },
  ],
};

function judgeTitles(file: SourceFile, first: Map<string, string>): Problem[] {
  return testCallsOf(file).flatMap(({ title, line }) => {
    if (title === undefined) return [];
    const complain = (message: string) => [{ path: file.path, line, message }];
    const other = first.get(title);
    first.set(title, `${file.path}:${line}`);
    if (title.trim() === '') return complain('a test without a title: say what holds');
    if (/\bshould\b/i.test(title)) return complain(`"${title}": say what is, not what should be`);
    if (other !== undefined)
      return complain(`"${title}" is the title at ${other}, too: say what differs`);
    return [];
  });
}
