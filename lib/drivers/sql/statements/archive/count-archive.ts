import { archiveConditions } from '../../fragments/archive-conditions.ts';
import { document, field } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** What a statement's name depends on. */
const given = { ...archiveConditions, cap: '' };

/** Counts entries of the archive by reading those that match, up to the `cap` if there is one. */
export function countArchive(filter: { readonly cap: number | null }): Statement {
  const where = `${document} IS NOT NULL AND ${joinConditions(archiveConditions, filter)}`;
  const rows = `SELECT 1 FROM millrace.archive a WHERE ${where}`;
  const limited = filter.cap === null ? rows : `${rows} LIMIT ${field('cap', 'integer')}`;
  return {
    name: nameStatement('count_archive', given, filter),
    timeoutFactor: scanTimeoutFactor,
    text: `SELECT CAST(count(*) AS float8) AS "count" FROM (${limited}) r`,
  };
}
