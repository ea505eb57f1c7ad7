/** The cluster of a template as its Data API knows it. */
import { isObject } from '../../lib/asl/json/json.ts';
import type { Finding } from '../checks/finding.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';

/** What callers of the Data API name. */
export interface ClusterIdentity {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
}

/** The first cluster of the templates; null when there is none. */
export function clusterOf(resolution: Resolution): ClusterIdentity | null {
  const [cluster] = resolution.ofType('AWS::RDS::DBCluster');
  if (cluster === undefined) return null;
  const { DatabaseName } = resolution.propertiesOf(cluster);
  return {
    clusterArn: resolution.nameOf(cluster).attributes.DBClusterArn ?? '',
    secretArn: secretOf(resolution, cluster),
    database: String(DatabaseName ?? 'postgres'),
  };
}

/** The secret that is attached to it, or that RDS keeps for it. */
function secretOf(resolution: Resolution, cluster: Resource): string {
  const { ref, attributes } = resolution.nameOf(cluster);
  const attachment = resolution
    .ofType('AWS::SecretsManager::SecretTargetAttachment')
    .find((each) => resolution.propertiesOf(each).TargetId === ref);
  if (attachment === undefined) return attributes['MasterUserSecret.SecretArn'] ?? '';
  return resolution.nameOf(attachment).ref;
}

/** What keeps a cluster from being called, or from going to sleep. */
export function checkClusters(resolution: Resolution): Finding[] {
  return resolution.ofType('AWS::RDS::DBCluster').flatMap((cluster) => {
    const { EnableHttpEndpoint, ServerlessV2ScalingConfiguration: scaling } =
      resolution.propertiesOf(cluster);
    const tell = (sentence: string): Finding => ({ resource: cluster.id, sentence });
    const found: Finding[] = [];
    if (EnableHttpEndpoint !== true) {
      found.push(tell('its EnableHttpEndpoint is not true: functions cannot call its Data API'));
    }
    const pauses = isObject(scaling) && Number(scaling.MinCapacity) === 0;
    if (pauses && Number(scaling.SecondsUntilAutoPause ?? 300) < 300) {
      found.push(tell('its SecondsUntilAutoPause is less than 300, which AWS refuses'));
    }
    return found;
  });
}
