/** What requests to EventBridge Scheduler ask for: a schedule, and passing its target's role. */
import { isObject } from '../../../lib/asl/json/json.ts';
import {
  type AwsRequest,
  arnIn,
  bodyOf,
  type Need,
  type ReadDemand,
  textOf,
} from '../aws-request.ts';

const schedules: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
};

const groups: Readonly<Record<string, string>> = {
  POST: 'CreateScheduleGroup',
  GET: 'GetScheduleGroup',
  DELETE: 'DeleteScheduleGroup',
};

/** See this file's head. */
export const schedulerDemand: ReadDemand = (request) => {
  const [, kind, name] = request.path.split('/').map(decodeURIComponent);
  if (kind === 'schedules')
    return name ? ofSchedule(request, name) : list(request, 'ListSchedules');
  if (kind !== 'schedule-groups') return undefined;
  if (!name) return list(request, 'ListScheduleGroups');
  const operation = groups[request.method];
  if (operation === undefined) return undefined;
  return { operation, needs: [need(request, operation, `schedule-group/${name}`)] };
};

function ofSchedule(request: AwsRequest, name: string): ReturnType<ReadDemand> {
  const operation = schedules[request.method];
  if (operation === undefined) return undefined;
  const body = bodyOf(request);
  const group = request.query.get('groupName') ?? (textOf(body, 'GroupName') || 'default');
  const own = need(request, operation, `schedule/${group}/${name}`);
  const { Target: target } = body;
  const role = isObject(target) ? textOf(target, 'RoleArn') : '';
  if (role === '') return { operation, needs: [own] };
  const context = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
  return { operation, needs: [own, { action: 'iam:PassRole', resource: role, context }] };
}

function list({ method }: AwsRequest, operation: string): ReturnType<ReadDemand> {
  if (method !== 'GET') return undefined;
  return { operation, needs: [{ action: `scheduler:${operation}`, resource: '*' }] };
}

function need(request: AwsRequest, operation: string, resource: string): Need {
  return { action: `scheduler:${operation}`, resource: arnIn(request, resource) };
}
