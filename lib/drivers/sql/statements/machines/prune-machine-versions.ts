import { clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Deletes old versions of machines. Whether executions have a version is looked up last, among
 * those of its machine, because no index has the version: they are read in full once for each
 * version that is deleted.
 */
export const pruneMachineVersions: Statement = {
  name: 'prune_machine_versions',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
replaced AS MATERIALIZED (
  SELECT m.id, m.version FROM millrace.machines m
  WHERE EXISTS (SELECT 1 FROM millrace.machines n WHERE n.id = m.id AND n.version > m.version
      AND n.created_at <= ${now} - ${field('retentionMs', 'bigint')})
    AND m.recorded_at <= ${now} - ${field('retentionMs', 'bigint')}
    AND NOT EXISTS (SELECT 1 FROM millrace.batches b
      WHERE b.machine_id = m.id AND b.machine_version = m.version)
    AND NOT EXISTS (SELECT 1 FROM millrace.machine_versions v
      WHERE v.machine_id = m.id AND v.revision = m.version)
    AND NOT EXISTS (SELECT 1 FROM millrace.state_machines s
      WHERE s.id = m.id AND s.current_revision = m.version)
  ORDER BY m.id, m.version LIMIT ${field('limit', 'integer')}
),
deleted AS (
  DELETE FROM millrace.machines m USING replaced r
  WHERE m.id = r.id AND m.version = r.version
    AND NOT EXISTS (SELECT 1 FROM millrace.machine_versions v
      WHERE v.machine_id = r.id AND v.revision = r.version)
    AND NOT EXISTS (SELECT 1 FROM millrace.executions e
      WHERE e.machine_id = r.id AND e.machine_version = r.version)
  RETURNING m.id
)
SELECT CAST(count(*) AS float8) AS "count" FROM deleted`,
};
