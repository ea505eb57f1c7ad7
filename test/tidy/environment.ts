import { Visitor } from 'oxc-parser';
import type { Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/**
 * Files that may read the environment: the configuration, and the installer, which passes it to npm
 * before any dependency is installed.
 */
const readers = new Set(['lib/config/env.ts', 'bin/ensure-installed.js']);

/**
 * Refuses `process.env` in all other files: one file lists every variable and checks every value.
 */
export const environment: Rule = {
  name: 'only lib/config/env.ts reads the environment',

  check: (files) =>
    files
      .filter(({ path }) => isIn(path, 'lib', 'functions', 'bin') && !readers.has(path))
      .flatMap((file) =>
        linesReadingEnvironment(file).map((line) => ({
          path: file.path,
          line,
          message: 'reads process.env: take it from the configuration (lib/config/env.ts)',
        })),
      ),

  catches: [
    { sources: { 'lib/roles/a.ts': '\nconst url = process.env.URL;' }, at: ['lib/roles/a.ts:2'] },
    { sources: { 'functions/a.ts': "const url = process['env'].URL;" }, at: ['functions/a.ts:1'] },
    { sources: { 'bin/a.ts': "import { env } from 'node:process';" }, at: ['bin/a.ts:1'] },
    { sources: { 'lib/cli/a.ts': 'const { env } = process;' }, at: ['lib/cli/a.ts:1'] },
  ],

  permits: [
    { 'lib/config/env.ts': 'const url = process.env.URL;' },
    { 'test/a.test.ts': 'const url = process.env.URL;' },
    { 'lib/roles/a.ts': 'const url = config.env.URL; const { pid } = process;' },
  ],
};

function linesReadingEnvironment(file: SourceFile): number[] {
  const lines: number[] = [];
  const isProcess = (node: { type: string; name?: unknown } | null) =>
    node?.type === 'Identifier' && node.name === 'process';
  new Visitor({
    MemberExpression({ object, property, start }) {
      const name =
        property.type === 'Identifier' ? property.name : 'value' in property ? property.value : '';
      if (isProcess(object) && name === 'env') lines.push(file.lineAt(start));
    },
    VariableDeclarator({ id, init, start }) {
      if (!isProcess(init) || id.type !== 'ObjectPattern') return;
      if (/\benv\b/.test(file.text.slice(id.start, id.end))) lines.push(file.lineAt(start));
    },
    ImportDeclaration({ source, specifiers, start }) {
      if (source.value !== 'node:process') return;
      const text = specifiers.map((each) => file.text.slice(each.start, each.end)).join(' ');
      if (/\benv\b/.test(text)) lines.push(file.lineAt(start));
    },
  }).visit(file.program);
  return lines;
}
