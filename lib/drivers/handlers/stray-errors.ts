import { messageOf } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { CallsInHand } from './calls-in-hand.ts';
import { callFields, listCalls } from './describe-calls.ts';

/** What a {@link StrayErrors} is constructed from. */
export interface StrayErrorsDeps {
  readonly calls: Pick<CallsInHand, 'current' | 'open'>;
  readonly logger: Logger;
}

/**
 * Decides what an error means that nothing has caught: a rejected promise that no code awaits, or
 * an exception in a timer. The call whose code it comes from fails, as if its handler had thrown
 * it, and everything else goes on. To be called in the asynchronous context of the error.
 */
export class StrayErrors {
  readonly #deps: StrayErrorsDeps;

  constructor(deps: StrayErrorsDeps) {
    this.#deps = deps;
  }

  /** Handles the rejection of a promise that no code awaits. The process can always go on. */
  rejected(reason: unknown): void {
    if (this.#blame('stray rejection', reason)) return;
    this.#deps.logger.error(
      'stray rejection outside of handlers: nothing fails',
      this.#describe(reason),
    );
  }

  /** Handles an exception that nothing has caught; returns false when no call is to blame. */
  thrown(error: unknown): boolean {
    if (this.#blame('uncaught exception', error)) return true;
    const message = 'uncaught exception outside of handlers: everything is handed back';
    this.#deps.logger.error(message, this.#describe(error));
    return false;
  }

  #blame(what: string, error: unknown): boolean {
    const { calls, logger } = this.#deps;
    const call = calls.current;
    if (call === null) return false;
    const consequence = call.isOpen ? 'its task fails' : 'its task has ended, and nothing fails';
    const fields = { ...callFields(call), error: messageOf(error), stack: stackOf(error) };
    logger.error(`${what} in a handler: ${consequence}`, fields);
    call.fail(error);
    return true;
  }

  #describe(error: unknown) {
    const inHand = listCalls(this.#deps.calls.open);
    return { error: messageOf(error), stack: stackOf(error), inHand };
  }
}

/** Where the error was made: without a stack, no one finds the `await` that is missing. */
function stackOf(error: unknown): string | null {
  try {
    const stack: unknown = error instanceof Error ? error.stack : null;
    return typeof stack === 'string' ? stack.split('\n', 6).join('\n').slice(0, 2_000) : null;
  } catch {
    return null;
  }
}
