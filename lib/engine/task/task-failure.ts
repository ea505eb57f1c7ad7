import { messageOf } from '../../errors.ts';

/** The error of a call that can never be made here: no handler, no client, no such action. */
export const unknownHandlerError = 'Millrace.UnknownHandler';

/**
 * A failure of a Task's work on its way through an invoker. Thrown where it is detected, and turned
 * into a result by {@link catchTaskFailure}, because an invoker never rejects. `error` is what
 * `ErrorEquals` matches.
 */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure' as const;
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

/** A failure as the result of a call. */
interface FailedResult {
  readonly ok: false;
  readonly error: string;
  readonly cause: string;
}

/**
 * Runs `work` and turns what it throws into a result: a {@link TaskFailure} keeps its error,
 * anything else gets `fallbackError`.
 */
export async function catchTaskFailure<Result>(
  work: () => Promise<Result>,
  fallbackError: string,
): Promise<Result | FailedResult> {
  try {
    return await work();
  } catch (thrown) {
    const error = thrown instanceof TaskFailure ? thrown.error : fallbackError;
    return { ok: false, error, cause: messageOf(thrown) };
  }
}
