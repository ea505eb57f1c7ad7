import { isObject } from '../../../lib/asl/json/json.ts';
import {
  type AwsRequest,
  buildArn,
  getText,
  type OperationReader,
  type RequiredPermission,
  readJsonBody,
} from '../aws-request.ts';

const scheduleOperations: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
};

const groupOperations: Readonly<Record<string, string>> = {
  POST: 'CreateScheduleGroup',
  GET: 'GetScheduleGroup',
  DELETE: 'DeleteScheduleGroup',
};

/** Reads requests to EventBridge Scheduler: about a schedule, and passing its target's role. */
export const readSchedulerOperation: OperationReader = (request) => {
  const [, kind, name] = request.path.split('/').map(decodeURIComponent);
  if (kind === 'schedules')
    return name ? readScheduleOperation(request, name) : readList(request, 'ListSchedules');
  if (kind !== 'schedule-groups') return undefined;
  if (!name) return readList(request, 'ListScheduleGroups');
  const operation = groupOperations[request.method];
  if (operation === undefined) return undefined;
  const own = permission(request, operation, `schedule-group/${name}`);
  return { operation, requiredPermissions: [own] };
};

function readScheduleOperation(request: AwsRequest, name: string): ReturnType<OperationReader> {
  const operation = scheduleOperations[request.method];
  if (operation === undefined) return undefined;
  const body = readJsonBody(request);
  const group = request.query.get('groupName') ?? (getText(body, 'GroupName') || 'default');
  const own = permission(request, operation, `schedule/${group}/${name}`);
  const { Target: target } = body;
  const role = isObject(target) ? getText(target, 'RoleArn') : '';
  if (role === '') return { operation, requiredPermissions: [own] };
  const context = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
  const passRole = { action: 'iam:PassRole', resource: role, context };
  return { operation, requiredPermissions: [own, passRole] };
}

function readList({ method }: AwsRequest, operation: string): ReturnType<OperationReader> {
  if (method !== 'GET') return undefined;
  return { operation, requiredPermissions: [{ action: `scheduler:${operation}`, resource: '*' }] };
}

function permission(request: AwsRequest, operation: string, resource: string): RequiredPermission {
  return { action: `scheduler:${operation}`, resource: buildArn(request, resource) };
}
