/** A schema that a newer release has migrated. */
import { callJson } from '../aws-proxy/proxy-client.ts';
import { findCluster } from '../template/cluster.ts';
import { type ScenarioContext, stepFailure } from './scenario-context.ts';

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
  await execute(context, sql);
}

async function execute({ deployment }: ScenarioContext, sql: string): Promise<void> {
  const { operator, resolution } = deployment;
  const cluster = findCluster(resolution);
  if (cluster === null) throw stepFailure('the templates have no cluster with a Data API');
  const { clusterArn: resourceArn, secretArn, database } = cluster;
  const body = { resourceArn, secretArn, database, sql };
  const answer = await callJson(operator, 'rds-data', { path: '/Execute', body });
  if (answer.error !== null) throw stepFailure(`the database refused ${sql}: ${answer.message}`);
}
