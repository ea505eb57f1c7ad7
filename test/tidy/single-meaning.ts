import { exportsOf } from './exports.ts';
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/** Names that several files may export, with the reason. */
const permitted: ReadonlyMap<string, string> = new Map([
  ['handler', 'Lambda calls this export of each entry in functions/'],
  ['Millrace', 'the app and the construct that deploys it: millrace and millrace/infra'],
]);

/** Refuses a name that two files of the program export; lib/index.ts only re-exports names. */
export const singleMeaning: Rule = {
  name: 'an exported name has one meaning',

  check(files) {
    const first = new Map<string, string>();
    return files
      .filter(({ path }) => isIn(path, 'lib', 'functions', 'bin', 'rehearsal'))
      .filter(({ path }) => path !== 'lib/index.ts')
      .flatMap((file) => repeatedIn(file, first));
  },

  catches: [
    {
      sources: {
        'lib/a.ts': 'export interface Step {}',
        'rehearsal/b.ts': '\nexport interface Step {}',
      },
      at: ['rehearsal/b.ts:2'],
    },
    {
      sources: {
        'lib/asl/a.ts': 'export const failureOf = 1;',
        'lib/b.ts': 'export function failureOf() {}',
      },
      at: ['lib/b.ts:1'],
    },
  ],

  permits: [
    { 'lib/a.ts': 'export function f(a: 1): 1;\nexport function f(a: 2): 2;' },
    { 'lib/a.ts': 'export const a = 1;', 'test/a.ts': 'export const a = 1;' },
    { 'lib/a.ts': 'export const a = 1;', 'lib/index.ts': "export { a } from './a.ts';" },
    {
      'functions/a.ts': 'export const handler = 1;',
      'functions/b.ts': 'export const handler = 1;',
    },
  ],
};

function repeatedIn(file: SourceFile, first: Map<string, string>): Problem[] {
  const own = new Set<string>();
  return exportsOf(file).flatMap(({ name, statement }) => {
    if (own.has(name) || permitted.has(name)) return [];
    own.add(name);
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, file.path);
      return [];
    }
    const line = file.lineAt(statement.start);
    return [{ path: file.path, line, message: `${name} is also exported by ${other}: rename one` }];
  });
}
