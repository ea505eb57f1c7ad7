import { type ArrayExpression, type ObjectExpression, Visitor } from 'oxc-parser';
import type { Problem, Rule } from './rule.ts';
import type { SourceFile } from './source-file.ts';

/**
 * Refuses `...{ a, b }` in an object and `...[a, b]` in an array: a reader looks for an override
 * that is not there.
 */
export const plainLiterals: Rule = {
  name: 'a literal is not spread into another',
  check: (files) => files.flatMap(spreadLiterals),
  catches: [
    { sources: { 'lib/a.ts': 'const a = {\n  ...{ b, c },\n};' }, at: ['lib/a.ts:2'] },
    { sources: { 'test/a.ts': 'const a = [...[b, c], d];' }, at: ['test/a.ts:1'] },
  ],
  permits: [
    { 'lib/a.ts': 'const a = { ...b, ...(c && { d }) };' },
    { 'lib/a.ts': 'const a = [...b, ...(c ? [d] : [])];' },
  ],
};

function spreadLiterals(file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  const check = ({
    elements,
  }: {
    readonly elements: readonly (
      | ArrayExpression['elements'][number]
      | ObjectExpression['properties'][number]
    )[];
  }) => {
    for (const element of elements) {
      if (element?.type !== 'SpreadElement') continue;
      const { type } = element.argument;
      if (type !== 'ObjectExpression' && type !== 'ArrayExpression') continue;
      const message = 'spreads a literal: write its entries into the enclosing literal';
      problems.push({ path: file.path, line: file.lineAt(element.start), message });
    }
  };
  new Visitor({
    ObjectExpression: ({ properties }) => check({ elements: properties }),
    ArrayExpression: check,
  }).visit(file.program);
  return problems;
}
