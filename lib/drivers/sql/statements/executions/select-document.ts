import type { ExecutionDocument } from '../../../../ports/store/execution-queries.ts';
import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads a part of a document of an execution, in Base64: it may end inside a character. */
export const selectDocument: Readonly<Record<ExecutionDocument, Statement>> = {
  input: statement('select_input', 'e.input'),
  output: statement('select_output', 'e.output'),
};

function statement(name: string, column: string): Statement {
  return {
    name,
    text: `SELECT CAST(octet_length(${column}) AS float8) AS "bytes",
  encode(substring(convert_to(${column}, 'UTF8') FROM ${field('from', 'integer')} + 1
    FOR ${field('bytes', 'integer')}), 'base64') AS "part"
FROM millrace.executions e
WHERE e.id = ${field('executionId', 'uuid')} AND ${column} IS NOT NULL`,
  };
}
