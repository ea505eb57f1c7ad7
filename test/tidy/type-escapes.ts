/** The type checker is not talked out of what it knows. */
import { Visitor } from 'oxc-parser';
import type { Problem, Rule } from './rule.ts';
import type { SourceFile } from './source-file.ts';

/** Refuses `any`, where no lint exception gives its reason, and casts by way of `unknown`. */
export const typeEscapes: Rule = {
  name: 'no type is escaped from',

  check: (files) => files.flatMap(findEscapes),

  catches: [
    { sources: { 'lib/a.ts': '\nlet a: any;' }, at: ['lib/a.ts:2'] },
    { sources: { 'lib/a.ts': 'const a = b as any[];' }, at: ['lib/a.ts:1'] },
    { sources: { 'test/a.ts': 'const a = b as unknown as string;' }, at: ['test/a.ts:1'] },
    { sources: { 'test/a.ts': 'const a = (b as unknown) as string;' }, at: ['test/a.ts:1'] },
  ],

  permits: [
    { 'lib/a.ts': "const any = 'any'; const a = b as unknown; expect.any(String);" },
    { 'lib/a.ts': '// biome-ignore lint/suspicious/noExplicitAny: why\nlet a: any;' },
  ],
};

function findEscapes(file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  const complain = (start: number, message: string) =>
    problems.push({ path: file.path, line: file.lineAt(start), message });
  new Visitor({
    TSAnyKeyword({ start }) {
      const above = file.lines[file.lineAt(start) - 2] ?? '';
      if (/biome-ignore .*noExplicitAny: \S/.test(above)) return;
      complain(start, 'any: say what it is, or unknown and narrow it');
    },
    TSAsExpression({ expression, start }) {
      const inner =
        expression.type === 'ParenthesizedExpression' ? expression.expression : expression;
      if (inner.type !== 'TSAsExpression') return;
      if (inner.typeAnnotation.type !== 'TSUnknownKeyword') return;
      complain(start, 'as unknown as: narrow it with a check, or mend the type it comes from');
    },
  }).visit(file.program);
  return problems;
}
