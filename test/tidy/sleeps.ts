/**
 * Tests wait for what they need, never for time to pass: a sleep is too long on a fast machine and
 * too short on a slow one.
 */
import { type Node, Visitor } from 'oxc-parser';
import { importsOf } from './imports.ts';
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/** Refuses promises that a timer fulfils; a timer that rejects is a time limit, and welcome. */
export const sleeps: Rule = {
  name: 'tests wait for signals and never sleep',

  check: (files) =>
    files
      .filter(({ path }) => isIn(path, 'test'))
      .flatMap((file) => [...importedSleeps(file), ...promisedSleeps(file)]),

  catches: [
    {
      sources: { 'test/a.test.ts': '\nawait new Promise((done) => setTimeout(done, 10));' },
      at: ['test/a.test.ts:2'],
    },
    {
      sources: { 'test/a.test.ts': 'new Promise((done) => { setTimeout(() => done(1), 10); });' },
      at: ['test/a.test.ts:1'],
    },
    {
      sources: { 'test/a.test.ts': "import { setTimeout as nap } from 'node:timers/promises';" },
      at: ['test/a.test.ts:1'],
    },
  ],

  permits: [
    { 'test/a.test.ts': 'new Promise((_, fail) => setTimeout(() => fail(new Error()), 10));' },
    { 'test/a.test.ts': 'new Promise((done) => emitter.once("ready", done));' },
    { 'test/a.test.ts': "import { setImmediate } from 'node:timers/promises';" },
    { 'lib/drivers/system/a.ts': 'new Promise((done) => setTimeout(done, 10));' },
  ],
};

const advice = 'wait for a signal of the thing itself, or move a simulated clock';

function importedSleeps(file: SourceFile): Problem[] {
  return importsOf(file)
    .filter(
      ({ specifier, names }) =>
        specifier === 'node:timers/promises' && names.includes('setTimeout'),
    )
    .map(({ line }) => ({ path: file.path, line, message: `sleeps: ${advice}` }));
}

function promisedSleeps(file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  new Visitor({
    NewExpression({ callee, arguments: [executor], start }) {
      if (callee.type !== 'Identifier' || callee.name !== 'Promise') return;
      if (executor?.type !== 'ArrowFunctionExpression') return;
      const [resolve] = executor.params;
      const timed = timedBy(executor.body);
      if (resolve?.type !== 'Identifier' || timed === undefined) return;
      const text = file.text.slice(timed.start, timed.end);
      if (!new RegExp(`\\b${resolve.name}\\b`).test(text)) return;
      problems.push({ path: file.path, line: file.lineAt(start), message: `sleeps: ${advice}` });
    },
  }).visit(file.program);
  return problems;
}

/** What a body that does nothing but set a timer gives to that timer. */
function timedBy(body: Node): Node | undefined {
  if (body.type === 'BlockStatement') {
    const [only, ...more] = body.body;
    return only === undefined || more.length > 0 ? undefined : timedBy(only);
  }
  if (body.type === 'ExpressionStatement') return timedBy(body.expression);
  if (body.type !== 'CallExpression' || body.callee.type !== 'Identifier') return undefined;
  return body.callee.name === 'setTimeout' ? body.arguments[0] : undefined;
}
