/**
 * A name is imported from the file that makes it; the public API, lib/index.ts, is the one barrel.
 */
import { importsOf } from './imports.ts';
import type { Rule } from './rule.ts';

const publicApi = 'lib/index.ts';

/** Refuses files that pass on what others export. */
export const barrels: Rule = {
  name: 'only lib/index.ts exports what other files make',

  check: (files) =>
    files
      .filter(({ path }) => path !== publicApi)
      .flatMap((file) => [
        ...importsOf(file)
          .filter(({ reExport }) => reExport)
          .map(({ specifier, line }) => ({
            path: file.path,
            line,
            message: `re-exports from ${specifier}: let users import that file itself`,
          })),
        ...(/(?:^|\/)index\.[a-z]+$/.test(file.path)
          ? [{ path: file.path, line: 1, message: 'an index file: name it after what it holds' }]
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
    { 'lib/asl/a.ts': 'const a = 1;\nexport { a };' },
  ],
};
