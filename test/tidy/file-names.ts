import { posix } from 'node:path';
import type { Rule } from './rule.ts';

const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
const vagueNames = /^(?:types|utils?|helpers?|common|misc|shared|interfaces|constants)\./;

/** Refuses names that are not in kebab-case, and names that fit any content. */
export const fileNames: Rule = {
  name: 'a file has a kebab-case name that describes its content',

  check: (files) =>
    files.flatMap(({ path }) => {
      const name = posix.basename(path);
      const complain = (message: string) => [{ path, line: 1, message }];
      if (!kebabCase.test(name)) return complain(`"${name}" is not in kebab-case`);
      if (!vagueNames.test(name)) return [];
      return complain(`"${name}" fits any content: move each declaration next to its use`);
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
