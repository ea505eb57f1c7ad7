/**
 * The integrations of services that have names of their own in Step Functions ("optimized"), beside
 * `aws-sdk:…` that reaches any action. Each is one line: the service behind it and how it speaks.
 */
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { isObject } from '../../asl/json/json.ts';
import { machineArn } from '../../engine/execution-identity.ts';
import type { IntegrationName } from '../../engine/task/integration-name.ts';
import { TaskFailure } from '../../ports/task-failure.ts';
import type { Invocation } from '../../ports/task-invoker.ts';
import { type Dialect, optimizedDialect } from './sdk-failure.ts';

/** One optimized integration. */
export interface Integration {
  /** The service, as `aws-sdk:…` calls it. */
  readonly service: string;
  readonly dialect: Dialect;
  /** Whether its result tells of the response's headers and request, too. */
  readonly tellsMetadata: boolean;
  /** What becomes of the parameters before they are sent. @default nothing */
  readonly prepare?: (parameters: JsonObject, invocation: Invocation) => JsonObject;
  /** Throws for an answer that is a failure all the same. @default every answer is a result */
  readonly check?: (output: JsonObject) => void;
}

const sqs = plain('sqs', optimizedDialect('SQS', 'AmazonSQS', 'AmazonSQSException'));
const sns = plain('sns', optimizedDialect('SNS', 'AmazonSNS', 'AmazonSNSException'));
const dynamodb = plain(
  'dynamodb',
  optimizedDialect('DynamoDB', 'AmazonDynamoDBv2', 'AmazonDynamoDBException'),
);
const athena = plain('athena', optimizedDialect('Athena', 'AmazonAthena', 'AmazonAthenaException'));

/** By what stands in the `Resource` after `arn:aws:states:::`, without the pattern. */
export const integrations: ReadonlyMap<string, Integration> = new Map([
  ['sqs:sendMessage', sqs],
  ['sns:publish', sns],
  [
    'states:startExecution',
    plain(
      'sfn',
      optimizedDialect('StepFunctions', 'AWSStepFunctions', 'AWSStepFunctionsException'),
    ),
  ],
  [
    'events:putEvents',
    {
      service: 'eventbridge',
      dialect: optimizedDialect('EventBridge', 'AmazonEventBridge', 'AmazonEventBridgeException'),
      tellsMetadata: false,
      prepare: namingSender,
      check: refuseFailedEntries,
    },
  ],
  ['dynamodb:getItem', dynamodb],
  ['dynamodb:putItem', dynamodb],
  ['dynamodb:updateItem', dynamodb],
  ['dynamodb:deleteItem', dynamodb],
  ['ecs:runTask', plain('ecs', optimizedDialect('ECS', 'AmazonECS', 'AmazonECSException'))],
  ['batch:submitJob', plain('batch', optimizedDialect('Batch', 'AWSBatch', 'AWSBatchException'))],
  ['glue:startJobRun', plain('glue', optimizedDialect('Glue', 'AWSGlue', 'AWSGlueException'))],
  [
    'codebuild:startBuild',
    plain('codebuild', optimizedDialect('CodeBuild', 'AWSCodeBuild', 'AWSCodeBuildException')),
  ],
  ['athena:startQueryExecution', athena],
  ['athena:getQueryExecution', athena],
  ['athena:getQueryResults', athena],
  ['athena:stopQueryExecution', athena],
]);

/** The service behind an integration, as `aws-sdk:…` calls it; null when there is none such. */
export function serviceOf(named: IntegrationName): string | null {
  if (isLambdaInvoke(named)) return 'lambda';
  const sdk = sdkService(named.service);
  return sdk ?? integrations.get(`${named.service}:${named.action}`)?.service ?? null;
}

/** The service of an integration of the SDK, `aws-sdk:…`; null of any other. */
export function sdkService(service: string): string | null {
  return /^aws-sdk:([a-z0-9]+)$/.exec(service)?.[1] ?? null;
}

/** `lambda:invoke`, which is like no other: a function's answer is not the service's. */
export function isLambdaInvoke({ service, action }: IntegrationName): boolean {
  return service === 'lambda' && action === 'invoke';
}

/**
 * A member of a model, as the optimized integrations call it: in PascalCase, otherwise as it is.
 */
export function optimizedName(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
}

function plain(service: string, dialect: Dialect): Integration {
  return { service, dialect, tellsMetadata: true };
}

/** Each event names the execution and the machine that sent it. */
function namingSender(parameters: JsonObject, { execution, machineId }: Invocation): JsonObject {
  const { Entries } = parameters;
  if (!Array.isArray(Entries)) return parameters;
  return { ...parameters, Entries: Entries.map(named) };

  function named(entry: Json): Json {
    if (!isObject(entry)) return entry;
    const given = Array.isArray(entry.Resources) ? entry.Resources : [];
    return { ...entry, Resources: [...given, execution.arn, machineArn(machineId)] };
  }
}

function refuseFailedEntries(output: JsonObject): void {
  if (output.FailedEntryCount === 0) return;
  throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(output));
}
