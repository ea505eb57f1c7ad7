/** What SQS or the way to it answered, as errors of Millrace: what failed, why, and what helps. */
import { type ErrorCode, MillraceError, messageOf } from '../../errors.ts';

/** The calls this driver makes; each is also the name of the permission that it needs. */
export type SqsAction =
  | 'ChangeMessageVisibility'
  | 'CreateQueue'
  | 'DeleteMessage'
  | 'GetQueueAttributes'
  | 'GetQueueUrl'
  | 'ListQueueTags'
  | 'PurgeQueue'
  | 'ReceiveMessage'
  | 'SendMessage'
  | 'TagQueue'
  | 'UntagQueue';

/** What an error of the SDK says beside its message. */
interface SdkFailure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
}

/** What is wrong with the set-up, and stays wrong until a person mends it. */
type Fault = (action: SqsAction, queue: string) => string;

const doesNotExist: Fault = (_, queue) =>
  `there is no queue ${queue} in this account and region: run 'millrace queue create', ` +
  'or check the region and sqs.queuePrefix or sqs.urls';
const notAllowed: Fault = (action) =>
  `these credentials may not do it: allow sqs:${action} on the queue`;
const noCredentials: Fault = () => 'no AWS credentials were found: set AWS_PROFILE or log in';

const faults: Readonly<Record<string, Fault>> = {
  QueueDoesNotExist: doesNotExist,
  'AWS.SimpleQueueService.NonExistentQueue': doesNotExist,
  AccessDenied: notAllowed,
  AccessDeniedException: notAllowed,
  CredentialsProviderError: noCredentials,
  UnrecognizedClientException: () => 'AWS does not know these credentials: log in again',
  ExpiredToken: () => 'the AWS credentials have expired: log in again',
  KmsAccessDenied: () => "these credentials may not use the queue's key: allow kms:Decrypt on it",
};

/** What passes, though SQS does not call it its own fault. */
const passing: Readonly<Record<string, string>> = {
  OverLimit: 'too many of its messages are in flight: acknowledge some, or wait',
  PurgeQueueInProgress: 'it was purged less than 60 seconds ago: purge again when they are over',
  RequestThrottled: 'SQS asks for fewer calls: wait',
  ThrottlingException: 'SQS asks for fewer calls: wait',
};

/**
 * `INVALID_CONFIGURATION` for what a person has to mend, else `BROKER_UNAVAILABLE`, retryable when
 * SQS or the network was at fault.
 */
export function sqsFailure(error: unknown, action: SqsAction, queue: string): MillraceError {
  const { name = '' } = error as SdkFailure;
  const fault = isMissingRegion(error) ? noRegion : faults[name];
  const code: ErrorCode = fault === undefined ? 'BROKER_UNAVAILABLE' : 'INVALID_CONFIGURATION';
  const why = fault?.(action, queue) ?? passing[name] ?? messageOf(error);
  return new MillraceError(code, `sqs: ${action} of the queue ${queue} failed: ${why}`, {
    retryable: fault === undefined && passes(error),
    cause: error,
    fields: { queue, action, reason: name },
  });
}

/** Whether the answer was that there is no such queue. */
export function isMissingQueue(error: unknown): boolean {
  return faults[(error as SdkFailure).name ?? ''] === doesNotExist;
}

const noRegion: Fault = () => 'no AWS region is set: set sqs.region or AWS_REGION';

function isMissingRegion(error: unknown): boolean {
  return error instanceof Error && error.message === 'Region is missing';
}

/** No status: the connection failed. */
function passes(error: unknown): boolean {
  const { name = '', $metadata, $retryable } = error as SdkFailure;
  const status = $metadata?.httpStatusCode;
  const isTheirs = status === undefined || status >= 500 || status === 429;
  return isTheirs || $retryable !== undefined || Object.hasOwn(passing, name);
}
