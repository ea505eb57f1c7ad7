/** The only reader of the environment. Everything else gets settings. */
import * as z from 'zod';
import { type LogLevel, logLevels } from '../drivers/system/line-logger.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionEvents } from '../roles/execution/execution-ends.ts';
import { envNames } from './env-names.ts';

const queueUrlsShape = z.record(z.string(), z.strictObject({ queue: z.url(), dead: z.url() }));
const executionEventChoices: readonly ExecutionEvents[] = ['all', 'failures', 'none'];

/** What the environment says; absent where it says nothing. */
export interface EnvSettings {
  readonly storeDriver?: string;
  readonly postgresUrl?: string;
  readonly databaseClusterArn?: string;
  readonly databaseSecretArn?: string;
  readonly databaseName?: string;
  readonly dataFolder?: string;
  readonly queueDriver?: string;
  readonly redisUrl?: string;
  /** `host:port`. */
  readonly redisAddress?: string;
  readonly redisPassword?: string;
  readonly redisDatabase?: number;
  readonly redisToken?: string;
  readonly redisNamespace?: string;
  readonly sqsQueuePrefix?: string;
  readonly sqsQueueUrls?: Readonly<
    Record<string, { readonly queue: string; readonly dead: string }>
  >;
  readonly objectsDriver?: 'files' | 's3';
  readonly bucket?: string;
  readonly eventBus?: string;
  readonly executionEvents?: ExecutionEvents;
  readonly leaderQueueUrl?: string;
  readonly leaderSchedule?: string;
  readonly workerQueue?: string;
  readonly concurrency?: number;
  readonly logLevel?: LogLevel;
  readonly logFormat?: 'json' | 'text';
  /** The configuration that is synthesised. */
  readonly config?: string;
  /** Where to, when CDK's own command asks. */
  readonly cdkOutput?: string;
}

/**
 * Reads `environment` (the process's own unless a test gives another); throws INVALID_CONFIGURATION
 * naming the variable.
 */
export function readEnv(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): EnvSettings {
  const text = (name: string) => environment[name] || undefined;
  const settings = {
    storeDriver: text(envNames.storeDriver),
    postgresUrl: text(envNames.postgresUrl),
    databaseClusterArn: text(envNames.databaseClusterArn),
    databaseSecretArn: text(envNames.databaseSecretArn),
    databaseName: text(envNames.databaseName),
    dataFolder: text(envNames.dataFolder),
    queueDriver: text(envNames.queueDriver),
    redisUrl: text(envNames.redisUrl),
    redisAddress: text(envNames.redisAddress),
    redisPassword: text(envNames.redisPassword),
    redisDatabase: databaseNumber(envNames.redisDatabase, text(envNames.redisDatabase)),
    redisToken: text(envNames.redisToken),
    redisNamespace: text(envNames.redisNamespace),
    sqsQueuePrefix: text(envNames.sqsQueuePrefix),
    sqsQueueUrls: queueUrls(envNames.sqsQueueUrls, text(envNames.sqsQueueUrls)),
    objectsDriver: oneOf(envNames.objectsDriver, text(envNames.objectsDriver), ['files', 's3']),
    bucket: text(envNames.bucket),
    eventBus: text(envNames.eventBus),
    executionEvents: oneOf(
      envNames.executionEvents,
      text(envNames.executionEvents),
      executionEventChoices,
    ),
    leaderQueueUrl: text(envNames.leaderQueueUrl),
    leaderSchedule: scheduleName(envNames.leaderSchedule, text(envNames.leaderSchedule)),
    workerQueue: text(envNames.workerQueue),
    concurrency: positiveInteger(envNames.workerConcurrency, text(envNames.workerConcurrency)),
    logLevel: oneOf(envNames.logLevel, text(envNames.logLevel), logLevels),
    logFormat: oneOf(envNames.logFormat, text(envNames.logFormat), ['json', 'text'] as const),
    config: text(envNames.config),
    cdkOutput: text(envNames.cdkOutput),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function positiveInteger(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw refusal(name, 'a whole number of at least 1', text);
}

/** `{"critical":{"queue":URL,"dead":URL}, …}`. */
function queueUrls(name: string, text: string | undefined): EnvSettings['sqsQueueUrls'] {
  if (text === undefined) return undefined;
  const expected = 'a JSON object { "QUEUE": { "queue": URL, "dead": URL }, … }';
  try {
    return queueUrlsShape.parse(JSON.parse(text));
  } catch {
    throw refusal(name, expected, text);
  }
}

function scheduleName(name: string, text: string | undefined): string | undefined {
  if (text === undefined || /^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  throw refusal(name, "the group and the name of a schedule, 'group/name'", text);
}

function databaseNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw refusal(name, 'the number of a database, 0 and up', text);
}

function oneOf<Choice extends string>(
  name: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw refusal(name, `one of ${choices.join(', ')}`, text);
}

function refusal(name: string, expected: string, found: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `the environment variable ${name} must be ${expected}; found '${found}': change or unset it`,
    { fields: { variable: name } },
  );
}
