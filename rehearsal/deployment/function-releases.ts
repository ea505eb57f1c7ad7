/** How the functions of a deployment get new versions, as their templates say. */
import { isObject, type Json } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';
import { readShiftPlan, type ShiftPlan } from '../cloudformation/traffic-shift.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';

/** The alias of a function, and how CodeDeploy shifts it. */
export interface AliasRelease {
  readonly alias: Resource;
  readonly aliasArn: string;
  readonly functionName: string;
  readonly qualifier: string;
  /** Null when all callers get a new version at once. */
  readonly shift: {
    readonly group: Resource;
    readonly plan: ShiftPlan;
    readonly alarms: readonly Resource[];
    readonly roleArn: string;
    /** Whether an alarm takes the version back. */
    readonly rollsBack: boolean;
  } | null;
}

/** Finds the aliases of the templates. */
export function findReleases(resolution: Resolution): AliasRelease[] {
  return resolution.ofType('AWS::Lambda::Alias').map((alias) => {
    const { FunctionName, Name } = resolution.propertiesOf(alias);
    const group = findGroup(resolution, alias);
    return {
      alias,
      aliasArn: resolution.nameOf(alias).ref,
      functionName: nameOfFunction(FunctionName),
      qualifier: String(Name),
      shift: group === undefined ? null : readShift(resolution, group),
    };
  });
}

/** Returns the name of a function from its name or ARN, which may be qualified. */
export function nameOfFunction(reference: Json | undefined): string {
  const [name = ''] = (String(reference).split(':function:').at(-1) ?? '').split(':');
  return name;
}

function findGroup(resolution: Resolution, alias: Resource): Resource | undefined {
  const { CodeDeployLambdaAliasUpdate: update } = resolution.updatePolicyOf(alias);
  if (!isObject(update)) return undefined;
  const name = String(update.DeploymentGroupName);
  const group = resolution.find('AWS::CodeDeploy::DeploymentGroup', name);
  if (group !== undefined) return group;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `${alias.id}: no stack has the deployment group ${name}`,
  );
}

function readShift(resolution: Resolution, group: Resource): AliasRelease['shift'] {
  const { DeploymentConfigName, AlarmConfiguration, AutoRollbackConfiguration, ServiceRoleArn } =
    resolution.propertiesOf(group);
  const { Alarms, Enabled } = isObject(AlarmConfiguration) ? AlarmConfiguration : {};
  const watched = Array.isArray(Alarms) && Enabled !== false ? Alarms.filter(isObject) : [];
  const { Enabled: rollsBack, Events } = isObject(AutoRollbackConfiguration)
    ? AutoRollbackConfiguration
    : {};
  return {
    group,
    plan: readShiftPlan(String(DeploymentConfigName)),
    alarms: watched.flatMap(({ Name }) => {
      return resolution.find('AWS::CloudWatch::Alarm', String(Name)) ?? [];
    }),
    roleArn: String(ServiceRoleArn),
    rollsBack:
      rollsBack === true && Array.isArray(Events) && Events.includes('DEPLOYMENT_STOP_ON_ALARM'),
  };
}
