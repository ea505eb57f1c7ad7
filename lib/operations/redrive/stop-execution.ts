import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import type { AppContext } from '../app-context.ts';
import { requireExecution } from '../find-execution.ts';

/** Why an execution is stopped, as the end of its history says. */
export interface StopExecutionRequest {
  /** Maximum 256 characters. @default none */
  readonly error?: string;
  /** Maximum 32,768 characters. @default none */
  readonly cause?: string;
}

/** When an execution was stopped. */
export interface StoppedExecution {
  /** Milliseconds since 1970. */
  readonly stoppedAt: number;
}

/**
 * Stops an execution: it ends ABORTED at its next step. One that has ended stays as it is.
 * @throws UNKNOWN_EXECUTION
 */
export async function stopExecution(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics' | 'clock' | 'signalRouter'>,
  executionId: string,
  { error, cause }: StopExecutionRequest = {},
): Promise<StoppedExecution> {
  const reason = { error: error ?? null, cause: cause ?? null };
  const request = await context.store.requestStop(executionId, reason);
  if (request === null) {
    const { endedAt } = await requireExecution(context, executionId);
    return { stoppedAt: endedAt ?? context.clock.now() };
  }
  const { isHeld, ...wakeup } = request;
  if (isHeld) context.signalRouter.abort([executionId]);
  else await new Dispatcher(context).dispatch([wakeup]);
  return { stoppedAt: context.clock.now() };
}
