/** Rules against leftovers of development: unfinished notes and `it.only`. */
import { Visitor } from 'oxc-parser';
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/** Refuses notes about unfinished work. */
export const unfinishedNotes: Rule = {
  name: 'no comment marks unfinished work',
  check: (files) =>
    files.flatMap((file) =>
      file.comments.flatMap(({ value, start }) => {
        const note = /\b(?:TODO|FIXME|XXX|HACK)\b/.exec(value);
        if (note === null) return [];
        const line = file.lineAt(start + 2 + note.index);
        return [{ path: file.path, line, message: `${note[0]}: finish it, or file an issue` }];
      }),
    ),
  catches: [
    { sources: { 'lib/a.ts': '/**\n * TODO later\n */' }, at: ['lib/a.ts:2'] },
    { sources: { 'test/a.test.ts': 'a(); // FIXME' }, at: ['test/a.test.ts:1'] },
  ],
  permits: [{ 'lib/a.ts': "// All todos are done.\nconst word = 'TODO';" }],
};

/** Refuses `it.only` and the like, which skip all other tests. */
export const narrowedSuites: Rule = {
  name: 'no test skips the others',
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
      const message = `${object.name}.only: remove it, and name the file on the command line`;
      problems.push({ path: file.path, line: file.lineAt(start), message });
    },
  }).visit(file.program);
  return problems;
}
