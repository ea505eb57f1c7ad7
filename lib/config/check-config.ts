import * as z from 'zod';
import { listKnown } from '../asl/known-names.ts';
import { parseRedactionPath } from '../asl/redaction/redaction-path.ts';
import { type EndHook, endHookSchema } from '../batch/end-hook.ts';
import { missedMax } from '../batch/schedule/due-occurrences.ts';
import { parseScheduleExpression } from '../batch/schedule/schedule-expression.ts';
import { isTimeZone } from '../batch/schedule/time-zone.ts';
import { integrationRulePattern } from '../drivers/aws/integration-rules.ts';
import { findNameProblem } from '../engine/arn/resource-name.ts';
import { durationMsMax } from '../engine/limits.ts';
import { MillraceError } from '../errors.ts';
import { findTaskTypeProblem, parseTaskType } from '../roles/execution/task-machine.ts';
import { janitorDefaults } from '../roles/janitor.ts';
import { limitsShape } from './check-limits.ts';
import type { MillraceConfig } from './config.ts';
import { deploymentShape } from './deployment/check-deployment.ts';

const identifier = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,80}$/, 'must be 1 to 80 of the characters A–Z, a–z, 0–9, - and _');
const machineName = z.string().superRefine((name, context) => {
  const message = findNameProblem(name) ?? (parseTaskType(name) === null ? null : reservedName);
  if (message !== null) context.addIssue({ code: 'custom', message });
});
const reservedName = 'must not begin with task., which is reserved for custom tasks';
const activityName = z.string().superRefine((name, context) => {
  const message = findNameProblem(name);
  if (message !== null) context.addIssue({ code: 'custom', message });
});
const callable = z.custom((value) => typeof value === 'function', 'must be a function');
const count = z.number().int().min(1);
const seconds = z.number().min(1).max(3_600);

const taskType = z.string().superRefine((type, context) => {
  const message = findTaskTypeProblem(type);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const payloadSchema = z.custom(
  isPayloadSchema,
  'must be a schema of zod, or of another library that follows the Standard Schema',
);

const machine = z.strictObject({
  definition: z.union([z.string().min(1), z.record(z.string(), z.unknown())], {
    error: 'must be the path of a definition, or the definition itself as an object',
  }),
  nonRetryableErrors: z.array(z.string()).optional(),
  type: z.enum(['STANDARD', 'EXPRESS']).optional(),
  logging: z
    .strictObject({
      level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
      includeExecutionData: z.boolean().optional(),
    })
    .optional(),
  input: payloadSchema.optional(),
  output: payloadSchema.optional(),
  limits: limitsShape.optional(),
  onEnd: endHookSchema.optional(),
});

const batch = z.strictObject({
  machine: z.string(),
  source: z.record(z.string(), z.unknown()),
  item: z.record(z.string(), z.unknown()).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  summarize: callable.optional(),
  schedule: z
    .string()
    .refine((text) => parseScheduleExpression(text) !== undefined, {
      error:
        'must be cron(…), rate(…) or at(…) in the syntax of EventBridge Scheduler, or five fields ' +
        "of cron such as '0 2 * * 1-5'",
    })
    .optional(),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'must be the name of a time zone, such as Europe/Berlin' })
    .optional(),
  onMissed: z
    .union([z.enum(['last', 'none']), z.strictObject({ all: count.max(missedMax) })], {
      error: `must be 'last', 'none' or { all: 1 to ${missedMax} }`,
    })
    .optional(),
  onObject: z
    .strictObject({ prefix: z.string().optional(), suffix: z.string().optional() })
    .optional(),
});

const inbox = z
  .strictObject({
    folder: z.string().min(1).optional(),
    settleSeconds: z.number().min(0.1).max(3_600).optional(),
    queue: z.url().optional(),
  })
  .refine(({ folder, queue }) => folder !== undefined || queue !== undefined, {
    error: 'must have a folder, a queue, or both',
  });

const objects = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('files'), folder: z.string().min(1).optional() }),
  z.strictObject({
    driver: z.literal('s3'),
    region: z.string().min(1).optional(),
    endpoint: z.url().optional(),
    pathStyle: z.boolean().optional(),
  }),
]);

const namespace = /^[A-Za-z0-9._-]{1,64}$/;
const redis = z.strictObject({
  url: z.string().min(1).optional(),
  token: z.string().min(1).optional(),
  namespace: z
    .string()
    .regex(namespace, 'must be 1 to 64 of the characters A–Z, a–z, 0–9, . _ and -')
    .optional(),
  commandSeconds: seconds.optional(),
});

const postgres = z.strictObject({
  poolSize: count.max(1_000).optional(),
  pooler: z.boolean().optional(),
  readerUrl: z.string().min(1).optional(),
  statementSeconds: seconds.optional(),
});

const sqs = z.strictObject({
  queuePrefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{0,60}$/, 'must be 0 to 60 of the characters A–Z, a–z, 0–9, - and _')
    .optional(),
  urls: z.record(identifier, z.strictObject({ queue: z.url(), dead: z.url() })).optional(),
  region: z.string().min(1).optional(),
  endpoint: z.url().optional(),
});

const rdsData = z.strictObject({
  clusterArn: z.string().min(1).optional(),
  secretArn: z.string().min(1).optional(),
  database: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  endpoint: z.url().optional(),
});

const retryDelay = z.union(
  [
    z.enum(['exponential', 'asynq']),
    callable,
    z.strictObject({
      firstSeconds: z.number().min(0).optional(),
      factor: z.number().min(1).optional(),
      maxSeconds: z
        .number()
        .min(0)
        .max(durationMsMax / 1_000)
        .optional(),
    }),
  ],
  {
    error:
      "must be 'exponential', 'asynq', { firstSeconds, factor (at least 1), maxSeconds } or a " +
      'function (retry, error) => seconds',
  },
);

const redact = z.union(
  [
    z.literal(false),
    z.array(z.string().refine((path) => parseRedactionPath(path) !== null)).max(100),
  ],
  {
    error:
      'must be false, or a list of at most 100 paths such as $..iban, $.card.* or ' +
      "$.lines[*]['note']",
  },
);

const texts = z.record(z.string(), z.string());

const origin = z.string().refine(isOrigin, {
  error: 'must be an origin: scheme, host and port without a path, such as https://api.example.com',
});

const originsError =
  'must list the origins that the connection may be used for, such as ' +
  "['https://api.example.com']: its secrets are sent nowhere else";

const connection = z.strictObject(
  {
    origins: z.array(origin, { error: originsError }).min(1, { error: originsError }),
    headers: texts.optional(),
    queryParameters: texts.optional(),
    body: z.record(z.string(), z.unknown()).optional(),
    open: callable.optional(),
  },
  { error: connectionError },
);

const host = z.string().regex(/^[^\s/@]+$/, {
  error: 'must be the name or the address of a host, without a scheme or a path',
});

const integrationRule = z.string().regex(integrationRulePattern, {
  error:
    "must be SERVICE:ACTION, SERVICE:*, aws-sdk:SERVICE:ACTION or '*', such as sqs:sendMessage",
});

/** Says more than the type that was expected; undefined for other problems. */
function connectionError({ code, input }: { readonly code: string; readonly input?: unknown }) {
  if (code !== 'invalid_type') return undefined;
  return typeof input === 'function'
    ? 'must be { origins, open }: the function as open, and the origins that it may be used for'
    : 'must be { origins, headers, queryParameters, body } or { origins, open }';
}

/** Whether `text` is an origin as URLs have it; a slash at the end is accepted. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return text.replace(/\/$/, '').toLowerCase() === url.origin;
}

const above = z.number().positive();
const orFalse = (threshold: z.ZodType) =>
  z.union([threshold, z.literal(false)], {
    error: 'must be a number above 0, or false to turn the rule off',
  });

const alerts = z.strictObject({
  queueAgeMinutes: orFalse(above).optional(),
  failureRate: z
    .union([above.max(1), z.literal(false)], {
      error: 'must be a number above 0 and up to 1, or false to turn the rule off',
    })
    .optional(),
  batchPaused: z.boolean().optional(),
  workerLost: z.boolean().optional(),
  archiveGrowth: orFalse(count.max(1_000_000)).optional(),
  deadLetters: orFalse(count).optional(),
  clockSkew: orFalse(above).optional(),
  scheduleLateMinutes: orFalse(above).optional(),
  scheduleMissed: z.boolean().optional(),
  schemaBehind: z.boolean().optional(),
});

const secret = z.union([z.string().min(16), callable], {
  error: 'must be a text of at least 16 characters, or a function that returns one',
});
const webhooks = z.strictObject({
  alerts: z.array(z.strictObject({ url: z.url(), secret })).optional(),
  secrets: z.record(z.string().min(1), secret).optional(),
  privateHosts: z.array(host).optional(),
});

/** The shape of a configuration, for {@link checkConfig} and the schema for editors. */
export const configShape = z
  .strictObject({
    $schema: z.string().optional(),
    machines: z.record(machineName, machine),
    handlers: z.record(z.string(), callable).optional(),
    tasks: z.record(taskType, callable).optional(),
    limits: z.record(z.string().min(1), limitsShape).optional(),
    transformers: z.record(z.string(), callable).optional(),
    connections: z.record(z.string(), connection).optional(),
    insecureHosts: z.array(host).optional(),
    privateHosts: z.array(host).optional(),
    integrations: z.array(integrationRule).optional(),
    activities: z.array(activityName).optional(),
    batches: z.record(identifier, batch).optional(),
    inbox: inbox.optional(),
    queues: z.record(identifier, count.max(1_000)).optional(),
    strictPriority: z.boolean().optional(),
    store: z.enum(['pglite', 'postgres', 'rds-data', 'memory']).optional(),
    postgresUrl: z.string().min(1).optional(),
    postgres: postgres.optional(),
    rdsData: rdsData.optional(),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,63}$/, 'must be the name of a region')
      .optional(),
    account: z
      .string()
      .regex(/^\d{12}$/, 'must be an account id of twelve digits')
      .optional(),
    data: z.string().min(1).optional(),
    broker: z.enum(['memory', 'redis', 'sqs']).optional(),
    redis: redis.optional(),
    sqs: sqs.optional(),
    objects: objects.optional(),
    concurrency: count.optional(),
    leaseSeconds: z.number().min(1).max(43_200).optional(),
    graceSeconds: z.number().min(0).optional(),
    startWaitSeconds: z.number().min(0).max(3_600).optional(),
    deployGraceSeconds: z.number().min(0).max(86_400).optional(),
    retentionDays: z.number().positive().optional(),
    executionNameDays: z.number().positive().optional(),
    measure: z.enum(['on', 'off']).optional(),
    measureRetentionDays: z.number().positive().optional(),
    auditRetentionDays: z.number().positive().optional(),
    alerts: alerts.optional(),
    webhooks: webhooks.optional(),
    retryDelay: retryDelay.optional(),
    payloadBytesMax: count.optional(),
    historyEventsMax: z.number().int().min(2).optional(),
    historyBytesMax: z.number().int().min(10_000).optional(),
    redact: redact.optional(),
    deployment: deploymentShape.optional(),
    executionLog: z.string().min(1).optional(),
  })
  .superRefine((config, context) => {
    const { executionNameDays, retentionDays = keptDays } = config;
    if (executionNameDays !== undefined && executionNameDays < retentionDays) {
      const message = `must be at least retentionDays, ${retentionDays}: what is kept keeps its name`;
      context.addIssue({ code: 'custom', path: ['executionNameDays'], message });
    }
    for (const [id, { onEnd }] of Object.entries(config.machines)) {
      const problem = onEnd === undefined ? null : findHookProblem(onEnd, config);
      if (problem === null) continue;
      context.addIssue({ code: 'custom', path: ['machines', id, 'onEnd'], message: problem });
    }
    for (const [name, { machine: id }] of Object.entries(config.batches ?? {})) {
      if (Object.hasOwn(config.machines, id.split(':', 1)[0] ?? id)) continue;
      const known = listKnown(id, Object.keys(config.machines));
      context.addIssue({
        code: 'custom',
        path: ['batches', name, 'machine'],
        message: `names the machine '${id}', which is not in machines (${known})`,
      });
    }
  });

/** How long executions are kept by default, in days. */
const keptDays = janitorDefaults.retentionMs / 86_400_000;

/** Returns why no one can be notified of an end; null when someone can. */
function findHookProblem(
  hook: EndHook,
  {
    handlers = {},
    webhooks = {},
  }: {
    readonly handlers?: Readonly<Record<string, unknown>> | undefined;
    readonly webhooks?:
      | { readonly secrets?: Readonly<Record<string, unknown>> | undefined }
      | undefined;
  },
): string | null {
  if ('handler' in hook) {
    if (Object.hasOwn(handlers, hook.handler)) return null;
    const known = listKnown(hook.handler, Object.keys(handlers));
    return `names the handler '${hook.handler}', which is not in handlers (${known})`;
  }
  const secrets = webhooks.secrets ?? {};
  if (Object.hasOwn(secrets, hook.secretName)) return null;
  const known = listKnown(hook.secretName, Object.keys(secrets));
  return `names the secret '${hook.secretName}', which is not in webhooks.secrets (${known})`;
}

/**
 * Returns `value` as a configuration. Throws INVALID_CONFIGURATION, which names `source` and lists
 * every problem with its key, what was expected and what was found.
 */
export function checkConfig(value: unknown, source: string): MillraceConfig {
  const result = configShape.safeParse(value);
  if (result.success) return value as MillraceConfig;
  const problems = result.error.issues.map(
    (issue) =>
      `  ${issue.path.length === 0 ? 'default export' : issue.path.join('.')}: ${describeIssue(issue)}`,
  );
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `${source} is not a valid configuration:\n${problems.join('\n')}`,
    { fields: { source, problems: problems.length } },
  );
}

function isPayloadSchema(value: unknown): boolean {
  // ArkType's schemas are functions.
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const { '~standard': standard } = value as { '~standard'?: { validate?: unknown } };
  return typeof standard?.validate === 'function';
}

/** Describes an issue; that of an invalid key has the reason in nested issues. */
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_key') return issue.message;
  return issue.issues.map(({ message }) => message).join('; ');
}
