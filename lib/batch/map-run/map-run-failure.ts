/** Why a map run fails: an error of the States Language on its way to the parent's Map state. */
import { ErrorName } from '../../asl/state-error.ts';
import { hasCode, type MillraceError, messageOf } from '../../errors.ts';

/** Ends a map run; `error` is what the Map's retriers and catchers match. */
export class MapRunFailure extends Error {
  readonly error: string;
  /** What people read. */
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** The items cannot be read. */
export function readerFailure(causeText: string): MapRunFailure {
  return new MapRunFailure(ErrorName.itemReaderFailed, causeText);
}

/** AWS's words for faults that a source tells in its own. */
const causes: Readonly<Record<string, string>> = {
  notAnArray: 'Attempting to map over non-iterable node.',
  sameColumnTwice: 'CSV headers cannot contain duplicates.',
};

/** What reading came to; what may pass by itself, and what is a bug, stays what it is. */
export function asReaderFailure(thrown: unknown): unknown {
  const codes = ['FILE_NOT_READABLE', 'MALFORMED_DOCUMENT', 'CONFLICT'] as const;
  if (!hasCode(thrown, ...codes) || thrown.retryable) return thrown;
  return readerFailure(causes[String(thrown.fields.fault)] ?? messageOf(thrown));
}

/** The files of a run are out of reach for longer than is borne. */
export function outageFailure(error: MillraceError, lastedMs: number): MapRunFailure {
  const isResult = error.code === 'FILE_NOT_WRITABLE';
  return new MapRunFailure(
    isResult ? ErrorName.resultWriterFailed : ErrorName.itemReaderFailed,
    `${error.message} (tried for ${Math.round(lastedMs / 1_000)} s)`,
  );
}
