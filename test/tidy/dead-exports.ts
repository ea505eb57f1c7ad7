import { exportsOf } from './exports.ts';
import { importsOf } from './imports.ts';
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/**
 * Refuses exports that no file imports. A type may also be exported because another declaration of
 * its file uses it.
 */
export const deadExports: Rule = {
  name: 'every export of the program is used',

  check(files) {
    const used = new Set(
      files.flatMap((file) =>
        importsOf(file).flatMap(({ target, names }) => names.map((name) => `${target} ${name}`)),
      ),
    );
    return files
      .filter(({ path }) => isIn(path, 'lib') && path !== 'lib/index.ts')
      .flatMap((file) => findDead(file, used));
  },

  catches: [
    { sources: { 'lib/a.ts': '\nexport const a = 1;\nuse(a);' }, at: ['lib/a.ts:2'] },
    {
      sources: {
        'lib/a.ts': 'export const a = 1;\nexport const b = 2;',
        'lib/b.ts': "import { a } from './a.ts';",
      },
      at: ['lib/a.ts:2'],
    },
    { sources: { 'lib/a.ts': 'export interface Alone {}' }, at: ['lib/a.ts:1'] },
  ],

  permits: [
    { 'lib/a.ts': 'export const a = 1;', 'test/a.test.ts': "import { a } from '../lib/a.ts';" },
    { 'lib/a.ts': 'export const a = 1;', 'lib/index.ts': "export * from './a.ts';" },
    { 'lib/a.ts': 'export const a = 1;', 'bin/b.ts': "await import('../lib/a.ts');" },
    {
      'lib/a.ts': 'export interface Item {}\nexport const a: Item = {};',
      'lib/b.ts': "import { a } from './a.ts';",
    },
  ],
};

function findDead(file: SourceFile, used: ReadonlySet<string>): Problem[] {
  if (used.has(`${file.path} *`)) return [];
  return exportsOf(file)
    .filter(({ name }) => !used.has(`${file.path} ${name}`))
    .filter(({ name, isType }) => !(isType && mentions(file.text, name) > 1))
    .map(({ name, statement }) => ({
      path: file.path,
      line: file.lineAt(statement.start),
      message: `no file imports ${name}: remove it, or only its "export"`,
    }));
}

function mentions(text: string, name: string): number {
  return [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length;
}
