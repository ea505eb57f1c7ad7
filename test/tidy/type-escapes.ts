import { Visitor } from 'oxc-parser';
import type { Problem, Rule } from './rule.ts';
import type { SourceFile } from './source-file.ts';

/** Refuses `any` without a lint exception that gives a reason, and casts through `unknown`. */
export const typeEscapes: Rule = {
  name: 'no code bypasses the type checker',

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
      complain(start, 'any: use a specific type, or unknown and narrow it');
    },
    TSAsExpression({ expression, start }) {
      const inner =
        expression.type === 'ParenthesizedExpression' ? expression.expression : expression;
      if (inner.type !== 'TSAsExpression') return;
      if (inner.typeAnnotation.type !== 'TSUnknownKeyword') return;
      complain(start, 'as unknown as: narrow it with a check, or fix the source type');
    },
  }).visit(file.program);
  return problems;
}
