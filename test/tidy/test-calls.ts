/** Finds the calls that declare tests: `it(…)`, `test.each(…)(…)`, `describe.skipIf(…)(…)` etc. */
import { type CallExpression, type Expression, type Span, Visitor } from 'oxc-parser';
import type { SourceFile } from './source-file.ts';

/** A declared test. */
export interface TestCall {
  /** The title without its quotes; undefined when it is computed. */
  readonly title: string | undefined;
  readonly line: number;
}

/** Functions that declare one test; contract suites, which run on many drivers, use `clause`. */
const declarers = new Set(['it', 'test', 'clause']);

/** Whether a call of this name declares tests. */
export function declaresTests(name: string | undefined): boolean {
  return name !== undefined && (name === 'describe' || declarers.has(name));
}

/** Returns every test that the file declares. */
export function testCallsOf(file: SourceFile): TestCall[] {
  const calls: TestCall[] = [];
  new Visitor({
    CallExpression(node) {
      const name = calledName(node);
      const title = node.arguments[0];
      if (title === undefined || !declarers.has(name ?? '') || isModifier(node)) return;
      calls.push({ title: titleText(file, title), line: file.lineAt(node.start) });
    },
  }).visit(file.program);
  return calls;
}

/** Returns the name that a call starts with: `it` in `it.each(…)(…)`; undefined without a name. */
export function calledName(expression: Expression): string | undefined {
  if (expression.type !== 'CallExpression') return undefined;
  let callee: Expression = expression.callee;
  for (;;) {
    if (callee.type === 'Identifier') return callee.name;
    if (callee.type === 'MemberExpression' && callee.object.type !== 'Super')
      callee = callee.object;
    else if (callee.type === 'CallExpression') callee = callee.callee;
    else if (callee.type === 'TaggedTemplateExpression') callee = callee.tag;
    else return undefined;
  }
}

/** Whether the call only configures the next: the first call in `it.each(rows)('title', …)`. */
function isModifier({ callee }: CallExpression): boolean {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false;
  return ['each', 'for', 'skipIf', 'runIf', 'extend'].includes(callee.property.name);
}

function titleText(file: SourceFile, title: { readonly type: string } & Span): string | undefined {
  if (title.type !== 'Literal' && title.type !== 'TemplateLiteral') return undefined;
  const text = file.text.slice(title.start + 1, title.end - 1);
  return title.type === 'TemplateLiteral' && text.includes('${') ? undefined : text;
}
