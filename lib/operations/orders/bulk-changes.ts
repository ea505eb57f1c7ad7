/**
 * Changes of many executions by few statements. The store decides about each in a conditional
 * statement, so a list may contain executions that are not, or no longer, in the right state.
 */
import type { MachineVersions } from '../../ports/store/execution-store.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { forceEnds } from '../../roles/execution/forced-ends.ts';
import type { AppContext } from '../app-context.ts';
import { createExecutor } from '../create-executor.ts';
import { type RedriveTracing, traceRedrive } from '../enqueue/trace-start.ts';

/** Executions to redrive, by what keeps them from running. */
export interface Redrivable {
  /** Sleep until a retry or a scheduled time is due. */
  readonly sleeping: readonly string[];
  /** In the archive. */
  readonly archived: readonly string[];
  /** Ended without success, and not in the archive. */
  readonly failed: readonly string[];
  /** Other versions for those that have ended, by machine. @default their own */
  readonly versions?: MachineVersions;
}

/** Recorded as the reason of an entry, and as the cause of an execution's failure. */
const archiveReason = 'archived on request';

/** Maximum duration of ending executions, in milliseconds. */
const archiveLeaseMs = 30_000;

/**
 * Makes executions due now and sends their tasks; a failed one runs again from the state that
 * failed. Returns the ids of those that were changed.
 * @param archivedBefore leaves later entries of the archive alone. @default takes all
 */
export async function redriveMany(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'> & RedriveTracing,
  { sleeping, archived, failed, versions }: Redrivable,
  archivedBefore?: number,
): Promise<Set<string>> {
  const { store } = context;
  const entries = {
    taskIds: archived,
    ...(archivedBefore !== undefined && { archivedBefore }),
  };
  return await traceRedrive(context, async () => {
    const wakeups = [
      ...(sleeping.length === 0 ? [] : await store.makeTasksDue(sleeping)),
      ...(archived.length === 0
        ? []
        : await store.redriveArchived(entries, archived.length, versions)),
      ...(failed.length === 0 ? [] : await store.redriveExecutions(failed, versions)),
    ];
    await new Dispatcher(context).dispatch(wakeups);
    return new Set(wakeups.map(({ executionId }) => executionId));
  });
}

/**
 * Cancels executions: those that have not started never will, and the others are asked to stop.
 * Returns the ids of the former.
 */
export async function cancelMany(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'>,
  ids: readonly string[],
): Promise<Set<string>> {
  const { store } = context;
  const dispatcher = new Dispatcher(context);
  const { cancelled, wakeups } = await store.cancelUnstarted(ids);
  await dispatcher.dispatch(wakeups);
  const unstarted = new Set(cancelled);
  const others = ids.filter((id) => !unstarted.has(id));
  if (others.length > 0) await dispatcher.dispatch(await store.requestAbort(others));
  return unstarted;
}

/** Archives executions that ended without success. Returns how many were not in the archive. */
export function archiveEndedMany(
  { store, clock }: Pick<AppContext, 'store' | 'clock'>,
  ended: readonly { readonly id: string; readonly queue: string }[],
): Promise<number> {
  const sentAt = clock.now();
  return store.archive(
    ended.map(({ id, queue }) => {
      return { taskId: id, queue, body: '', reason: archiveReason, deliveries: 0, sentAt };
    }),
  );
}

/**
 * Ends open executions that no worker holds, FAILED with `Millrace.Archived`, and so archives them.
 * Returns the ids of those that could not be claimed.
 */
export async function archiveOpenMany(
  context: AppContext,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { store, entropy } = context;
  // A claim refuses a task that is not due. No message is needed: they are claimed right here.
  await store.makeTasksDue(ids);
  const executor = createExecutor(context);
  try {
    const end = { error: 'Millrace.Archived', cause: archiveReason };
    const ends = new Map(ids.map((id) => [id, end] as const));
    const refused = await forceEnds({ store, executor, entropy, leaseMs: archiveLeaseMs }, ends);
    return new Set(refused.map(({ id }) => id));
  } finally {
    executor.close();
  }
}
