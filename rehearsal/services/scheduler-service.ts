/** EventBridge Scheduler's API over a book of schedules: its routes, in its REST and JSON. */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { type AwsRequest, bodyOf, textOf } from '../aws-proxy/aws-request.ts';
import type { Backend } from '../aws-proxy/gate.ts';
import { errorReply, jsonReply, type ServiceReply } from '../aws-proxy/service-errors.ts';
import type { AccessModel } from '../iam/access-model.ts';
import type { Schedule, ScheduleBook, ScheduleGroup } from './schedule-book.ts';
import { invalid, SchedulerFault, schedulerStatus } from './scheduler-fault.ts';

/** Options of {@link schedulerService}. */
export interface SchedulerServiceOptions {
  readonly book: ScheduleBook;
  /** Milliseconds since 1970, on the clock that schedules run by. */
  readonly now: () => number;
  /** Asked whether Scheduler may act as a target's role. */
  readonly access: AccessModel;
}

/** See this file's head. */
export function schedulerService(options: SchedulerServiceOptions): Backend {
  return (request) => {
    try {
      return jsonReply(200, answer(request, options));
    } catch (error) {
      if (error instanceof SchedulerFault) return refusal(error);
      throw error;
    }
  };
}

function refusal({ code, message }: SchedulerFault): ServiceReply {
  return errorReply('scheduler', { code, status: schedulerStatus[code], message });
}

function answer(request: AwsRequest, options: SchedulerServiceOptions): object {
  const [, kind, name = ''] = request.path.split('/').map(decodeURIComponent);
  if (kind === 'schedule-groups') return groupAnswer(request, name, options);
  return name === '' ? listSchedules(request, options) : scheduleAnswer(request, name, options);
}

function scheduleAnswer(
  request: AwsRequest,
  name: string,
  { book, now, access }: SchedulerServiceOptions,
): object {
  const input = { ...bodyOf(request), Name: name };
  const group = request.query.get('groupName') ?? 'default';
  switch (request.method) {
    case 'POST':
      checkRole(input, book, access);
      return { ScheduleArn: book.create(input, now()).arn };
    case 'PUT':
      checkRole(input, book, access);
      return { ScheduleArn: book.update(input, now()).arn };
    case 'DELETE':
      book.delete(group, name);
      return {};
    default:
      return described(book.get(group, name));
  }
}

function checkRole(input: JsonObject, book: ScheduleBook, access: AccessModel): void {
  const { Target: target } = input;
  const role = isObject(target) ? textOf(target, 'RoleArn') : '';
  const group = book.groups.find(({ name }) => name === (textOf(input, 'GroupName') || 'default'));
  if (role === '' || group === undefined) return;
  // What Scheduler tells IAM of itself; what is missing is refused where the schedule is read.
  const context = { 'aws:SourceArn': group.arn, 'aws:SourceAccount': accountOf(group) };
  if (access.mayAssume(role, 'scheduler.amazonaws.com', context).allowed) return;
  throw invalid(
    'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  );
}

function accountOf({ arn }: ScheduleGroup): string {
  return arn.split(':')[4] ?? '';
}

function listSchedules({ query }: AwsRequest, { book }: SchedulerServiceOptions): object {
  const group = query.get('ScheduleGroup');
  const state = query.get('State');
  const found = book.schedules.filter(
    (schedule) =>
      (group === null || schedule.group === group) &&
      (state === null || schedule.state === state) &&
      schedule.name.startsWith(query.get('NamePrefix') ?? ''),
  );
  const { items, next } = page(found, query);
  return { Schedules: items.map(summary), ...next };
}

function groupAnswer(
  { method, query }: AwsRequest,
  name: string,
  { book, now }: SchedulerServiceOptions,
): object {
  if (name === '') {
    const prefix = query.get('NamePrefix') ?? '';
    const { items, next } = page(
      book.groups.filter((group) => group.name.startsWith(prefix)),
      query,
    );
    return { ScheduleGroups: items.map(describedGroup), ...next };
  }
  switch (method) {
    case 'POST':
      return { ScheduleGroupArn: book.createGroup(name, now()).arn };
    case 'DELETE':
      book.deleteGroup(name);
      return {};
    default:
      return describedGroup(book.getGroup(name));
  }
}

/** A page of a list: its token is where it begins. */
function page<T>(all: readonly T[], query: URLSearchParams): { items: T[]; next: object } {
  const from = Number(query.get('NextToken') ?? 0);
  const count = Number(query.get('MaxResults') ?? 100);
  if (!Number.isInteger(from) || !(count >= 1 && count <= 100)) throw invalid('Invalid page.');
  const next = from + count < all.length ? { NextToken: String(from + count) } : {};
  return { items: all.slice(from, from + count), next };
}

/** Dates are in seconds on the wire. */
function summary(schedule: Schedule): object {
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

function described(schedule: Schedule): object {
  const { startMs, endMs, description } = schedule;
  return {
    ...summary(schedule),
    ScheduleExpression: schedule.expressionText,
    ScheduleExpressionTimezone: schedule.timeZone,
    FlexibleTimeWindow: schedule.flexibleWindow,
    ActionAfterCompletion: schedule.afterCompletion,
    Target: schedule.target.written,
    ...(description === undefined ? {} : { Description: description }),
    ...(startMs === undefined ? {} : { StartDate: startMs / 1_000 }),
    ...(endMs === undefined ? {} : { EndDate: endMs / 1_000 }),
  };
}

function describedGroup({ name, arn, createdMs }: ScheduleGroup): object {
  const date = createdMs / 1_000;
  return { Name: name, Arn: arn, State: 'ACTIVE', CreationDate: date, LastModificationDate: date };
}
