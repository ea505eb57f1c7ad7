/**
 * A failure of a Task's work on its way through an invoker. Thrown where it is found and made an
 * answer at the invoker's door: no invoker rejects.
 */
import { messageOf } from '../errors.ts';
import type { InvocationResult } from './task-invoker.ts';

/** The error of what can never be carried out here: no handler, no client, no such action. */
export const unknownHandlerError = 'Millrace.UnknownHandler';

/** See this file's head; `error` is what `ErrorEquals` matches. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure' as const;
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

/**
 * Runs `work` and makes what it throws an answer; what is no {@link TaskFailure} is `otherwise`.
 */
export async function answerOf(
  work: () => Promise<InvocationResult>,
  otherwise: string,
): Promise<InvocationResult> {
  try {
    return await work();
  } catch (thrown) {
    const error = thrown instanceof TaskFailure ? thrown.error : otherwise;
    return { ok: false, error, cause: messageOf(thrown) };
  }
}
