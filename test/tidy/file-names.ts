/** A file is named after the one thing it holds. */
import { posix } from 'node:path';
import type { Rule } from './rule.ts';

const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
const drawers = /^(?:types|utils?|helpers?|common|misc|shared|interfaces|constants)\./;

/** Refuses names in another case, and names of drawers in which anything may lie. */
export const fileNames: Rule = {
  name: 'a file has a kebab-case name that says what it holds',

  check: (files) =>
    files.flatMap(({ path }) => {
      const name = posix.basename(path);
      const complain = (message: string) => [{ path, line: 1, message }];
      if (!kebabCase.test(name)) return complain(`"${name}" is not in kebab-case`);
      if (!drawers.test(name)) return [];
      return complain(`"${name}" holds anything: put each thing beside what uses or makes it`);
    }),

  catches: [
    { sources: { 'lib/asl/jsonPath.ts': '' }, at: ['lib/asl/jsonPath.ts:1'] },
    { sources: { 'lib/asl/json_path.ts': '' }, at: ['lib/asl/json_path.ts:1'] },
    { sources: { 'lib/asl/types.ts': '' }, at: ['lib/asl/types.ts:1'] },
    { sources: { 'test/helpers.ts': '' }, at: ['test/helpers.ts:1'] },
  ],

  permits: [
    { 'lib/asl/path/json-path.ts': '', 'test/asl/path/json-path.test.ts': '' },
    { 'lib/drivers/sql/migrations/0001-first.sql.ts': '' },
    { 'lib/asl/common-prefix.ts': '' },
  ],
};
