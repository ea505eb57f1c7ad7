/** What statements on machines share. */

/** The columns of a living machine, from `s`. */
export const stateMachineColumns = `s.id AS "id", s.name AS "name", s.kind AS "kind",
  s.status AS "status", s.origin AS "origin", CAST(s.created_at AS float8) AS "createdAt",
  CAST(s.deleting_at AS float8) AS "deletingAt", s.last_version AS "lastVersion"`;

/** The columns of a revision, from `m`. */
export const revisionColumns = `m.id AS "id", m.version AS "version", m.kind AS "kind",
  m.definition AS "definition", CAST(m.created_at AS float8) AS "createdAt",
  m.revision_id::text AS "revisionId", m.definition_text AS "definitionText",
  coalesce(m.role_arn, '') AS "roleArn", m.logging AS "logging", m.tracing AS "tracing",
  m.encryption AS "encryption"`;

/** The columns of a living machine and of its current revision, from `s` and `m`. */
export const currentColumns = `${stateMachineColumns}, m.version AS "revision",
  m.definition AS "definition", CAST(m.created_at AS float8) AS "revisedAt",
  m.revision_id::text AS "revisionId", m.definition_text AS "definitionText",
  coalesce(m.role_arn, '') AS "roleArn", m.logging AS "logging", m.tracing AS "tracing",
  m.encryption AS "encryption"`;

/** Joins a machine `s` to its current revision `m`. */
export const currentRevision =
  'JOIN millrace.machines m ON m.id = s.id AND m.version = s.current_revision';

/** True for the executions `e` of a machine, and those of its Maps' children. */
const isOfMachine = (id: string) => `split_part(e.machine_id, '/', 1) = ${id}`;

/**
 * The open executions of a machine: no index begins with the machine, so those of the four places
 * where one can be are read until `limit` are found.
 */
export function openOfMachine(id: string, limit: string): string {
  return [
    'e.worker_id IS NOT NULL',
    'e.sent_at IS NOT NULL',
    'e.due_at IS NOT NULL AND e.sent_at IS NULL',
    'e.sent_at IS NULL AND e.due_at IS NULL AND e.worker_id IS NULL AND e.ended_at IS NULL',
  ]
    .map(
      (place) => `(SELECT e.id FROM millrace.executions e
    WHERE ${place} AND ${isOfMachine(id)} LIMIT ${limit})`,
    )
    .join(' UNION ALL ');
}
