/** Rules about documentation: every file states its purpose, and every export is documented. */
import { posix } from 'node:path';
import type { Comment, Directive, Statement } from 'oxc-parser';
import { exportsOf } from './exports.ts';
import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';

/**
 * Refuses files that do not state their purpose: in the documentation of the export that the file
 * is named after, or in an opening comment.
 */
export const openingComments: Rule = {
  name: 'every file states its purpose',
  check: (files) =>
    files
      .filter((file) => openingComment(file) === undefined && !documentsNamesake(file))
      .map(({ path }) => ({
        path,
        line: 1,
        message:
          'no purpose is stated: document the export that the file is named after, or open with a comment',
      })),
  catches: [
    {
      sources: { 'lib/a.ts': "import './b.ts';\n/** A comment that is not the first. */" },
      at: ['lib/a.ts:1'],
    },
    { sources: { 'lib/a.ts': '/** Things. */' }, at: ['lib/a.ts:1'] },
  ],
  permits: [
    { 'lib/a.ts': '/** Reads the records of the leader. */\nconst a = 1;' },
    { 'lib/a-role.ts': "import './b.ts';\n\n/** Runs it. */\nexport class ARole {}" },
    {
      'lib/a-source.ts': "import './b.ts';\n\n/** Reads a. */\nexport function createASource() {}",
    },
    { 'bin/a.ts': '#!/usr/bin/env node\n// Starts the command line.\nrun();' },
  ],
};

/**
 * Refuses exports without a doc comment. The options and defaults of the export that a file is
 * named after need none: their fields are documented.
 */
export const documentedExports: Rule = {
  name: 'every export of the program has a doc comment',
  check: (files) =>
    files.filter(({ path }) => isIn(path, 'lib') && path !== 'lib/index.ts').flatMap(undocumented),
  catches: [
    { sources: { 'lib/a.ts': '/** The role. */\n\nexport const b = 1;' }, at: ['lib/a.ts:3'] },
    {
      sources: { 'lib/a-role.ts': '/** Role. */\n\nexport class ARole {}' },
      at: ['lib/a-role.ts:3'],
    },
    { sources: { 'lib/a.ts': '// Not a doc.\nexport type B = 1;' }, at: ['lib/a.ts:2'] },
    {
      sources: { 'lib/a.ts': '/** One for two. */\nexport const c = 1;\nexport const b = 2;' },
      at: ['lib/a.ts:3'],
    },
  ],
  permits: [
    { 'lib/a.ts': '/** Role. */\n\n/** What b is. */\nexport const b = 1;\nconst c = 2;' },
    { 'lib/a-role.ts': '/** Role. */\nexport class ARole {}\nexport type ARoleOptions = 1;' },
    { 'lib/a.ts': '/** F. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;' },
  ],
};

function openingComment({ comments, program }: SourceFile): Comment | undefined {
  const start = (program.hashbang?.end ?? -1) + 1;
  return comments.find((comment) => comment.start === start && /\w\W+\w/.test(comment.value));
}

/** Returns the name, in lower case, of the export that the file is named after. */
function namesakeOf({ path }: SourceFile): string {
  return posix.basename(path, '.ts').replaceAll('-', '');
}

/** What a function may do with the thing that its file is named after. */
const leadingVerb = /^(?:create|find|to)(?=[A-Z])/;

function documentsNamesake(file: SourceFile): boolean {
  const namesake = namesakeOf(file);
  return exportsOf(file).some(
    ({ name, statement }) =>
      [name, name.replace(leadingVerb, '')].some((each) => each.toLowerCase() === namesake) &&
      hasDoc(file, statement),
  );
}

function undocumented(file: SourceFile): Problem[] {
  const namesake = namesakeOf(file);
  const documented = new Set([`${namesake}options`, `${namesake}defaults`]);
  return exportsOf(file).flatMap(({ name, statement }) => {
    // The overloads of a function share the doc of the first.
    if (documented.has(name.toLowerCase())) return [];
    documented.add(name.toLowerCase());
    if (hasDoc(file, statement)) return [];
    const message = `${name} is exported without a doc comment: say what it is or does`;
    return [{ path: file.path, line: file.lineAt(statement.start), message }];
  });
}

/** Whether a doc comment directly precedes the statement. */
function hasDoc({ text, comments }: SourceFile, { start }: Statement | Directive): boolean {
  return comments.some(
    ({ type, value, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      /^\s*$/.test(text.slice(end, start)) &&
      end <= start &&
      text.slice(end, start).split('\n').length <= 2,
  );
}
