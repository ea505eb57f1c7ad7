/** Converts Millrace's errors to those of Step Functions: one table, from codes to types. */

import { parseJson } from '../asl/json/parse-json.ts';
import { formatCreationError, toAwsDiagnostics } from '../asl/validate/aws-diagnostic.ts';
import { validateDefinition } from '../asl/validate/aws-validation.ts';
import { InvalidDefinition } from '../asl/validate/invalid-definition.ts';
import { type AwsScope, defaultScope } from '../engine/arn/aws-scope.ts';
import { toMachineArn } from '../engine/arn/make-arn.ts';
import { type ErrorCode, hasCode, type MillraceError } from '../errors.ts';
import { ServiceError, type ServiceErrorType } from './service-error.ts';

/** The members of a request, as far as errors name them. */
export type NamedMembers = Readonly<Record<string, unknown>>;

/** The request that an error belongs to. */
export interface RefusedRequest {
  readonly members: NamedMembers;
  readonly scope: AwsScope;
}

/** How an error is shown: its type and its message. */
type Shown = (error: MillraceError, members: NamedMembers, scope: AwsScope) => ServiceError;

/**
 * Returns the error that a client sees. What is not a refusal is logged by its request id, and
 * discloses nothing.
 */
export function toServiceError(
  error: unknown,
  request: RefusedRequest | null = null,
): ServiceError {
  if (error instanceof ServiceError) return error;
  if (!hasCode(error)) return internalFailure();
  const { members, scope } = request ?? { members: {}, scope: defaultScope };
  return table[error.code](error, members, scope);
}

const notRunning = "the engine's store or queue is away: repeat the call";

/** Shows the message of the error itself, which names what the caller sent. */
const as =
  (type: ServiceErrorType): Shown =>
  ({ message }) =>
    new ServiceError(type, message);

const away: Shown = () => new ServiceError('ServiceUnavailable', notRunning);

const broken: Shown = () => internalFailure();

/** Alias operations name the machine only inside of other ARNs. */
const ofMachine: Shown = (_, members) =>
  members.stateMachineArn === undefined
    ? new ServiceError('ResourceNotFound', 'Request references a resource that does not exist.')
    : machineDoesNotExist(textOf(members, 'stateMachineArn'));

const table: Readonly<Record<ErrorCode, Shown>> = Object.freeze({
  MALFORMED_DOCUMENT: (error, members) =>
    members.definition === undefined
      ? invalidInput(error.message)
      : invalidDefinition(error, members),
  INVALID_DEFINITION: (error, members) => invalidDefinition(error, members),
  INVALID_ARGUMENT: (error, members) => invalidArgument(error, members),
  INVALID_ITEM: as('ValidationException'),
  UNKNOWN_HANDLER: as('ValidationException'),
  UNKNOWN_MACHINE: ofMachine,
  UNKNOWN_VERSION: ofMachine,
  UNKNOWN_ALIAS: ofMachine,
  UNKNOWN_EXECUTION: (_, members) => executionDoesNotExist(textOf(members, 'executionArn')),
  UNKNOWN_ACTIVITY: (_, members) => activityDoesNotExist(textOf(members, 'activityArn')),
  UNKNOWN_MAP_RUN: (_, members) => resourceNotFound(textOf(members, 'mapRunArn')),
  UNKNOWN_RESOURCE: (_, members) => resourceNotFound(textOf(members, 'resourceArn')),
  UNKNOWN_BATCH: as('ResourceNotFound'),
  UNKNOWN_DOCUMENT: as('ResourceNotFound'),
  UNKNOWN_TASK: as('ResourceNotFound'),
  UNKNOWN_TRANSFORMER: as('ValidationException'),
  UNKNOWN_ORDER: as('ResourceNotFound'),
  INVALID_TOKEN: () => new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'"),
  INVALID_OUTPUT: ({ message }) =>
    new ServiceError('InvalidOutput', `Invalid Output: '${message}'`),
  TASK_DOES_NOT_EXIST: ({ message }) =>
    new ServiceError('TaskDoesNotExist', `Task Does Not Exist: '${message}'`),
  TASK_TIMED_OUT: () =>
    new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'"),
  EXECUTION_EXISTS: as('ExecutionAlreadyExists'),
  MACHINE_EXISTS: (_, members, scope) =>
    new ServiceError(
      'StateMachineAlreadyExists',
      `State Machine Already Exists: '${machineArnOf(members, scope)}'`,
    ),
  MACHINE_DELETING: (_, members, scope) =>
    new ServiceError(
      'StateMachineDeleting',
      `State Machine is being deleted: '${machineArnOf(members, scope)}'`,
    ),
  NOT_REDRIVABLE: as('ExecutionNotRedrivable'),
  TOO_MANY_TAGS: as('TooManyTags'),
  LIMIT_EXCEEDED: as('ServiceQuotaExceededException'),
  CONFLICT: as('ConflictException'),
  PAYLOAD_TOO_LARGE: as('ValidationException'),
  // What a program writes into its configuration is no fault of the caller.
  INVALID_CONFIGURATION: broken,
  FILE_NOT_READABLE: broken,
  FILE_NOT_WRITABLE: broken,
  STORE_FAILED: broken,
  BROKER_LIMIT: broken,
  STORE_UNAVAILABLE: away,
  STORE_LOCKED: away,
  BROKER_UNAVAILABLE: away,
  STOPPED: away,
});

/** Returns the error of an ARN that names no machine, version or alias. */
export function machineDoesNotExist(arn: string): ServiceError {
  return new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

/** Returns the error of an ARN that names no execution. */
export function executionDoesNotExist(arn: string): ServiceError {
  return new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
}

/** Returns the error of an ARN that names no activity. */
export function activityDoesNotExist(arn: string): ServiceError {
  return new ServiceError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
}

/** Returns the error of an ARN that names nothing else. */
export function resourceNotFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`, {
    resourceName: arn,
  });
}

/** Returns the error of an input that is no JSON. */
export function invalidInput(reason: string): ServiceError {
  return new ServiceError(
    'InvalidExecutionInput',
    `Invalid State Machine Execution Input: '${reason}'`,
  );
}

/** Returns the error of a name that breaks AWS's rule. */
export function invalidName(name: string): ServiceError {
  return new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

function invalidArgument({ message, fields }: MillraceError, members: NamedMembers): ServiceError {
  const { awsType, awsMessage, argument } = fields;
  if (argument === 'name') return invalidName(textOf(members, 'name'));
  if (argument === 'cursor')
    return new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  if (typeof awsMessage !== 'string') return new ServiceError('ValidationException', message);
  const type = awsType === 'InvalidExecutionInput' ? awsType : 'ValidationException';
  return new ServiceError(type, awsMessage);
}

function invalidDefinition(error: MillraceError, members: NamedMembers): ServiceError {
  const { awsMessage } = error.fields;
  if (typeof awsMessage === 'string') return new ServiceError('InvalidDefinition', awsMessage);
  const reason = describeDefinition(error, textOf(members, 'definition'));
  const message = reason ?? `Invalid State Machine Definition: '${error.message}'`;
  return new ServiceError('InvalidDefinition', message);
}

function describeDefinition(error: MillraceError, text: string): string | undefined {
  if (!(error instanceof InvalidDefinition)) {
    return formatCreationError(validateDefinition(text).diagnostics);
  }
  return formatCreationError(toAwsDiagnostics(error.diagnostics, parseJson(text)));
}

function internalFailure(): ServiceError {
  const message = 'the request failed: the log has the reason under the id of the request';
  return new ServiceError('InternalFailure', message);
}

/** The ARN that a request names, or that of the machine that it would make. */
function machineArnOf(members: NamedMembers, scope: AwsScope): string {
  return textOf(members, 'stateMachineArn') || toMachineArn(scope, textOf(members, 'name'));
}

function textOf(members: NamedMembers, name: string): string {
  const value = members[name];
  return typeof value === 'string' ? value : '';
}
