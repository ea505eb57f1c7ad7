import { Visitor } from 'oxc-parser';
import { importsOf } from './imports.ts';
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/** Objects that give access to the outside; none of their members is pure. */
const impureObjects = new Set([
  'process',
  'performance',
  'crypto',
  'console',
  'globalThis',
  'Deno',
]);

/** Functions that read or change the outside. */
const impureCalls = new Set([
  'Date',
  'fetch',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

const impureMembers = new Set(['Date.now', 'Math.random']);

/** Functions of built-in modules that only compute, by layer. */
const pureImports = new Set([
  'lib/asl node:crypto createHash',
  'lib/engine node:crypto createHmac',
]);

/**
 * Refuses clock, randomness, environment and I/O in the pure layers: the same event must give the
 * same result wherever it is replayed.
 */
export const purity: Rule = {
  name: 'asl, engine, graph and test-state are pure',

  check: (files) =>
    files
      .filter(({ path }) => isIn(path, 'lib/asl', 'lib/engine', 'lib/graph', 'lib/test-state'))
      .flatMap((file) => [...impureImports(file), ...impureExpressions(file)]),

  catches: [
    { sources: { 'lib/asl/a.ts': 'const at = Date.now();' }, at: ['lib/asl/a.ts:1'] },
    { sources: { 'lib/engine/a.ts': '\nconst at = new Date();' }, at: ['lib/engine/a.ts:2'] },
    { sources: { 'lib/engine/a.ts': 'const at = Date();' }, at: ['lib/engine/a.ts:1'] },
    { sources: { 'lib/asl/a.ts': 'const n = Math.random();' }, at: ['lib/asl/a.ts:1'] },
    { sources: { 'lib/asl/a.ts': 'const n = process.pid;' }, at: ['lib/asl/a.ts:1'] },
    { sources: { 'lib/asl/a.ts': 'const n = crypto.randomUUID();' }, at: ['lib/asl/a.ts:1'] },
    { sources: { 'lib/asl/a.ts': "import { open } from 'node:fs';" }, at: ['lib/asl/a.ts:1'] },
    {
      sources: { 'lib/asl/a.ts': "import { randomUUID } from 'node:crypto';" },
      at: ['lib/asl/a.ts:1'],
    },
    {
      sources: { 'lib/engine/a.ts': "import { createHash } from 'node:crypto';" },
      at: ['lib/engine/a.ts:1'],
    },
    { sources: { 'lib/test-state/a.ts': 'const at = Date.now();' }, at: ['lib/test-state/a.ts:1'] },
    { sources: { 'lib/graph/a.ts': 'const x = Math.random();' }, at: ['lib/graph/a.ts:1'] },
    { sources: { 'lib/engine/a.ts': 'setTimeout(() => {}, 1);' }, at: ['lib/engine/a.ts:1'] },
  ],

  permits: [
    { 'lib/asl/a.ts': 'const at = new Date(0).toISOString(); const t = Date.parse(x);' },
    { 'lib/asl/a.ts': "import { createHash } from 'node:crypto';" },
    { 'lib/engine/a.ts': "import { createHmac } from 'node:crypto';" },
    { 'lib/engine/a.ts': 'const n = Math.floor(1.5); const p = event.process.id;' },
    { 'lib/drivers/system/a.ts': 'const at = Date.now();' },
  ],
};

function impureImports(file: SourceFile): Problem[] {
  const layer = file.path.split('/').slice(0, 2).join('/');
  return importsOf(file)
    .filter(({ specifier }) => specifier.startsWith('node:'))
    .filter(
      ({ specifier, names }) =>
        names.length === 0 ||
        names.some((name) => !pureImports.has(`${layer} ${specifier} ${name}`)),
    )
    .map(({ specifier, line }) => problem(file, line, `imports ${specifier}`));
}

function impureExpressions(file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  const complain = (start: number, what: string) =>
    problems.push(problem(file, file.lineAt(start), `uses ${what}`));
  new Visitor({
    MemberExpression({ object, property, start }) {
      if (object.type !== 'Identifier') return;
      const name = `${object.name}.${property.type === 'Identifier' ? property.name : '…'}`;
      if (impureObjects.has(object.name) || impureMembers.has(name)) complain(start, name);
    },
    CallExpression({ callee, start }) {
      if (callee.type !== 'Identifier' || !impureCalls.has(callee.name)) return;
      complain(start, `${callee.name}()`);
    },
    NewExpression({ callee, arguments: given, start }) {
      if (callee.type !== 'Identifier' || callee.name !== 'Date' || given.length > 0) return;
      complain(start, 'new Date()');
    },
  }).visit(file.program);
  return problems;
}

function problem(file: SourceFile, line: number, what: string): Problem {
  const message = `${what}: take time and randomness from the event, and return effects`;
  return { path: file.path, line, message };
}
