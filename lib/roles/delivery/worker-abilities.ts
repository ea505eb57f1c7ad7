/** What a worker's metadata says about the tasks that it can run. */
import { isObject } from '../../asl/json/json.ts';
import type { WorkerRecord } from '../../ports/store/worker-store.ts';
import type { TaskCall } from '../../ports/task-invoker.ts';

/** The part of a worker's metadata that names what it can run. */
export interface WorkerAbilities {
  /**
   * The names of its handlers, sorted; null for a process that runs no tasks, or that has more than
   * {@link namedHandlersMax}.
   */
  readonly handlers: readonly string[] | null;
  /** The Resources of integrations that it has met and cannot call. */
  readonly lacks: readonly string[];
}

/** Maximum number of handlers that a worker names, because each heartbeat carries the names. */
export const namedHandlersMax = 1_000;

/** A task, and the handler that it names; null when it names none. */
export interface NamedTask extends TaskCall {
  readonly handler: string | null;
}

/**
 * Returns whether a live worker may be able to run all of `tasks` from `queue`. A worker of an
 * earlier release names no handlers, and an integration may be available without a handler: both
 * count as able until the opposite is known.
 */
export function mayRun(worker: WorkerRecord, queue: string, tasks: readonly NamedTask[]): boolean {
  if (!worker.alive) return false;
  const { role, queues, handlers, lacks } = parseAbout(worker.about);
  if (role === 'leader' || (queues !== null && !queues.includes(queue))) return false;
  if (handlers === null) return true;
  return tasks.every(({ handler, resource }) => {
    if (handlers.includes(resource) || (handler !== null && handlers.includes(handler)))
      return true;
    return resource.startsWith('arn:') && lacks?.includes(resource) !== true;
  });
}

function parseAbout(about: string) {
  const parsed: unknown = JSON.parse(about);
  const fields = isObject(parsed) ? parsed : {};
  return {
    role: fields.role,
    queues: toTexts(fields.queues),
    handlers: toTexts(fields.handlers),
    lacks: toTexts(fields.lacks),
  };
}

function toTexts(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : null;
}
