/** Rules about structure: small folders, and files with few dependencies. */
import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import type { Problem, Rule, Sources } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

const folderFilesMax = 25;
const importsMax = 20;
const cycleFilesMax = 3;

const program = (files: readonly SourceFile[]) =>
  files.filter(({ path }) => isIn(path, 'lib', 'rehearsal', 'functions', 'bin'));

/** Refuses folders with too many files. */
export const folderSize: Rule = {
  name: `a folder has at most ${folderFilesMax} files`,

  check(files) {
    const byFolder = Map.groupBy(program(files), ({ path }) => posix.dirname(path));
    return [...byFolder].flatMap(([folder, { length }]): Problem[] => {
      if (length <= folderFilesMax) return [];
      const message = `${length} files, at most ${folderFilesMax}: group related files in folders`;
      return [{ path: folder, line: 1, message }];
    });
  },

  catches: [{ sources: folderOf(26), at: ['lib/a:1'] }],
  permits: [folderOf(25)],
};

/** Refuses files that import too many others, except lists of parts and the composition root. */
export const importCount: Rule = {
  name: `a file imports at most ${importsMax} others`,

  check: (files) =>
    program(files)
      .filter(({ path }) => !isComposition(path))
      .flatMap((file): Problem[] => {
        const { size } = new Set(importsOf(file).map(({ specifier }) => specifier));
        if (size <= importsMax) return [];
        const message = `${size} imports, at most ${importsMax}: move part of the work to another file`;
        return [{ path: file.path, line: 1, message }];
      }),

  catches: [{ sources: { 'lib/a.ts': importing(21) }, at: ['lib/a.ts:1'] }],
  permits: [
    { 'lib/a.ts': importing(20) },
    { 'lib/index.ts': importing(40) },
    { 'lib/app/compose/a.ts': importing(30) },
  ],
};

/** Refuses large dependency cycles, even those of types: their files must be read together. */
export const dependencyCycles: Rule = {
  name: `at most ${cycleFilesMax} files depend on one another, types included`,

  check: (files) =>
    findDependencyCycles(program(files))
      .filter(({ length }) => length > cycleFilesMax)
      .map((cycle) => ({
        path: cycle[0] ?? '',
        line: 1,
        message: `${cycle.length} files depend on one another (${cycle.join(', ')}): move shared types to a separate file`,
      })),

  catches: [{ sources: ringOf(4), at: ['lib/0.ts:1'] }],
  permits: [ringOf(3)],
};

/**
 * Files that only name the parts of a whole, one a line: divided, they would hide what it consists
 * of.
 */
const lists: ReadonlySet<string> = new Set([
  'lib/app/open-app.ts',
  'lib/drivers/memory/memory-store.ts',
  'lib/drivers/sql/migrations/list-migrations.ts',
  'lib/drivers/sql/sql-store.ts',
  'lib/index.ts',
  'lib/operations/app-context.ts',
  'lib/ports/store/store.ts',
]);

/** Whether the file belongs to the composition root, which imports everything that it wires. */
function isComposition(path: string): boolean {
  return lists.has(path) || isIn(path, 'lib/app/compose');
}

/** Finds strongly connected files by Tarjan's algorithm; each cycle is sorted by path. */
function findDependencyCycles(files: readonly SourceFile[]): string[][] {
  const known = new Set(files.map(({ path }) => path));
  const targets = new Map(
    files.map((file) => [
      file.path,
      importsOf(file).flatMap(({ target }) => (target && known.has(target) ? [target] : [])),
    ]),
  );
  const order = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];

  function visit(path: string): number {
    const index = order.size;
    order.set(path, index);
    open.push(path);
    let low = index;
    for (const target of targets.get(path) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (open.includes(target)) low = Math.min(low, order.get(target) ?? low);
    }
    if (low === index) cycles.push(open.splice(open.indexOf(path)).sort());
    return low;
  }

  for (const { path } of files) if (!order.has(path)) visit(path);
  return cycles;
}

function folderOf(count: number): Sources {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`lib/a/${index}.ts`, '']));
}

function importing(count: number): string {
  return Array.from({ length: count }, (_, index) => `import './${index}.ts';`).join('\n');
}

function ringOf(count: number): Sources {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `lib/${index}.ts`,
      `import type { A } from './${(index + 1) % count}.ts';`,
    ]),
  );
}
