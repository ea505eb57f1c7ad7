/**
 * Nothing is left lying about: no notes to oneself, no narrowing of the suite from yesterday's
 * debugging.
 */
import { Visitor } from 'oxc-parser';
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/** Refuses notes that something is unfinished. */
export const unfinishedNotes: Rule = {
  name: 'no comment says that something is unfinished',
  check: (files) =>
    files.flatMap((file) =>
      file.comments.flatMap(({ value, start }) => {
        const note = /\b(?:TODO|FIXME|XXX|HACK)\b/.exec(value);
        if (note === null) return [];
        const line = file.lineAt(start + 2 + note.index);
        return [{ path: file.path, line, message: `${note[0]}: do it now, or file an issue` }];
      }),
    ),
  catches: [
    { sources: { 'lib/a.ts': '/**\n * TODO later\n */' }, at: ['lib/a.ts:2'] },
    { sources: { 'test/a.test.ts': 'a(); // FIXME' }, at: ['test/a.test.ts:1'] },
  ],
  permits: [{ 'lib/a.ts': "// All todos are done.\nconst word = 'TODO';" }],
};

/** Refuses tests that keep all others from running. */
export const narrowedSuites: Rule = {
  name: 'no test keeps the others from running',
  check: (files) => files.filter(({ path }) => isIn(path, 'test')).flatMap(findOnly),
  catches: [
    { sources: { 'test/a.test.ts': "\nit.only('a', () => {});" }, at: ['test/a.test.ts:2'] },
    { sources: { 'test/a.test.ts': 'describe.only.each([1]);' }, at: ['test/a.test.ts:1'] },
  ],
  permits: [{ 'test/a.test.ts': "fc.only('a'); it.skipIf(x)('b', () => {});" }],
};

function findOnly(file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  new Visitor({
    MemberExpression({ object, property, start }) {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
      if (!['it', 'test', 'describe'].includes(object.name) || property.name !== 'only') return;
      const message = `${object.name}.only: take it away, or name the file on the command line`;
      problems.push({ path: file.path, line: file.lineAt(start), message });
    },
  }).visit(file.program);
  return problems;
}
