/** Rules that limit the size of files, functions and lines. */
import {
  type ArrowFunctionExpression,
  type Function as FunctionNode,
  type Span,
  Visitor,
} from 'oxc-parser';
import type { Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';
import { calledName, declaresTests } from './test-calls.ts';

const fileLinesMax = 400;
const functionLinesMax = 60;
const columnsMax = 100;

/** A line with a text of this many columns may be longer: a broken text cannot be searched for. */
const textColumns = 40;
const textColumnsMax = 140;

/** Refuses files that are too long. */
export const fileLength: Rule = {
  name: `a file has at most ${fileLinesMax} lines`,
  check: (files) =>
    files
      .map(({ path, lines }) => ({
        path,
        count: lines.at(-1) === '' ? lines.length - 1 : lines.length,
      }))
      .filter(({ count }) => count > fileLinesMax)
      .map(({ path, count }) => ({
        path,
        line: fileLinesMax + 1,
        message: `${count} lines, at most ${fileLinesMax}: split it by responsibility`,
      })),
  catches: [{ sources: { 'lib/a.ts': '\n'.repeat(401) }, at: ['lib/a.ts:401'] }],
  permits: [{ 'lib/a.ts': '\n'.repeat(400) }],
};

/** Refuses functions that are too long. */
export const functionLength: Rule = {
  name: `a function has at most ${functionLinesMax} lines`,
  check: (files) =>
    files.flatMap((file) =>
      longFunctions(file).map(({ line, count }) => ({
        path: file.path,
        line,
        message: `a function of ${count} lines, at most ${functionLinesMax}: extract its steps`,
      })),
    ),
  catches: [
    { sources: { 'lib/a.ts': `\nfunction a() {${'\n'.repeat(60)}}` }, at: ['lib/a.ts:2'] },
    { sources: { 'lib/a.ts': `const a = () => {${'\n'.repeat(60)}};` }, at: ['lib/a.ts:1'] },
    { sources: { 'lib/a.ts': `class A {\n b() {${'\n'.repeat(60)}}\n}` }, at: ['lib/a.ts:2'] },
    {
      sources: {
        'test/a.test.ts': `describe('a', () => {\n it('b', () => {${'\n'.repeat(60)}});\n});`,
      },
      at: ['test/a.test.ts:2'],
    },
  ],
  permits: [
    { 'lib/a.ts': `function a() {${'\n'.repeat(59)}}` },
    { 'lib/a.ts': `function a() { return {\n b: 1,${'\n'.repeat(60)} }; }` },
    { 'test/a.test.ts': `describe('a', () => {${'\n'.repeat(60)} it('b', () => {}); });` },
    { 'test/contract.ts': `function contract() {${'\n'.repeat(60)} clause('a', () => {}); }` },
  ],
};

/**
 * Refuses lines that are too wide, except for URLs and lint exceptions, which cannot be wrapped.
 */
export const lineWidth: Rule = {
  name: `a line has at most ${columnsMax} columns, ${textColumnsMax} with a long text`,
  check: (files) =>
    files.flatMap((file) =>
      wideLines(file).map(({ line, columns }) => ({
        path: file.path,
        line,
        message: `${columns} columns, at most ${columnsMax}, or ${textColumnsMax} with a long text`,
      })),
    ),
  catches: [
    { sources: { 'lib/a.ts': `\n// ${'x'.repeat(98)}` }, at: ['lib/a.ts:2'] },
    { sources: { 'lib/a.ts': `const ${'x'.repeat(92)} = 1;` }, at: ['lib/a.ts:1'] },
    { sources: { 'lib/a.ts': `f('${'x'.repeat(30)}', ${'y'.repeat(70)});` }, at: ['lib/a.ts:1'] },
    { sources: { 'lib/a.ts': `'${'x'.repeat(139)}'` }, at: ['lib/a.ts:1'] },
  ],
  permits: [
    { 'lib/a.ts': `// ${'ü'.repeat(97)}` },
    { 'lib/a.ts': `// https://example.com/${'x'.repeat(98)}` },
    { 'lib/a.ts': `\nf('${'x'.repeat(120)}', 1);\n` },
    { 'lib/a.ts': `\nf(\`\n${'x'.repeat(60)}\${y}${'x'.repeat(60)}\`, 1);\n` },
  ],
};

function wideLines(file: SourceFile): { line: number; columns: number }[] {
  const texts = longTexts(file);
  let start = 0;
  return file.lines.flatMap((line, index) => {
    const end = start + line.length;
    const hasText = texts.some((text) => overlap(text, start, end) >= textColumns);
    start = end + 1;
    const columns = [...line].length;
    if (columns <= (hasText ? textColumnsMax : columnsMax)) return [];
    return /https?:|biome-ignore/.test(line) ? [] : [{ line: index + 1, columns }];
  });
}

/** Returns how many characters of `span` are between `start` and `end`. */
function overlap(span: Span, start: number, end: number): number {
  return Math.min(span.end, end) - Math.max(span.start, start);
}

/** Finds long strings, templates and regular expressions. */
function longTexts(file: SourceFile): Span[] {
  const texts: Span[] = [];
  const keep = (node: Span) => {
    if (node.end - node.start >= textColumns) texts.push(node);
  };
  new Visitor({ Literal: keep, TemplateLiteral: keep }).visit(file.program);
  return texts;
}

function longFunctions(file: SourceFile): { line: number; count: number }[] {
  const found: { line: number; count: number }[] = [];
  const measure = (node: FunctionNode | ArrowFunctionExpression) => {
    const line = file.lineAt(node.start);
    const count = file.lineAt(node.end - 1) - line + 1 - literalLines(file, node);
    if (count <= functionLinesMax || (isIn(file.path, 'test') && isSuite(node))) return;
    found.push({ line, count });
  };
  new Visitor({
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(file.program);
  return found;
}

/** Counts the lines of literals without functions, except the first of each: they are only data. */
function literalLines(file: SourceFile, { start, end }: Span): number {
  let count = 0;
  let reached = start;
  for (const literal of plainLiteralsOf(file)) {
    if (literal.start < reached || literal.end > end) continue;
    reached = literal.end;
    count += file.lineAt(literal.end - 1) - file.lineAt(literal.start);
  }
  return count;
}

const literals = new WeakMap<SourceFile, readonly Span[]>();

/** Finds the object and array literals that contain no function, outer ones first. */
function plainLiteralsOf(file: SourceFile): readonly Span[] {
  const known = literals.get(file);
  if (known !== undefined) return known;
  const found: Span[] = [];
  const functions: number[] = [];
  const keep = ({ start, end }: Span) => void found.push({ start, end });
  const note = ({ start }: Span) => void functions.push(start);
  new Visitor({
    ObjectExpression: keep,
    ArrayExpression: keep,
    FunctionExpression: note,
    ArrowFunctionExpression: note,
  }).visit(file.program);
  const plain = found
    .filter(({ start, end }) => !functions.some((at) => at > start && at < end))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  literals.set(file, plain);
  return plain;
}

/** Whether the function declares tests: a suite is as long as its subject has cases. */
function isSuite({ body }: FunctionNode | ArrowFunctionExpression): boolean {
  if (body?.type !== 'BlockStatement') return false;
  return body.body.some(
    (statement) =>
      statement.type === 'ExpressionStatement' && declaresTests(calledName(statement.expression)),
  );
}
