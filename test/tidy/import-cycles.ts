import { importsOf } from './imports.ts';
import type { Problem, Rule } from './rule.ts';
import type { SourceFile } from './source-file.ts';

/**
 * Refuses cycles of value imports, so that each module can be read, tested and moved by itself.
 * Type imports and lazy imports do not count.
 */
export const importCycles: Rule = {
  name: 'imports form no cycle',

  check: findCycles,

  catches: [
    {
      sources: {
        'lib/a.ts': "import './b.ts';",
        'lib/b.ts': "import './c/d.ts';",
        'lib/c/d.ts': "import { type T, a } from '../a.ts';",
      },
      at: ['lib/c/d.ts:1'],
    },
    { sources: { 'lib/a.ts': "export { a } from './a.ts';" }, at: ['lib/a.ts:1'] },
  ],

  permits: [
    {
      'lib/a.ts': "import './b.ts'; import './c.ts';",
      'lib/b.ts': "import './c.ts'; import type { A } from './a.ts';",
      'lib/c.ts': "import { type A } from './a.ts'; await import('./b.ts');",
    },
  ],
};

function findCycles(files: readonly SourceFile[]): Problem[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const problems: Problem[] = [];
  const done = new Set<string>();
  const trail: string[] = [];

  function visit(file: SourceFile): void {
    trail.push(file.path);
    for (const { target, typeOnly, lazy, line } of importsOf(file)) {
      const next = target === undefined ? undefined : byPath.get(target);
      if (next === undefined || typeOnly || lazy || done.has(next.path)) continue;
      const start = trail.indexOf(next.path);
      if (start < 0) {
        visit(next);
      } else {
        const cycle = [...trail.slice(start), next.path].join(' → ');
        const message = `closes a cycle (${cycle}): move what both need into a third file`;
        problems.push({ path: file.path, line, message });
      }
    }
    trail.pop();
    done.add(file.path);
  }

  for (const file of files) if (!done.has(file.path)) visit(file);
  return problems;
}
