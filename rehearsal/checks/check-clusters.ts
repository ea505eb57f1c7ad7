import { isObject } from '../../lib/asl/json/json.ts';
import type { Resolution } from '../template/resolution.ts';
import type { TemplateProblem } from './template-problem.ts';

/** Checks that functions can call the clusters, and that AWS accepts how they pause. */
export function checkClusters(resolution: Resolution): TemplateProblem[] {
  return resolution.ofType('AWS::RDS::DBCluster').flatMap((cluster) => {
    const { EnableHttpEndpoint, ServerlessV2ScalingConfiguration: scaling } =
      resolution.propertiesOf(cluster);
    const messages: string[] = [];
    if (EnableHttpEndpoint !== true) {
      messages.push('its EnableHttpEndpoint is not true: functions cannot call its Data API');
    }
    const pauses = isObject(scaling) && Number(scaling.MinCapacity) === 0;
    if (pauses && Number(scaling.SecondsUntilAutoPause ?? 300) < 300) {
      messages.push('its SecondsUntilAutoPause is less than 300, which AWS refuses');
    }
    return messages.map((message) => ({ resource: cluster.id, message }));
  });
}
