/** Redrives single executions, as RedriveExecution does. */
import { MillraceError } from '../../errors.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import type { AppContext } from '../app-context.ts';
import { requireExecution } from '../find-execution.ts';
import { readRedriveStatus } from './redrive-status.ts';

/** How long a client token is known, in milliseconds. AWS's time. */
const tokenMs = 15 * 60_000;

/** When an execution was redriven. */
export interface RedrivenExecution {
  /** Milliseconds since 1970. */
  readonly redrivenAt: number;
}

/**
 * Redrives an execution from the states that did not succeed, as RedriveExecution does. A request
 * with a token that has redriven it already returns what that request returned.
 * @throws UNKNOWN_EXECUTION
 * @throws NOT_REDRIVABLE with AWS's reason as the message
 */
export async function redriveOnce(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics' | 'clock'>,
  executionId: string,
  clientToken: string | null = null,
): Promise<RedrivenExecution> {
  const execution = await requireExecution(context, executionId);
  const { status, reason } = await readRedriveStatus(context, execution);
  // The request before may be why it is not redrivable any more.
  if (status !== 'REDRIVABLE' && clientToken === null) throw notRedrivable(executionId, reason);
  const result =
    status === 'REDRIVABLE' || execution.redrives > 0
      ? await context.store.redriveOnce({ executionId, clientToken, tokenMs })
      : null;
  if (result === null) {
    const now = await readRedriveStatus(context, await requireExecution(context, executionId));
    throw notRedrivable(executionId, now.reason ?? reason);
  }
  const { redrivenAt, isRepeat, queue, batchId } = result;
  if (!isRepeat) await new Dispatcher(context).dispatch([{ executionId, queue, batchId }]);
  return { redrivenAt };
}

function notRedrivable(executionId: string, reason: string | null): MillraceError {
  return new MillraceError(
    'NOT_REDRIVABLE',
    reason ?? 'Execution is redriven by the map run that it belongs to',
    { fields: { executionId } },
  );
}
