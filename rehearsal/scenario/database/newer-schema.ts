/** A schema that a newer release has migrated. */

import type { ScenarioContext } from '../scenario-context.ts';
import { executeSql } from './execute-sql.ts';

/** A version that no program knows. */
const version = 9_999;

/** Runs `work` on a schema that a newer release has migrated, and that this one still fits. */
export async function withNewerSchema<Result>(
  context: ScenarioContext,
  work: () => Promise<Result>,
): Promise<Result> {
  await recordNewerSchema(context, true);
  try {
    return await work();
  } finally {
    await recordNewerSchema(context, false);
  }
}

/** Records the migration of a newer release, or removes it. */
export async function recordNewerSchema(context: ScenarioContext, exists: boolean): Promise<void> {
  const sql = exists
    ? `INSERT INTO millrace.schema_migrations (version, name) VALUES (${version}, 'next_release')`
    : `DELETE FROM millrace.schema_migrations WHERE version = ${version}`;
  await executeSql(context, sql);
}
