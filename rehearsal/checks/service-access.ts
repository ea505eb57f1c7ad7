/**
 * What services of AWS need to be allowed so that the template works: a schedule or a rule to call
 * its function, Lambda to receive for it and to write its logs. Nobody asks for these until it is
 * too late; here they are asked of the policies before anything runs.
 */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { AccessModel } from '../iam/access-model.ts';
import type { AccessRequest, Decision } from '../iam/evaluate.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import type { DeployedFunction } from './deployed-functions.ts';
import type { Finding } from './finding.ts';

/** A question to the policies. */
export interface AccessQuestion {
  /** The resource that does not work without it. */
  readonly resource: string;
  readonly request: AccessRequest;
  /** What to add where it is denied. */
  readonly mend: string;
}

/** Every question of an assembly, but for those that the functions ask themselves. */
function accessQuestions(
  resolution: Resolution,
  functions: readonly DeployedFunction[],
): AccessQuestion[] {
  return [
    ...functions.flatMap((each) => questionsOfFunction(resolution, each)),
    ...resolution
      .ofType('AWS::Lambda::EventSourceMapping')
      .flatMap((each) => questionsOfMapping(resolution, each, functions)),
    ...resolution.ofType('AWS::Scheduler::Schedule').flatMap((each) => {
      const { Target } = resolution.propertiesOf(each);
      return questionsOfSchedule(each, isObject(Target) ? Target : {});
    }),
    ...resolution.ofType('AWS::Events::Rule').flatMap((each) => questionsOfRule(resolution, each)),
  ];
}

/** What the policies deny of them, and which services may not be the roles that they are given. */
export function checkServiceAccess(
  resolution: Resolution,
  access: AccessModel,
  functions: readonly DeployedFunction[],
  onDecision: (question: AccessQuestion, decision: Decision) => void = () => {},
): Finding[] {
  const denied = accessQuestions(resolution, functions).flatMap((question) => {
    const decision = access.decide(question.request);
    onDecision(question, decision);
    if (decision.allowed) return [];
    const { resource, mend } = question;
    return [{ resource, sentence: `${decision.message}: ${mend}` }];
  });
  return [...denied, ...checkTrust(resolution, access, functions)];
}

function checkTrust(
  resolution: Resolution,
  access: AccessModel,
  functions: readonly DeployedFunction[],
): Finding[] {
  const { account, region } = resolution.place;
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
    const sentence = `${name} may not assume ${roleArn}: let its trust policy allow sts:AssumeRole`;
    return [{ resource: resource.id, sentence }];
  });
}

function questionsOfFunction(
  resolution: Resolution,
  { resource, definition, roleArn, isTraced }: DeployedFunction,
): AccessQuestion[] {
  const { account, region } = resolution.place;
  const stream = `arn:aws:logs:${region}:${account}:log-group:${definition.logGroup}:log-stream:x`;
  const asked: [string, string][] = [
    ['logs:CreateLogStream', stream],
    ['logs:PutLogEvents', stream],
    ...(isTraced
      ? ([
          ['xray:PutTraceSegments', '*'],
          ['xray:PutTelemetryRecords', '*'],
        ] satisfies [string, string][])
      : []),
  ];
  return asked.map(([action, of]) => ({
    resource: resource.id,
    request: { principal: session(roleArn, definition.name), action, resource: of },
    mend: `let its role ${action}`,
  }));
}

function questionsOfMapping(
  resolution: Resolution,
  mapping: Resource,
  functions: readonly DeployedFunction[],
): AccessQuestion[] {
  const { EventSourceArn, FunctionName } = resolution.propertiesOf(mapping);
  const name = String(FunctionName).split(':function:').at(-1) ?? '';
  const target = functions.find(({ definition }) => definition.name === name);
  if (target === undefined) return [];
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  return actions.map((action) => ({
    resource: mapping.id,
    request: {
      principal: session(target.roleArn, name),
      action,
      resource: String(EventSourceArn),
    },
    mend: `let the role of ${name} ${action} on it`,
  }));
}

function questionsOfSchedule(schedule: Resource, target: JsonObject): AccessQuestion[] {
  const { RoleArn, Arn, DeadLetterConfig } = target;
  const ask = (action: string, of: Json | undefined): AccessQuestion => ({
    resource: schedule.id,
    request: {
      principal: session(String(RoleArn), schedule.logicalId),
      action,
      resource: String(of),
    },
    mend: `let the schedule's role ${action} on it`,
  });
  const dead = isObject(DeadLetterConfig) ? DeadLetterConfig.Arn : undefined;
  return [
    ask('lambda:InvokeFunction', Arn),
    ...(dead === undefined ? [] : [ask('sqs:SendMessage', dead)]),
  ];
}

function questionsOfRule(resolution: Resolution, rule: Resource): AccessQuestion[] {
  const { Targets } = resolution.propertiesOf(rule);
  const context = {
    'aws:SourceArn': resolution.nameOf(rule).attributes.Arn ?? '',
    'aws:SourceAccount': resolution.place.account,
  };
  const ask = (action: string, of: Json | undefined, mend: string): AccessQuestion => ({
    resource: rule.id,
    request: {
      principal: { kind: 'service', service: 'events.amazonaws.com' },
      action,
      resource: String(of),
      context,
    },
    mend,
  });
  return (Array.isArray(Targets) ? Targets : []).filter(isObject).flatMap((target) => {
    const dead = isObject(target.DeadLetterConfig) ? target.DeadLetterConfig.Arn : undefined;
    const permission = `add an AWS::Lambda::Permission for the rule ${rule.logicalId}`;
    const policy = 'let its queue policy allow events.amazonaws.com to send';
    return [
      ...(String(target.Arn).includes(':lambda:')
        ? [ask('lambda:InvokeFunction', target.Arn, permission)]
        : []),
      ...(dead === undefined ? [] : [ask('sqs:SendMessage', dead, policy)]),
    ];
  });
}

function session(roleArn: string, name: string): AccessRequest['principal'] {
  return { kind: 'role', roleArn, session: name };
}
