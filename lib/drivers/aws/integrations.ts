import type { Json, JsonObject } from '../../asl/json/json.ts';
import { isObject } from '../../asl/json/json.ts';
import { toMachineArn } from '../../engine/arn/make-arn.ts';
import { scopeOf } from '../../engine/arn/parse-arn.ts';
import type { IntegrationName } from '../../engine/task/integration-name.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import type { Invocation } from '../../ports/task-invoker.ts';
import { type Dialect, optimizedDialect } from './sdk-failure.ts';

/** An optimized integration. */
export interface Integration {
  /** Name of the service in `aws-sdk:…`. */
  readonly service: string;
  readonly dialect: Dialect;
  /** Whether its result includes the response's headers and request id. */
  readonly includesMetadata: boolean;
  /** Changes the parameters before they are sent. @default sends them as they are */
  readonly prepare?: (parameters: JsonObject, invocation: Invocation) => JsonObject;
  /** Throws for a response that reports a failure. @default every response is a result */
  readonly check?: (output: JsonObject) => void;
}

const sqs = createIntegration('sqs', optimizedDialect('SQS', 'AmazonSQS', 'AmazonSQSException'));
const sns = createIntegration('sns', optimizedDialect('SNS', 'AmazonSNS', 'AmazonSNSException'));
const dynamodb = createIntegration(
  'dynamodb',
  optimizedDialect('DynamoDB', 'AmazonDynamoDBv2', 'AmazonDynamoDBException'),
);
const athena = createIntegration(
  'athena',
  optimizedDialect('Athena', 'AmazonAthena', 'AmazonAthenaException'),
);

/**
 * The integrations that have names of their own in Step Functions, in addition to `aws-sdk:…`,
 * which reaches any action. Keys are the part of the `Resource` after `arn:aws:states:::`, without
 * the pattern.
 */
export const integrations: ReadonlyMap<string, Integration> = new Map([
  ['sqs:sendMessage', sqs],
  ['sns:publish', sns],
  [
    'states:startExecution',
    createIntegration(
      'sfn',
      optimizedDialect('StepFunctions', 'AWSStepFunctions', 'AWSStepFunctionsException'),
    ),
  ],
  [
    'events:putEvents',
    {
      service: 'eventbridge',
      dialect: optimizedDialect('EventBridge', 'AmazonEventBridge', 'AmazonEventBridgeException'),
      includesMetadata: false,
      prepare: addSender,
      check: requireNoFailedEntries,
    },
  ],
  ['dynamodb:getItem', dynamodb],
  ['dynamodb:putItem', dynamodb],
  ['dynamodb:updateItem', dynamodb],
  ['dynamodb:deleteItem', dynamodb],
  [
    'ecs:runTask',
    createIntegration('ecs', optimizedDialect('ECS', 'AmazonECS', 'AmazonECSException')),
  ],
  [
    'batch:submitJob',
    createIntegration('batch', optimizedDialect('Batch', 'AWSBatch', 'AWSBatchException')),
  ],
  [
    'glue:startJobRun',
    createIntegration('glue', optimizedDialect('Glue', 'AWSGlue', 'AWSGlueException')),
  ],
  [
    'codebuild:startBuild',
    createIntegration(
      'codebuild',
      optimizedDialect('CodeBuild', 'AWSCodeBuild', 'AWSCodeBuildException'),
    ),
  ],
  ['athena:startQueryExecution', athena],
  ['athena:getQueryExecution', athena],
  ['athena:getQueryResults', athena],
  ['athena:stopQueryExecution', athena],
]);

/** Returns the `aws-sdk:…` name of an integration's service; null for an unknown integration. */
export function findService(named: IntegrationName): string | null {
  if (isLambdaInvoke(named)) return 'lambda';
  const sdk = parseSdkService(named.service);
  return sdk ?? integrations.get(`${named.service}:${named.action}`)?.service ?? null;
}

/** Returns the service of `aws-sdk:…`; null for any other integration. */
export function parseSdkService(service: string): string | null {
  return /^aws-sdk:([a-z0-9]+)$/.exec(service)?.[1] ?? null;
}

/** Whether it is `lambda:invoke`, whose result is the function's and not the service's. */
export function isLambdaInvoke({ service, action }: IntegrationName): boolean {
  return service === 'lambda' && action === 'invoke';
}

/**
 * Converts a model's member name to that of the optimized integrations: its first letter is upper
 * case.
 */
export function toOptimizedName(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
}

function createIntegration(service: string, dialect: Dialect): Integration {
  return { service, dialect, includesMetadata: true };
}

/** Adds the execution and the machine to the resources of each event, as AWS does. */
function addSender(parameters: JsonObject, { execution, machineId }: Invocation): JsonObject {
  const { Entries } = parameters;
  if (!Array.isArray(Entries)) return parameters;
  return { ...parameters, Entries: Entries.map(withSender) };

  function withSender(entry: Json): Json {
    if (!isObject(entry)) return entry;
    const given = Array.isArray(entry.Resources) ? entry.Resources : [];
    return {
      ...entry,
      Resources: [...given, execution.arn, toMachineArn(scopeOf(execution.arn), machineId)],
    };
  }
}

function requireNoFailedEntries(output: JsonObject): void {
  if (output.FailedEntryCount === 0) return;
  throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(output));
}
