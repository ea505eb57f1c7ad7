/** Errors of S3 as errors of Millrace. */
import { type ErrorCode, MillraceError, messageOf } from '../../errors.ts';

/** The fields of an SDK error. */
interface S3Failure {
  /** S3's error code; absent if the response had no body. */
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Remedies, by S3's error code. */
const remedies: Readonly<Record<string, string>> = {
  NoSuchKey: 'there is no such object; check the key',
  NotFound: 'there is no such object; check the bucket and the key',
  NoSuchBucket: 'there is no such bucket; check its name and the region',
  AccessDenied: 'these credentials may not do it; allow s3:GetObject, s3:ListBucket, s3:PutObject',
  Forbidden: 'these credentials may not do it; allow s3:GetObject, s3:ListBucket, s3:PutObject',
  PermanentRedirect: 'the bucket is in another region; set objects.region or AWS_REGION',
  CredentialsProviderError: 'no AWS credentials were found; set AWS_PROFILE or log in',
};

/** Whether a read requested bytes beyond the end of the object. */
export function isBeyondEnd(error: unknown): boolean {
  return readStatus(error) === 416;
}

/** Converts a failed read to `FILE_NOT_READABLE`, retryable if S3 or the network failed. */
export function notReadable(path: string, error: unknown): MillraceError {
  return failure('FILE_NOT_READABLE', `cannot read s3://${path}`, path, error);
}

/** Converts a failed write to `FILE_NOT_WRITABLE`, retryable if S3 or the network failed. */
export function notWritable(path: string, error: unknown): MillraceError {
  return failure('FILE_NOT_WRITABLE', `cannot write s3://${path}`, path, error);
}

function failure(code: ErrorCode, what: string, path: string, error: unknown): MillraceError {
  const { name = '' } = error as S3Failure;
  return new MillraceError(code, `${what}: ${remedies[name] ?? messageOf(error)}`, {
    cause: error,
    retryable: isTemporary(error),
    fields: { path, reason: name },
  });
}

/** Without a status the connection failed. */
function isTemporary(error: unknown): boolean {
  const status = readStatus(error);
  if (status === undefined) return (error as S3Failure).name !== 'CredentialsProviderError';
  return status >= 500 || status === 429;
}

function readStatus(error: unknown): number | undefined {
  return (error as S3Failure).$metadata?.httpStatusCode;
}
