/** Statements that no role of the app may run, by the Data API as the owner of the database. */
import { callJson } from '../../aws-proxy/proxy-client.ts';
import { findCluster } from '../../template/cluster.ts';
import { type ScenarioContext, stepFailure } from '../scenario-context.ts';

/** Runs a statement with these texts as its parameters. */
export async function executeSql(
  { deployment }: Pick<ScenarioContext, 'deployment'>,
  sql: string,
  texts: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { operator, resolution } = deployment;
  const cluster = findCluster(resolution);
  if (cluster === null) throw stepFailure('the templates have no cluster with a Data API');
  const { clusterArn: resourceArn, secretArn, database } = cluster;
  const parameters = Object.entries(texts).map(([name, stringValue]) => ({
    name,
    value: { stringValue },
  }));
  const body = { resourceArn, secretArn, database, sql, parameters };
  const answer = await callJson(operator, 'rds-data', { path: '/Execute', body });
  if (answer.error !== null) throw stepFailure(`the database refused ${sql}: ${answer.message}`);
}
