import type { AccessModel } from '../iam/access-model.ts';
import type { AwsRequest, OperationReader, RequestedOperation } from './aws-request.ts';
import { findKeyPermissions } from './encryption-keys.ts';
import {
  readLambdaOperation,
  readMonitoringOperation,
  readSecretsOperation,
  readStsOperation,
} from './operations/other-operations.ts';
import { readEventsOperation } from './operations/read-events-operation.ts';
import { readRdsDataOperation } from './operations/read-rds-data-operation.ts';
import { readS3Operation } from './operations/read-s3-operation.ts';
import { readSchedulerOperation } from './operations/read-scheduler-operation.ts';
import { readSqsOperation } from './operations/read-sqs-operation.ts';
import type { CheckedPermission } from './proxied-call.ts';
import type { ProxyCaller } from './proxy-caller.ts';
import {
  accessDenied,
  type ServiceFailure,
  unknownAccessKey,
  unknownOperation,
} from './service-replies.ts';

/** The policies that requests are authorized by. */
export interface AuthorizationContext {
  readonly access: AccessModel;
  /** ARNs of encryption keys by the ARN of the resource that they encrypt. */
  readonly keys?: ReadonlyMap<string, string>;
}

/** Whether a request may be served: `refused` when its operation or its caller is unknown. */
export type Authorization =
  | { readonly kind: 'refused'; readonly operation: string; readonly failure: ServiceFailure }
  | {
      readonly kind: 'allowed';
      readonly caller: ProxyCaller;
      readonly operation: string;
      readonly permissions: readonly CheckedPermission[];
    }
  | {
      readonly kind: 'denied';
      readonly operation: string;
      readonly permissions: readonly CheckedPermission[];
      readonly failure: ServiceFailure;
    };

const operationReaders: ReadonlyMap<string, OperationReader> = new Map([
  ['sqs', readSqsOperation],
  ['s3', readS3Operation],
  ['rds-data', readRdsDataOperation],
  ['scheduler', readSchedulerOperation],
  ['events', readEventsOperation],
  ['lambda', readLambdaOperation],
  ['sts', readStsOperation],
  ['monitoring', readMonitoringOperation],
  ['secretsmanager', readSecretsOperation],
]);

/**
 * Authorizes a request before anything is done for it.
 * @param caller undefined when no caller has the access key
 */
export function authorize(
  request: AwsRequest,
  caller: ProxyCaller | undefined,
  context: AuthorizationContext,
): Authorization {
  const { service } = request;
  const requested = operationReaders.get(service)?.(request);
  const operation = requested?.operation ?? '?';
  if (caller === undefined) {
    return { kind: 'refused', operation, failure: unknownAccessKey(service) };
  }
  if (requested === undefined) {
    const name = String(request.headers['x-amz-target'] ?? `${request.method} ${request.path}`);
    return { kind: 'refused', operation, failure: unknownOperation(service, name) };
  }
  const permissions = checkPermissions(requested, caller, context);
  const denial = permissions.find(({ decision }) => !decision.allowed)?.decision;
  if (denial === undefined || denial.allowed) {
    return { kind: 'allowed', caller, operation, permissions };
  }
  return { kind: 'denied', operation, permissions, failure: accessDenied(service, denial.message) };
}

function checkPermissions(
  { requiredPermissions }: RequestedOperation,
  { principal }: ProxyCaller,
  { access, keys }: AuthorizationContext,
): CheckedPermission[] {
  return requiredPermissions
    .flatMap((required) => [required, ...findKeyPermissions(required, keys)])
    .map((required) => ({ ...required, decision: access.decide({ ...required, principal }) }));
}
