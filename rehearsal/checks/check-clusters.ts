import { isObject } from '../../lib/asl/json/json.ts';
import type { Resolution } from '../template/resolution.ts';
import type { TemplateProblem } from './template-problem.ts';

/** Maximum length of the ARN in a call of the Data API. */
const arnCharactersMax = 100;

/** The region with the longest name: an app may be deployed there. */
const longestRegion = 'ap-southeast-1';

/** Checks that functions can call the clusters, and that AWS accepts how they pause. */
export function checkClusters(resolution: Resolution): TemplateProblem[] {
  return resolution.ofType('AWS::RDS::DBCluster').flatMap((cluster) => {
    const { EnableHttpEndpoint, ServerlessV2ScalingConfiguration: scaling } =
      resolution.propertiesOf(cluster);
    const messages: string[] = [];
    const { DBClusterArn: arn = '' } = resolution.nameOf(cluster).attributes;
    const longest = arn.length - resolution.environment.region.length + longestRegion.length;
    if (longest > arnCharactersMax) {
      messages.push(
        `its ARN has up to ${longest} characters, and the Data API takes ${arnCharactersMax}: ` +
          'shorten the name of the stack or its logical id',
      );
    }
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
