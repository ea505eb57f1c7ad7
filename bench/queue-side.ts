/**
 * What the queue is measured by: tasks, and a side that sends and consumes them, Millrace's broker
 * or BullMQ. Both are given the same ids, and each task must come exactly once.
 */
import { executionMessage } from '../lib/roles/delivery/task-message.ts';
import type { BenchRedis } from './redis.ts';

/** One side of the comparison, open on an empty Redis. */
export interface QueueSide {
  /** Everything of this side that could have been set otherwise. */
  readonly knobs: Readonly<Record<string, string | number>>;
  /** Makes the tasks' messages, so that `send` has only to send. */
  prepare(ids: readonly string[]): PreparedTasks;
  /** Begins to consume, with `concurrency` handlers at once. */
  consume(concurrency: number, handle: Handle): Promise<Consumer>;
  /** Tasks of any kind that are left. */
  left(): Promise<number>;
  close(): Promise<void>;
}

/** What a handler is: given a task's id, done with it when it resolves. */
export type Handle = (id: string) => Promise<void>;

/** How tasks are sent in bulk. */
export interface Calls {
  /** Tasks of one call. */
  readonly chunkSize: number;
  /** Calls that are under way at once. */
  readonly atOnce: number;
}

/** Messages made and not sent. */
export interface PreparedTasks {
  /** Sends all, in bulk. */
  sendAll(calls: Calls): Promise<void>;
  /** Sends the one with this index. */
  sendOne(index: number): Promise<void>;
}

/** What consumes. */
export interface Consumer {
  /** Resolves when `count` tasks are done with: handled, and the queue told so. */
  finished(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** How a side is opened. @param queues served by a consumer, the first of them sent to */
export type OpenSide = (
  redis: BenchRedis,
  queues: readonly string[],
  database?: number,
) => Promise<QueueSide>;

/** Calls `send` for 0 to `count`, a chunk a call, so many calls at once. */
export async function inCalls(
  count: number,
  { chunkSize, atOnce }: Calls,
  send: (from: number, to: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const sendOn = async () => {
    while (next < count) {
      const from = next;
      next += chunkSize;
      await send(from, Math.min(next, count));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendOn));
}

/** The two sides' names, as in the figures' labels. */
export const sideNames = ['Millrace', 'BullMQ'] as const;

/** One of the two. */
export type SideName = (typeof sideNames)[number];

/** Length of the payload that both sides send, in bytes. */
export const payloadBytes = bodyOf(taskIds(1)[0] ?? '').length;

/** The payload of a task, as the body of a message. */
export function bodyOf(executionId: string): string {
  return executionMessage({ executionId, queue: 'default', batchId: null }).body;
}

/** Ids of `count` tasks, as long as an execution's. */
export function taskIds(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  );
}

/** Keeps account of which tasks came. */
export class Deliveries {
  readonly #seen = new Map<string, number>();

  /** To be called by the handler. */
  note(id: string): void {
    this.#seen.set(id, (this.#seen.get(id) ?? 0) + 1);
  }

  /** Throws unless each of `ids` came exactly once, and nothing else. */
  check(side: string, ids: readonly string[]): void {
    const missing = ids.filter((id) => !this.#seen.has(id)).length;
    const doubled = [...this.#seen.values()].filter((times) => times > 1).length;
    if (missing === 0 && doubled === 0 && this.#seen.size === ids.length) return;
    throw new Error(
      `${side}: of ${ids.length} tasks ${missing} never came and ${doubled} came more than once; ` +
        `${this.#seen.size} different ones came in all`,
    );
  }
}
