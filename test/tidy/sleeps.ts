import { type Node, Visitor } from 'oxc-parser';
import { importsOf } from './imports.ts';
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/**
 * Refuses promises that a timer resolves: a sleep is too long on a fast machine and too short on a
 * slow one. A timer that rejects is a timeout, which is permitted.
 */
export const sleeps: Rule = {
  name: 'tests wait for events and never sleep',

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

const advice = 'wait for the event itself, or advance a simulated clock';

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
      const callback = timerCallback(executor.body);
      if (resolve?.type !== 'Identifier' || callback === undefined) return;
      const text = file.text.slice(callback.start, callback.end);
      if (!new RegExp(`\\b${resolve.name}\\b`).test(text)) return;
      problems.push({ path: file.path, line: file.lineAt(start), message: `sleeps: ${advice}` });
    },
  }).visit(file.program);
  return problems;
}

/** Returns the callback of a body that only sets a timer. */
function timerCallback(body: Node): Node | undefined {
  if (body.type === 'BlockStatement') {
    const [only, ...more] = body.body;
    return only === undefined || more.length > 0 ? undefined : timerCallback(only);
  }
  if (body.type === 'ExpressionStatement') return timerCallback(body.expression);
  if (body.type !== 'CallExpression' || body.callee.type !== 'Identifier') return undefined;
  return body.callee.name === 'setTimeout' ? body.arguments[0] : undefined;
}
