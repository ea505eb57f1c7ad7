import { MillraceError } from '../../errors.ts';
import {
  type EnqueueContext,
  type EnqueuedExecution,
  enqueueCustomTask,
  enqueueExecution,
} from './enqueue.ts';
import type { EnqueueOptions, When } from './enqueue-options.ts';
import type { ExecutionTaskPayload } from './execution-payload.ts';

/** A task to queue: an execution of a machine, or a task of a custom type, now or later. */
export interface TaskRequest
  extends EnqueueOptions,
    Partial<Omit<ExecutionTaskPayload, 'machineId'>> {
  /** A machine of the configuration. Exactly one of `machineId` and `type` is given. */
  readonly machineId?: string;
  /** A custom type, which has no source, transformer or index. */
  readonly type?: string;
  /** Starts it after a delay, in milliseconds. @default at once */
  readonly delayMs?: number;
  /** Starts it at a date, or at milliseconds since 1970. @default at once */
  readonly at?: Date | number;
}

/** Returns what is contradictory in a request; null when nothing is. */
export function taskRequestFault(request: TaskRequest): string | null {
  const { machineId, type, delayMs, at, source, transformer, index } = request;
  if ((machineId === undefined) === (type === undefined)) {
    return 'expected either a machine or a type';
  }
  if (delayMs !== undefined && at !== undefined) {
    return 'expected a delay or a time to start at, found both';
  }
  if (type !== undefined && (source ?? transformer ?? index) !== undefined) {
    return 'source, transformer and index are for executions of a machine, found them with a type';
  }
  return null;
}

/**
 * Queues a task.
 * @throws INVALID_ARGUMENT, UNKNOWN_MACHINE, UNKNOWN_EXECUTION, UNKNOWN_TRANSFORMER, INVALID_ITEM,
 *   PAYLOAD_TOO_LARGE
 */
export async function enqueueTask(
  context: EnqueueContext,
  request: TaskRequest,
): Promise<EnqueuedExecution> {
  const fault = taskRequestFault(request);
  if (fault !== null) throw new MillraceError('INVALID_ARGUMENT', fault);
  const { machineId, type, delayMs, at, ...rest } = request;
  const { input, source, transformer, index, name, unique, ...options } = rest;
  const when = toStart(delayMs, at);
  const own = { ...(name !== undefined && { name }), ...(unique !== undefined && { unique }) };
  if (machineId === undefined) {
    return enqueueCustomTask(context, type ?? '', input ?? {}, when, { ...options, ...own });
  }
  const payload = {
    machineId,
    ...own,
    ...(input !== undefined && { input }),
    ...(source !== undefined && { source }),
    ...(transformer !== undefined && { transformer }),
    ...(index !== undefined && { index }),
  };
  return enqueueExecution(context, payload, when, options);
}

function toStart(delayMs: number | undefined, at: Date | number | undefined): When | null {
  if (delayMs !== undefined) return { delayMs };
  return at === undefined ? null : { at };
}
