import { ErrorName } from '../../asl/state-error.ts';
import { hasCode, type MillraceError, messageOf } from '../../errors.ts';

/** Fails a map run with an error that the retriers and catchers of the parent's Map can match. */
export class MapRunFailure extends Error {
  readonly error: string;
  /** The cause of the error, for users. */
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** Creates the failure of a run whose items cannot be read. */
export function readerFailure(causeText: string): MapRunFailure {
  return new MapRunFailure(ErrorName.itemReaderFailed, causeText);
}

/** AWS's messages for faults that a source describes with its own, by the field `fault`. */
const causes: Readonly<Record<string, string>> = {
  notAnArray: 'Attempting to map over non-iterable node.',
  sameColumnTwice: 'CSV headers cannot contain duplicates.',
};

/** Converts what a source threw to a failure; returns retryable errors and bugs unchanged. */
export function toReaderFailure(thrown: unknown): unknown {
  const codes = ['FILE_NOT_READABLE', 'MALFORMED_DOCUMENT', 'CONFLICT'] as const;
  if (!hasCode(thrown, ...codes) || thrown.retryable) return thrown;
  return readerFailure(causes[String(thrown.fields.fault)] ?? messageOf(thrown));
}

/** Creates the failure of a run whose files were unreachable for too long. */
export function unreachableFailure(error: MillraceError, lastedMs: number): MapRunFailure {
  const isResult = error.code === 'FILE_NOT_WRITABLE';
  return new MapRunFailure(
    isResult ? ErrorName.resultWriterFailed : ErrorName.itemReaderFailed,
    `${error.message} (tried for ${Math.round(lastedMs / 1_000)} s)`,
  );
}
