import { archiveConditions } from '../../fragments/archive-conditions.ts';
import { document } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import type { Statement } from '../../sql-client.ts';

/** Counts entries of the archive exactly, by reading those that match. */
export function countArchive(filter: object): Statement {
  return {
    name: nameStatement('count_archive', archiveConditions, filter),
    text: `SELECT CAST(count(*) AS float8) AS "count" FROM millrace.archive a
WHERE ${document} IS NOT NULL AND ${joinConditions(archiveConditions, filter)}`,
  };
}
