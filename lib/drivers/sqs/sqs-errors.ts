/** Errors of SQS as errors of Millrace. */
import { type ErrorCode, MillraceError, messageOf } from '../../errors.ts';

/** The calls that this driver makes; each name is also that of the permission it needs. */
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

/** The fields of an SDK error. */
interface SdkFailure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
}

/** Explains a configuration error, which persists until the user fixes it. */
type ConfigurationError = (action: SqsAction, queue: string) => string;

const doesNotExist: ConfigurationError = (_, queue) =>
  `there is no queue ${queue} in this account and region: run 'millrace queue create', ` +
  'or check the region and sqs.queuePrefix or sqs.urls';
const notAllowed: ConfigurationError = (action) =>
  `these credentials may not do it: allow sqs:${action} on the queue`;
const noCredentials: ConfigurationError = () =>
  'no AWS credentials were found: set AWS_PROFILE or log in';

const configurationErrors: Readonly<Record<string, ConfigurationError>> = {
  QueueDoesNotExist: doesNotExist,
  'AWS.SimpleQueueService.NonExistentQueue': doesNotExist,
  AccessDenied: notAllowed,
  AccessDeniedException: notAllowed,
  CredentialsProviderError: noCredentials,
  UnrecognizedClientException: () => 'AWS does not know these credentials: log in again',
  ExpiredToken: () => 'the AWS credentials have expired: log in again',
  KmsAccessDenied: () => "these credentials may not use the queue's key: allow kms:Decrypt on it",
};

/** Temporary conditions, though SQS returns them as errors of the caller. */
const temporary: Readonly<Record<string, string>> = {
  OverLimit: 'too many of its messages are in flight: acknowledge some, or wait',
  PurgeQueueInProgress: 'it was purged less than 60 seconds ago: purge again after that',
  RequestThrottled: 'SQS asks for fewer calls: wait',
  ThrottlingException: 'SQS asks for fewer calls: wait',
};

/**
 * Converts a failed call: `INVALID_CONFIGURATION` if the user must fix it, else
 * `BROKER_UNAVAILABLE`, retryable if SQS or the network failed. The message says what failed, why,
 * and what helps.
 */
export function toSqsError(error: unknown, action: SqsAction, queue: string): MillraceError {
  const { name = '' } = error as SdkFailure;
  const explain = isMissingRegion(error) ? noRegion : configurationErrors[name];
  const code: ErrorCode = explain === undefined ? 'BROKER_UNAVAILABLE' : 'INVALID_CONFIGURATION';
  const why = explain?.(action, queue) ?? temporary[name] ?? messageOf(error);
  return new MillraceError(code, `sqs: ${action} of the queue ${queue} failed: ${why}`, {
    retryable: explain === undefined && isTemporary(error),
    cause: error,
    fields: { queue, action, reason: name },
  });
}

/** Whether SQS reported that the queue does not exist. */
export function isMissingQueue(error: unknown): boolean {
  return configurationErrors[(error as SdkFailure).name ?? ''] === doesNotExist;
}

const noRegion: ConfigurationError = () => 'no AWS region is set: set sqs.region or AWS_REGION';

function isMissingRegion(error: unknown): boolean {
  return error instanceof Error && error.message === 'Region is missing';
}

/** Without a status the connection failed. */
function isTemporary(error: unknown): boolean {
  const { name = '', $metadata, $retryable } = error as SdkFailure;
  const status = $metadata?.httpStatusCode;
  const isServerError = status === undefined || status >= 500 || status === 429;
  return isServerError || $retryable !== undefined || Object.hasOwn(temporary, name);
}
