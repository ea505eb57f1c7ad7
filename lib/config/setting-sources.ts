/**
 * The table of all settings that an environment variable or a command-line flag overrides. The
 * environment is read by it, the options of the CLI are created from it, and the infrastructure
 * takes the names of variables from it.
 */
import { type LogLevel, logLevels } from '../drivers/system/line-logger.ts';
import { executionEventChoices } from '../ports/event-bus.ts';
import { fieldValidationModes } from '../test-state/request.ts';
import {
  accountId,
  apiAccess,
  asText,
  choiceOf,
  databaseNumber,
  hostedLogin,
  httpUrl,
  portNumber,
  positiveInteger,
  queueUrls,
  regionName,
  scheduleName,
  secretArns,
  stepFunctionsAccess,
  trueOrFalse,
  type Unreadable,
} from './setting-parsers.ts';

/** The variable and the flag of a setting, and how their text is parsed. */
interface SettingSource<Value> {
  /** The environment variable, if there is one. */
  readonly env?: string;
  /** The flag in the syntax of commander, if there is one. */
  readonly flag?: string;
  /** Description of the flag in `--help`. */
  readonly help?: string;
  readonly parse: (text: string) => Value | Unreadable;
}

/** Every setting that the environment or a flag can override. */
export const settingSources = {
  awsRegion: {
    env: 'AWS_REGION',
    flag: '--region <name>',
    help: 'region that ARNs name (default: that of the store, or us-east-1)',
    parse: regionName,
  },
  awsAccount: {
    env: 'AWS_ACCOUNT_ID',
    flag: '--account <id>',
    help: 'account that ARNs name, twelve digits (default: that of the store, or 000000000000)',
    parse: accountId,
  },
  store: {
    env: 'STORE_DRIVER',
    flag: '--store <driver>',
    help: 'store of the executions: pglite, postgres, rds-data or memory',
    parse: asText,
  },
  postgresUrl: {
    env: 'POSTGRES_URL',
    flag: '--postgres <url>',
    help: 'PostgreSQL: postgres://user@host:port/database (with a password: in POSTGRES_URL)',
    parse: asText,
  },
  postgresPoolSize: { env: 'POSTGRES_POOL_SIZE', parse: positiveInteger },
  postgresPooler: { env: 'POSTGRES_POOLER', parse: trueOrFalse },
  postgresReaderUrl: { env: 'POSTGRES_READER_URL', parse: asText },
  databaseClusterArn: { env: 'DATABASE_CLUSTER_ARN', parse: asText },
  databaseSecretArn: { env: 'DATABASE_SECRET_ARN', parse: asText },
  databaseName: { env: 'DATABASE_NAME', parse: asText },
  databaseReadOnly: { env: 'DATABASE_READ_ONLY', parse: trueOrFalse },
  applicationSecretArn: { env: 'APPLICATION_SECRET_ARN', parse: asText },
  readerSecretArn: { env: 'READER_SECRET_ARN', parse: asText },
  data: {
    env: 'MILLRACE_DATA',
    flag: '--data <folder>',
    help: 'folder of the embedded database',
    parse: asText,
  },
  broker: {
    env: 'QUEUE_DRIVER',
    flag: '--broker <driver>',
    help: 'broker of the queues: memory, redis or sqs',
    parse: asText,
  },
  redisUrl: {
    env: 'REDIS_URL',
    flag: '--redis <place>',
    help: 'Redis: a URL, or host:port (with a password: in REDIS_URL)',
    parse: asText,
  },
  redisAddress: { env: 'REDIS_ADDR', parse: asText },
  redisPassword: {
    env: 'REDIS_PASSWORD',
    flag: '--redis-password <text>',
    help: 'password of Redis (safer in REDIS_PASSWORD)',
    parse: asText,
  },
  redisDatabase: {
    env: 'REDIS_DB',
    flag: '--redis-db <n>',
    help: 'number of the Redis database',
    parse: databaseNumber,
  },
  redisToken: { env: 'REDIS_TOKEN', parse: asText },
  redisNamespace: { env: 'REDIS_NAMESPACE', parse: asText },
  sqsQueuePrefix: { env: 'SQS_QUEUE_PREFIX', parse: asText },
  sqsQueueUrls: { env: 'SQS_QUEUE_URLS', parse: queueUrls },
  objectsDriver: { env: 'OBJECTS_DRIVER', parse: choiceOf(['files', 's3']) },
  bucket: { env: 'MILLRACE_BUCKET', parse: asText },
  eventBus: { env: 'EVENT_BUS_NAME', parse: asText },
  executionEvents: { env: 'EXECUTION_EVENTS', parse: choiceOf(executionEventChoices) },
  leaderQueueUrl: { env: 'LEADER_QUEUE_URL', parse: asText },
  leaderSchedule: { env: 'SWEEP_SCHEDULE', parse: scheduleName },
  workerQueue: { env: 'WORKER_QUEUE', parse: asText },
  concurrency: {
    env: 'WORKER_CONCURRENCY',
    flag: '--concurrency <n>',
    help: 'maximum number of executions at once',
    parse: positiveInteger,
  },
  servedQueues: {
    flag: '--queues <names>',
    help: 'serve only these queues of the configuration, separated by commas',
    parse: (text: string): readonly string[] => text.split(','),
  },
  strictPriority: {
    flag: '--strict',
    help: 'always take from the heaviest queue that has tasks',
    parse: () => true,
  },
  ledMachine: {
    flag: '--sm-id <machine>',
    help: 'lead only the batches of this machine',
    parse: asText,
  },
  dashboardTokens: { env: 'DASHBOARD_TOKENS', parse: asText },
  dashboardHost: {
    env: 'DASHBOARD_HOST',
    flag: '--host <address>',
    help: 'address to listen on (default: 127.0.0.1)',
    parse: asText,
  },
  dashboardPublished: {
    env: 'DASHBOARD_PUBLISHED',
    flag: '--published <address>',
    help: 'host:port at which a container runtime publishes the port, if it does',
    parse: asText,
  },
  dashboardTlsCert: {
    env: 'DASHBOARD_TLS_CERT',
    flag: '--tls-cert <file>',
    help: 'certificate chain (PEM): serve HTTPS',
    parse: asText,
  },
  dashboardTlsKey: {
    env: 'DASHBOARD_TLS_KEY',
    flag: '--tls-key <file>',
    help: 'private key of the certificate (PEM)',
    parse: asText,
  },
  dashboardProxies: {
    env: 'DASHBOARD_BEHIND_PROXY',
    flag: '--behind-proxy <addresses>',
    help: 'addresses or networks of the proxy in front, separated by commas',
    parse: asText,
  },
  dashboardUserHeader: {
    env: 'DASHBOARD_USER_HEADER',
    flag: '--user-header <name>',
    help: 'header in which the proxy names the user that it has logged in',
    parse: asText,
  },
  dashboardGroupsHeader: {
    env: 'DASHBOARD_GROUPS_HEADER',
    flag: '--groups-header <name>',
    help: "header with the user's groups (default: x-forwarded-groups)",
    parse: asText,
  },
  dashboardRoleOf: {
    env: 'DASHBOARD_ROLE_OF',
    flag: '--role-of <roles>',
    help: 'roles of groups and users: admins=owner,sre=operator,*=reader',
    parse: asText,
  },
  dashboardReadOnly: {
    env: 'DASHBOARD_READ_ONLY',
    flag: '--read-only',
    help: 'give every caller the role reader',
    parse: trueOrFalse,
  },
  dashboardAllowedHosts: {
    env: 'DASHBOARD_ALLOWED_HOSTS',
    flag: '--allowed-hosts <names>',
    help: 'hosts by which it may be called, such as mill.example.com, separated by commas',
    parse: asText,
  },
  dashboardBasePath: {
    env: 'DASHBOARD_BASE_PATH',
    flag: '--base-path <path>',
    help: 'path at which a proxy serves the dashboard, such as /ops/mill',
    parse: asText,
  },
  hostedLogin: { env: 'DASHBOARD_LOGIN', parse: hostedLogin },
  apiAccess: { env: 'API_ACCESS', parse: apiAccess },
  stepFunctionsAccess: { env: 'STEP_FUNCTIONS_ACCESS', parse: stepFunctionsAccess },
  taskRoleArn: { env: 'TASK_ROLE_ARN', parse: asText },
  handlerSecrets: { env: 'HANDLER_SECRETS', parse: secretArns },
  healthPort: {
    env: 'HEALTH_PORT',
    flag: '--health-port <n>',
    help: 'answer health checks at this port: /livez and /readyz, 0 for any free one (default: nowhere)',
    parse: portNumber,
  },
  healthHost: {
    env: 'HEALTH_HOST',
    flag: '--health-host <address>',
    help: 'address at which health checks are answered (default: 127.0.0.1)',
    parse: asText,
  },
  stepFunctionsHost: {
    env: 'STEP_FUNCTIONS_HOST',
    flag: '--step-functions-host <address>',
    help: "address at which Step Functions' API is served (default: 127.0.0.1)",
    parse: asText,
  },
  stepFunctionsKeys: {
    env: 'STEP_FUNCTIONS_ACCESS_KEYS',
    flag: '--access-keys <file>',
    help: "JSON list of the access keys that sign requests to Step Functions' API, mode 0600",
    parse: asText,
  },
  stepFunctionsOrigins: {
    env: 'STEP_FUNCTIONS_ALLOW_ORIGIN',
    flag: '--allow-origin <origins>',
    help: "pages that may call Step Functions' API: http://localhost:3000, separated by commas",
    parse: asText,
  },
  stepFunctionsStrictRegion: {
    env: 'STEP_FUNCTIONS_STRICT_REGION',
    flag: '--strict-region',
    help: "refuse requests to Step Functions' API that are signed for another region",
    parse: trueOrFalse,
  },
  /** The names that Step Functions Local and LocalStack have for it. */
  mockFile: { env: 'SFN_MOCK_CONFIG', parse: asText },
  localStackMockFile: { env: 'LOCALSTACK_SFN_MOCK_CONFIG', parse: asText },
  mockValidation: {
    env: 'SFN_MOCK_FIELD_VALIDATION_MODE',
    parse: choiceOf(fieldValidationModes),
  },
  awsAccessKeyId: { env: 'AWS_ACCESS_KEY_ID', parse: asText },
  awsSecretAccessKey: { env: 'AWS_SECRET_ACCESS_KEY', parse: asText },
  metricsPort: {
    env: 'METRICS_PORT',
    flag: '--metrics-port <n>',
    help: 'serve metrics for Prometheus at this port, 0 for any free one (default: nowhere)',
    parse: portNumber,
  },
  metricsHost: {
    env: 'METRICS_HOST',
    flag: '--metrics-host <address>',
    help: 'address at which metrics are served (default: 127.0.0.1)',
    parse: asText,
  },
  metricsToken: { env: 'METRICS_TOKEN', parse: asText },
  otlpEndpoint: { env: 'OTEL_EXPORTER_OTLP_ENDPOINT', parse: httpUrl },
  otlpTracesEndpoint: { env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', parse: httpUrl },
  tracesDisabled: { env: 'OTEL_SDK_DISABLED', parse: trueOrFalse },
  measure: { env: 'MILLRACE_MEASURE', parse: choiceOf(['on', 'off']) },
  logLevel: { env: 'LOG_LEVEL', parse: choiceOf<LogLevel>(logLevels) },
  logFormat: { env: 'LOG_FORMAT', parse: choiceOf(['json', 'text']) },
  /** Set by Lambda. */
  lambdaFunction: { env: 'AWS_LAMBDA_FUNCTION_NAME', parse: asText },
  /** Set by CI services. */
  ci: { env: 'CI', parse: asText },
  /** The configuration that `bin/infra.ts` synthesises. */
  config: { env: 'MILLRACE_CONFIG', parse: asText },
  /** The stage of `deployment.stages` that it synthesises. */
  stage: { env: 'MILLRACE_STAGE', parse: asText },
  /** Output folder, set by the `cdk` command. */
  cdkOutput: { env: 'CDK_OUTDIR', parse: asText },
} as const satisfies Readonly<Record<string, SettingSource<unknown>>>;

type Sources = typeof settingSources;

/** The name of a setting that can be overridden. */
export type SettingName = keyof Sources;

/** Overriding values by setting; absent if neither a variable nor a flag gives one. */
export type SettingOverrides = {
  readonly [Name in SettingName]?: Exclude<ReturnType<Sources[Name]['parse']>, Unreadable>;
};

type EnvName = {
  [Name in SettingName]: Sources[Name] extends { readonly env: string } ? Name : never;
}[SettingName];

/** The names of the environment variables, by setting. */
export const envNames = Object.fromEntries(
  Object.entries(settingSources).flatMap(([name, source]) =>
    'env' in source ? [[name, source.env]] : [],
  ),
) as { readonly [Name in EnvName]: Sources[Name]['env'] };
