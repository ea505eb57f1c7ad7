/**
 * Checks the permissions that services of AWS need for the templates to work: a schedule or a rule
 * to invoke its function, Lambda to receive from its queue and to write its logs. On AWS, a missing
 * one shows when the service first tries; here, policies are evaluated before anything runs.
 */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { findEncryptionKeys, findKeyPermissions } from '../aws-proxy/encryption-keys.ts';
import { type AliasRelease, findReleases } from '../deployment/function-releases.ts';
import type { AccessModel } from '../iam/access-model.ts';
import type { AccessRequest, Decision } from '../iam/evaluate.ts';
import { readQueueMapping } from '../sources/queue-mapping.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import type { DeployedFunction } from './deployed-functions.ts';
import type { TemplateProblem } from './template-problem.ts';

/** A permission that a service of AWS needs. */
export interface ServicePermission {
  /** The id of the resource that does not work without it. */
  readonly resource: string;
  readonly request: AccessRequest;
  /** What to add when it is denied. */
  readonly remedy: string;
}

/** Checks that the policies allow what services need, and that services may assume their roles. */
export function checkServiceAccess(
  resolution: Resolution,
  access: AccessModel,
  functions: readonly DeployedFunction[],
  onDecision: (permission: ServicePermission, decision: Decision) => void = () => {},
): TemplateProblem[] {
  const keys = findEncryptionKeys(resolution);
  const required = listServicePermissions(resolution, functions).flatMap((permission) => [
    permission,
    ...onKeys(permission, keys),
  ]);
  const denied = required.flatMap((permission) => {
    const decision = access.decide(permission.request);
    onDecision(permission, decision);
    if (decision.allowed) return [];
    const { resource, remedy } = permission;
    return [{ resource, message: `${decision.message}: ${remedy}` }];
  });
  return [...denied, ...checkTrust(resolution, access, functions)];
}

/** Returns what a service needs on the key of an encrypted resource that it uses. */
function onKeys(
  { resource, request }: ServicePermission,
  keys: ReadonlyMap<string, string>,
): ServicePermission[] {
  return findKeyPermissions(request, keys).map(({ action, resource: key, context }) => ({
    resource,
    request: {
      ...request,
      action,
      resource: key,
      context: { ...request.context, ...context },
    },
    remedy: 'let the policy of the key allow it',
  }));
}

/** Lists the permissions that services need; functions need others when they call AWS. */
function listServicePermissions(
  resolution: Resolution,
  functions: readonly DeployedFunction[],
): ServicePermission[] {
  return [
    ...functions.flatMap((each) => listFunctionPermissions(resolution, each)),
    ...resolution
      .ofType('AWS::Lambda::EventSourceMapping')
      .flatMap((each) => listMappingPermissions(resolution, each, functions)),
    ...resolution.ofType('AWS::Scheduler::Schedule').flatMap((each) => {
      const { Target } = resolution.propertiesOf(each);
      return listSchedulePermissions(each, isObject(Target) ? Target : {});
    }),
    ...resolution
      .ofType('AWS::CloudWatch::Alarm')
      .flatMap((each) => listAlarmPermissions(resolution, each)),
    ...resolution
      .ofType('AWS::Events::Rule')
      .flatMap((each) => listRulePermissions(resolution, each)),
    ...findReleases(resolution).flatMap(listShiftPermissions),
    ...resolution
      .ofType('AWS::Logs::LogGroup')
      .flatMap((each) => listLogGroupPermissions(resolution, each)),
  ];
}

function checkTrust(
  resolution: Resolution,
  access: AccessModel,
  functions: readonly DeployedFunction[],
): TemplateProblem[] {
  const { account, region } = resolution.environment;
  const roles = [
    ...functions.map(({ resource, roleArn }) => {
      return { resource, roleArn, service: 'lambda', source: null };
    }),
    ...resolution.ofType('AWS::Scheduler::Schedule').map((resource) => {
      const { Target, GroupName } = resolution.propertiesOf(resource);
      const roleArn = isObject(Target) ? String(Target.RoleArn) : '';
      const group = `schedule-group/${String(GroupName ?? 'default')}`;
      const source = `arn:aws:scheduler:${region}:${account}:${group}`;
      return { resource, roleArn, service: 'scheduler', source };
    }),
  ];
  return roles.flatMap(({ resource, roleArn, service, source }) => {
    const name = `${service}.amazonaws.com`;
    const context = {
      'aws:SourceAccount': account,
      ...(source !== null && { 'aws:SourceArn': source }),
    };
    if (access.mayAssume(roleArn, name, context).allowed) return [];
    const message = `${name} may not assume ${roleArn}: let its trust policy allow sts:AssumeRole`;
    return [{ resource: resource.id, message }];
  });
}

function listFunctionPermissions(
  resolution: Resolution,
  { resource, definition, roleArn, isTraced }: DeployedFunction,
): ServicePermission[] {
  const { account, region } = resolution.environment;
  const stream = `arn:aws:logs:${region}:${account}:log-group:${definition.logGroup}:log-stream:x`;
  const required: [string, string][] = [
    ['logs:CreateLogStream', stream],
    ['logs:PutLogEvents', stream],
    ...(isTraced
      ? ([
          ['xray:PutTraceSegments', '*'],
          ['xray:PutTelemetryRecords', '*'],
        ] satisfies [string, string][])
      : []),
  ];
  return required.map(([action, on]) => ({
    resource: resource.id,
    request: { principal: roleSession(roleArn, definition.name), action, resource: on },
    remedy: `let its role ${action}`,
  }));
}

function listMappingPermissions(
  resolution: Resolution,
  mapping: Resource,
  functions: readonly DeployedFunction[],
): ServicePermission[] {
  const { queueArn, functionName: name } = readQueueMapping(resolution.propertiesOf(mapping));
  const target = functions.find(({ definition }) => definition.name === name);
  if (target === undefined) return [];
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  return actions.map((action) => ({
    resource: mapping.id,
    request: {
      principal: roleSession(target.roleArn, name),
      action,
      resource: queueArn,
    },
    remedy: `let the role of ${name} ${action} on it`,
  }));
}

function listSchedulePermissions(schedule: Resource, target: JsonObject): ServicePermission[] {
  const { RoleArn, Arn, DeadLetterConfig } = target;
  const permission = (action: string, on: Json | undefined): ServicePermission => ({
    resource: schedule.id,
    request: {
      principal: roleSession(String(RoleArn), schedule.logicalId),
      action,
      resource: String(on),
    },
    remedy: `let the schedule's role ${action} on it`,
  });
  const deadLetterArn = isObject(DeadLetterConfig) ? DeadLetterConfig.Arn : undefined;
  return [
    permission('lambda:InvokeFunction', Arn),
    ...(deadLetterArn === undefined ? [] : [permission('sqs:SendMessage', deadLetterArn)]),
  ];
}

function listRulePermissions(resolution: Resolution, rule: Resource): ServicePermission[] {
  const { Targets } = resolution.propertiesOf(rule);
  const context = {
    'aws:SourceArn': resolution.nameOf(rule).attributes.Arn ?? '',
    'aws:SourceAccount': resolution.environment.account,
  };
  const permission = (action: string, on: Json | undefined, remedy: string): ServicePermission => ({
    resource: rule.id,
    request: {
      principal: { kind: 'service', service: 'events.amazonaws.com' },
      action,
      resource: String(on),
      context,
    },
    remedy,
  });
  return (Array.isArray(Targets) ? Targets : []).filter(isObject).flatMap((target) => {
    const { Arn, DeadLetterConfig } = target;
    const deadLetterArn = isObject(DeadLetterConfig) ? DeadLetterConfig.Arn : undefined;
    const addPermission = `add an AWS::Lambda::Permission for the rule ${rule.logicalId}`;
    const allowSending = 'let its queue policy allow events.amazonaws.com to send';
    return [
      ...(String(Arn).includes(':lambda:')
        ? [permission('lambda:InvokeFunction', Arn, addPermission)]
        : []),
      ...(deadLetterArn === undefined
        ? []
        : [permission('sqs:SendMessage', deadLetterArn, allowSending)]),
    ];
  });
}

/** The policy of a topic of another stack is its owner's. */
function listAlarmPermissions(resolution: Resolution, alarm: Resource): ServicePermission[] {
  const { AlarmActions } = resolution.propertiesOf(alarm);
  const topics = (Array.isArray(AlarmActions) ? AlarmActions : [])
    .map(String)
    .filter((arn) => resolution.find('AWS::SNS::Topic', arn) !== undefined);
  return topics.map((topic) => ({
    resource: alarm.id,
    request: {
      principal: { kind: 'service', service: 'cloudwatch.amazonaws.com' },
      action: 'sns:Publish',
      resource: topic,
      context: {
        'aws:SourceArn': resolution.nameOf(alarm).attributes.Arn ?? '',
        'aws:SourceAccount': resolution.environment.account,
      },
    },
    remedy: "let the topic's policy allow cloudwatch.amazonaws.com to publish",
  }));
}

/** CodeDeploy moves an alias, and reads its alarms, with the role of the deployment group. */
function listShiftPermissions({ alias, aliasArn, shift }: AliasRelease): ServicePermission[] {
  if (shift === null) return [];
  const required: [string, string][] = [
    ['lambda:UpdateAlias', aliasArn],
    ['cloudwatch:DescribeAlarms', '*'],
  ];
  return required.map(([action, resource]) => ({
    resource: alias.id,
    request: { principal: roleSession(shift.roleArn, alias.logicalId), action, resource },
    remedy: `let the role of its deployment group ${action}`,
  }));
}

/** CloudWatch Logs uses the key of a log group on its own account. */
function listLogGroupPermissions(resolution: Resolution, group: Resource): ServicePermission[] {
  const { KmsKeyId } = resolution.propertiesOf(group);
  const key = resolution.find('AWS::KMS::Key', String(KmsKeyId));
  if (KmsKeyId === undefined || key === undefined) return [];
  const { account, region } = resolution.environment;
  const arn = `arn:aws:logs:${region}:${account}:log-group:${resolution.nameOf(group).ref}`;
  const actions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];
  return actions.map((action) => ({
    resource: group.id,
    request: {
      principal: { kind: 'service', service: `logs.${region}.amazonaws.com` },
      action,
      resource: resolution.nameOf(key).attributes.Arn ?? '',
      context: { 'kms:EncryptionContext:aws:logs:arn': arn, 'aws:SourceAccount': account },
    },
    remedy: 'let the policy of the key allow it',
  }));
}

function roleSession(roleArn: string, name: string): AccessRequest['principal'] {
  return { kind: 'role', roleArn, session: name };
}
