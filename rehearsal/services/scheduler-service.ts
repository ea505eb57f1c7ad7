import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { ServiceBackend } from '../aws-proxy/aws-proxy-context.ts';
import { type AwsRequest, getText, readJsonBody } from '../aws-proxy/aws-request.ts';
import { errorReply, jsonReply, type ServiceReply } from '../aws-proxy/service-replies.ts';
import type { AccessModel } from '../iam/access-model.ts';
import type { Schedule, ScheduleGroup, ScheduleRegistry } from './schedule-registry.ts';
import { SchedulerError, schedulerStatus, validationError } from './scheduler-error.ts';

/** What {@link schedulerService} works with. */
export interface SchedulerServiceDeps {
  readonly registry: ScheduleRegistry;
  /** Returns milliseconds since 1970, by the clock that schedules fire by. */
  readonly now: () => number;
  /** Decides whether Scheduler may assume a target's role. */
  readonly access: AccessModel;
}

/** Simulates the API of EventBridge Scheduler on a registry of schedules. */
export function schedulerService(deps: SchedulerServiceDeps): ServiceBackend {
  return (request) => {
    try {
      return jsonReply(200, route(request, deps));
    } catch (error) {
      if (error instanceof SchedulerError) return refusal(error);
      throw error;
    }
  };
}

function refusal({ code, message }: SchedulerError): ServiceReply {
  return errorReply('scheduler', { code, status: schedulerStatus[code], message });
}

function route(request: AwsRequest, deps: SchedulerServiceDeps): object {
  const [, kind, name = ''] = request.path.split('/').map(decodeURIComponent);
  if (kind === 'schedule-groups') return routeGroup(request, name, deps);
  return name === '' ? listSchedules(request, deps) : routeSchedule(request, name, deps);
}

function routeSchedule(
  request: AwsRequest,
  name: string,
  { registry, now, access }: SchedulerServiceDeps,
): object {
  const input = { ...readJsonBody(request), Name: name };
  const group = request.query.get('groupName') ?? 'default';
  switch (request.method) {
    case 'POST':
      checkRole(input, registry, access);
      return { ScheduleArn: registry.create(input, now()).arn };
    case 'PUT':
      checkRole(input, registry, access);
      return { ScheduleArn: registry.update(input, now()).arn };
    case 'DELETE':
      registry.delete(group, name);
      return {};
    default:
      return describeSchedule(registry.get(group, name));
  }
}

function checkRole(input: JsonObject, registry: ScheduleRegistry, access: AccessModel): void {
  const { Target: target } = input;
  const role = isObject(target) ? getText(target, 'RoleArn') : '';
  const group = registry.groups.find(
    ({ name }) => name === (getText(input, 'GroupName') || 'default'),
  );
  if (role === '' || group === undefined) return;
  // The condition keys that Scheduler sends to IAM. A missing role is refused with the schedule.
  const context = { 'aws:SourceArn': group.arn, 'aws:SourceAccount': groupAccount(group) };
  if (access.mayAssume(role, 'scheduler.amazonaws.com', context).allowed) return;
  throw validationError(
    'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  );
}

function groupAccount({ arn }: ScheduleGroup): string {
  return arn.split(':')[4] ?? '';
}

function listSchedules({ query }: AwsRequest, { registry }: SchedulerServiceDeps): object {
  const group = query.get('ScheduleGroup');
  const state = query.get('State');
  const found = registry.schedules.filter(
    (schedule) =>
      (group === null || schedule.group === group) &&
      (state === null || schedule.state === state) &&
      schedule.name.startsWith(query.get('NamePrefix') ?? ''),
  );
  const { items, next } = page(found, query);
  return { Schedules: items.map(summarize), ...next };
}

function routeGroup(
  { method, query }: AwsRequest,
  name: string,
  { registry, now }: SchedulerServiceDeps,
): object {
  if (name === '') {
    const prefix = query.get('NamePrefix') ?? '';
    const { items, next } = page(
      registry.groups.filter((group) => group.name.startsWith(prefix)),
      query,
    );
    return { ScheduleGroups: items.map(describeGroup), ...next };
  }
  switch (method) {
    case 'POST':
      return { ScheduleGroupArn: registry.createGroup(name, now()).arn };
    case 'DELETE':
      registry.deleteGroup(name);
      return {};
    default:
      return describeGroup(registry.getGroup(name));
  }
}

/** Returns a page of a list; the token of a page is its start index. */
function page<T>(all: readonly T[], query: URLSearchParams): { items: T[]; next: object } {
  const from = Number(query.get('NextToken') ?? 0);
  const count = Number(query.get('MaxResults') ?? 100);
  if (!Number.isInteger(from) || !(count >= 1 && count <= 100))
    throw validationError('Invalid page.');
  const next = from + count < all.length ? { NextToken: String(from + count) } : {};
  return { items: all.slice(from, from + count), next };
}

/** Dates are sent in seconds. */
function summarize(schedule: Schedule): object {
  return {
    Arn: schedule.arn,
    Name: schedule.name,
    GroupName: schedule.group,
    State: schedule.state,
    Target: { Arn: schedule.target.arn },
    CreationDate: schedule.createdMs / 1_000,
    LastModificationDate: schedule.modifiedMs / 1_000,
  };
}

function describeSchedule(schedule: Schedule): object {
  const { startMs, endMs, description } = schedule;
  return {
    ...summarize(schedule),
    ScheduleExpression: schedule.expressionText,
    ScheduleExpressionTimezone: schedule.timeZone,
    FlexibleTimeWindow: schedule.flexibleWindow,
    ActionAfterCompletion: schedule.afterCompletion,
    Target: schedule.target.raw,
    ...(description === undefined ? {} : { Description: description }),
    ...(startMs === undefined ? {} : { StartDate: startMs / 1_000 }),
    ...(endMs === undefined ? {} : { EndDate: endMs / 1_000 }),
  };
}

function describeGroup({ name, arn, createdMs }: ScheduleGroup): object {
  const date = createdMs / 1_000;
  return { Name: name, Arn: arn, State: 'ACTIVE', CreationDate: date, LastModificationDate: date };
}
