import {
  type LocalServer,
  type SeenRequest,
  type ServedAnswer,
  serveLocally,
} from './local-server.ts';

/** A stored schedule. */
export type KeptSchedule = Readonly<Record<string, unknown>>;

/** Responds in place of the service; undefined lets the service respond. */
export type Interference = (request: SeenRequest) => ServedAnswer | undefined;

/**
 * The calls of EventBridge Scheduler that Millrace makes, over HTTP and as strict as the service:
 * an update replaces a whole schedule, and missing or unknown fields are refused.
 */
export interface SchedulerServer extends LocalServer {
  /** By `group/name`. */
  readonly schedules: Map<string, KeptSchedule>;
  interfere: Interference | null;
}

const required = ['ScheduleExpression', 'FlexibleTimeWindow', 'Target'] as const;
const defaults = {
  State: 'ENABLED',
  ScheduleExpressionTimezone: 'UTC',
  ActionAfterCompletion: 'NONE',
};
const known = new Set([
  ...required,
  ...Object.keys(defaults),
  'GroupName',
  'ClientToken',
  'Description',
  'StartDate',
  'EndDate',
  'KmsKeyArn',
]);

/** Starts the service with one group, `group`. */
export async function startScheduler(): Promise<SchedulerServer> {
  const schedules = new Map<string, KeptSchedule>();
  const extra: { interfere: Interference | null } = { interfere: null };
  const server = await serveLocally((request) => {
    return extra.interfere?.(request) ?? respond(schedules, request);
  });
  return Object.assign(extra, { ...server, schedules });
}

/** Creates the response to a refused call. */
export function refusal(status: number, name: string): ServedAnswer {
  return { status, headers: { 'x-amzn-errortype': name }, body: { Message: `because of ${name}` } };
}

function respond(schedules: Map<string, KeptSchedule>, request: SeenRequest): ServedAnswer {
  const { pathname, searchParams } = new URL(request.url, 'http://scheduler');
  const name = decodeURIComponent(pathname.replace('/schedules/', ''));
  const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>);
  const group = String(searchParams.get('groupName') ?? body.GroupName ?? 'default');
  if (group !== 'group') return refusal(404, 'ResourceNotFoundException');
  const key = `${group}/${name}`;
  const found = schedules.get(key);
  if (request.method === 'GET') {
    return found === undefined ? refusal(404, 'ResourceNotFoundException') : { body: found };
  }
  const isNew = request.method === 'POST';
  if (isNew && found !== undefined) return refusal(409, 'ConflictException');
  if (!isNew && found === undefined) return refusal(404, 'ResourceNotFoundException');
  if (!isValid(body)) return refusal(400, 'ValidationException');
  const { ClientToken: _, ...fields } = body;
  schedules.set(key, { ...defaults, ...fields, GroupName: group, Name: name, Arn: `arn:${key}` });
  return { body: { ScheduleArn: `arn:${key}` } };
}

function isValid(body: Record<string, unknown>): boolean {
  const { ScheduleExpression, Target, ClientToken } = body;
  const { Arn, RoleArn } = (Target ?? {}) as Record<string, unknown>;
  return (
    required.every((field) => field in body) &&
    Object.keys(body).every((field) => known.has(field)) &&
    /^(at\(\d{4}(-\d\d){2}T\d\d(:\d\d){2}\)|rate\(.+\)|cron\(.+\))$/.test(
      String(ScheduleExpression),
    ) &&
    typeof Arn === 'string' &&
    typeof RoleArn === 'string' &&
    typeof ClientToken === 'string'
  );
}
