import { requestedIds } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Reads the documents of some executions, by the primary key. */
export const selectDocuments: Statement = {
  name: 'select_documents',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${requestedIds}
SELECT e.id::text AS "id", e.input AS "input", e.output AS "output"
FROM asked a JOIN millrace.executions e ON e.id = a.id`,
};
