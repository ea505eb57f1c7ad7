/** The database cluster of the templates, as its Data API is called. */
import type { Resource } from './assembly.ts';
import type { Resolution } from './resolution.ts';

/** What calls of the Data API must name. */
export interface ClusterIdentity {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
}

/** Finds the first database cluster of the templates; null when there is none. */
export function findCluster(resolution: Resolution): ClusterIdentity | null {
  const [cluster] = resolution.ofType('AWS::RDS::DBCluster');
  if (cluster === undefined) return null;
  const { DatabaseName } = resolution.propertiesOf(cluster);
  return {
    clusterArn: resolution.nameOf(cluster).attributes.DBClusterArn ?? '',
    secretArn: findSecretArn(resolution, cluster),
    database: String(DatabaseName ?? 'postgres'),
  };
}

/** The secret that is attached to the cluster, or that RDS manages for it. */
function findSecretArn(resolution: Resolution, cluster: Resource): string {
  const { ref, attributes } = resolution.nameOf(cluster);
  const attachment = resolution
    .ofType('AWS::SecretsManager::SecretTargetAttachment')
    .find((each) => resolution.propertiesOf(each).TargetId === ref);
  if (attachment === undefined) return attributes['MasterUserSecret.SecretArn'] ?? '';
  return resolution.nameOf(attachment).ref;
}
