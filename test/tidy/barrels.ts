import { importsOf } from './imports.ts';
import type { Rule } from './rule.ts';

/** The modules of the package. */
const publicApis = new Set(['lib/index.ts', 'lib/testing/index.ts']);

/**
 * Refuses re-exports outside of the public API: names are imported from the file that defines them.
 */
export const barrels: Rule = {
  name: 'only the modules of the package re-export names of other files',

  check: (files) =>
    files
      .filter(({ path }) => !publicApis.has(path))
      .flatMap((file) => [
        ...importsOf(file)
          .filter(({ reExport }) => reExport)
          .map(({ specifier, line }) => ({
            path: file.path,
            line,
            message: `re-exports from ${specifier}: import that file directly where it is used`,
          })),
        ...(/(?:^|\/)index\.[a-z]+$/.test(file.path)
          ? [{ path: file.path, line: 1, message: 'an index file: name it after its content' }]
          : []),
      ]),

  catches: [
    { sources: { 'lib/asl/a.ts': "\nexport { b } from './b.ts';" }, at: ['lib/asl/a.ts:2'] },
    { sources: { 'lib/asl/a.ts': "export * from './b.ts';" }, at: ['lib/asl/a.ts:1'] },
    { sources: { 'lib/asl/a.ts': "export type { B } from './b.ts';" }, at: ['lib/asl/a.ts:1'] },
    { sources: { 'lib/asl/index.ts': 'export const a = 1;' }, at: ['lib/asl/index.ts:1'] },
  ],

  permits: [
    { 'lib/index.ts': "export { b } from './asl/b.ts';" },
    { 'lib/testing/index.ts': "export { b } from './b.ts';" },
    { 'lib/asl/a.ts': 'const a = 1;\nexport { a };' },
  ],
};
