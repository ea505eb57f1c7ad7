import { listKnown } from '../../asl/known-names.ts';
import { MillraceError } from '../../errors.ts';
import type { DeploymentConfig, DeploymentSettings } from '../deployment-config.ts';

/**
 * Returns the settings of a stage: its own, and those of the deployment that it does not set. Its
 * stacks are named after it. Throws INVALID_CONFIGURATION when the deployment has no such stage,
 * and when it has stages and none is named: nothing is deployed to a place that was not chosen.
 */
export function selectStage(
  { stages, ...shared }: DeploymentConfig,
  stage: string | undefined,
): DeploymentSettings {
  const names = Object.keys(stages ?? {});
  if (stage === undefined) {
    if (names.length === 0) return shared;
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `deployment.stages: name the stage to deploy, one of ${names.join(', ')}: --stage NAME, or ` +
        '-c stage=NAME for cdk',
    );
  }
  const own = stages !== undefined && Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (own !== undefined) {
    return { ...shared, ...own, name: own.name ?? `${shared.name ?? 'millrace'}-${stage}` };
  }
  const known = names.length === 0 ? 'the configuration has no stages' : listKnown(stage, names);
  throw new MillraceError('INVALID_CONFIGURATION', `deployment.stages has no '${stage}'; ${known}`);
}
