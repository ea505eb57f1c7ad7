/** What S3 answered, as errors of Millrace: what could not be done, why, and what helps. */
import { type ErrorCode, MillraceError, messageOf } from '../../errors.ts';

/** What an error of the SDK says beside its message. */
interface S3Failure {
  /** S3's word for it; absent where the answer had no body. */
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** S3's words for what a person can do something about. */
const remedies: Readonly<Record<string, string>> = {
  NoSuchKey: 'there is no such object; check the key',
  NotFound: 'there is no such object; check the bucket and the key',
  NoSuchBucket: 'there is no such bucket; check its name and the region',
  AccessDenied: 'these credentials may not do it; allow s3:GetObject, s3:ListBucket, s3:PutObject',
  Forbidden: 'these credentials may not do it; allow s3:GetObject, s3:ListBucket, s3:PutObject',
  PermanentRedirect: 'the bucket is in another region; set objects.region or AWS_REGION',
  CredentialsProviderError: 'no AWS credentials were found; set AWS_PROFILE or log in',
};

/** Whether a read asked for bytes behind the object's end. */
export function isBeyondEnd(error: unknown): boolean {
  return statusOf(error) === 416;
}

/** `FILE_NOT_READABLE`, retryable when S3 or the way to it was at fault. */
export function notReadable(path: string, error: unknown): MillraceError {
  return failure('FILE_NOT_READABLE', `cannot read s3://${path}`, path, error);
}

/** `FILE_NOT_WRITABLE`, likewise. */
export function notWritable(path: string, error: unknown): MillraceError {
  return failure('FILE_NOT_WRITABLE', `cannot write s3://${path}`, path, error);
}

function failure(code: ErrorCode, what: string, path: string, error: unknown): MillraceError {
  const { name = '' } = error as S3Failure;
  return new MillraceError(code, `${what}: ${remedies[name] ?? messageOf(error)}`, {
    cause: error,
    retryable: passes(error),
    fields: { path, reason: name },
  });
}

/** No status: the connection failed. */
function passes(error: unknown): boolean {
  const status = statusOf(error);
  if (status === undefined) return (error as S3Failure).name !== 'CredentialsProviderError';
  return status >= 500 || status === 429;
}

function statusOf(error: unknown): number | undefined {
  return (error as S3Failure).$metadata?.httpStatusCode;
}
