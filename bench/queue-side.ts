/**
 * The interface that both sides of the queue comparison implement, and the tasks that both are
 * given: the same ids, each to be delivered exactly once.
 */
import { createTaskMessage } from '../lib/roles/delivery/dispatcher.ts';
import type { BenchRedis } from './bench-redis.ts';

/** One side of the comparison: Millrace or BullMQ, open on an empty Redis. */
export interface QueueSide {
  /** Every setting of this side that could have had another value. */
  readonly knobs: Readonly<Record<string, string | number>>;
  /** Creates the messages, so that only the sending is measured. */
  prepare(ids: readonly string[]): PreparedTasks;
  /** Starts a consumer that runs `concurrency` handlers at once. */
  consume(concurrency: number, handle: Handle): Promise<Consumer>;
  /** Counts the tasks that remain, in any state. */
  countRemaining(): Promise<number>;
  close(): Promise<void>;
}

/** Handles the task with this id; resolves when done. */
export type Handle = (id: string) => Promise<void>;

/** How tasks are sent in bulk calls. */
export interface BulkCalls {
  /** Tasks per call. */
  readonly chunkSize: number;
  /** Calls in flight at once. */
  readonly atOnce: number;
}

/** Messages that have been created and not sent. */
export interface PreparedTasks {
  /** Sends all messages in bulk calls. */
  sendAll(calls: BulkCalls): Promise<void>;
  /** Sends the message with this index. */
  sendOne(index: number): Promise<void>;
}

/** A running consumer. */
export interface Consumer {
  /** Resolves when `count` tasks have been handled and acknowledged. */
  finished(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Opens a side. @param queues the queues of a consumer; tasks are sent to the first */
export type OpenSide = (redis: BenchRedis, queues: readonly string[]) => Promise<QueueSide>;

/** Calls `send` for each chunk of the indexes 0 to `count`, with `atOnce` calls in flight. */
export async function sendInChunks(
  count: number,
  { chunkSize, atOnce }: BulkCalls,
  send: (from: number, to: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const sendRemaining = async () => {
    while (next < count) {
      const from = next;
      next += chunkSize;
      await send(from, Math.min(next, count));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendRemaining));
}

/** The names of both sides, as used in the labels of figures. */
export const sideNames = ['Millrace', 'BullMQ'] as const;

/** The name of one side. */
export type SideName = (typeof sideNames)[number];

/** Size of the payload that both sides send, in bytes. */
export const payloadBytes = taskPayload(taskIds(1)[0] ?? '').length;

/** Creates the payload of a task: the body of its message. */
export function taskPayload(executionId: string): string {
  return createTaskMessage({ executionId, queue: 'default', batchId: null }).body;
}

/** Creates the ids of `count` tasks, as long as execution ids. */
export function taskIds(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  );
}

/** Checks that every task was delivered exactly once. */
export class DeliveryCheck {
  readonly #seen = new Map<string, number>();

  /** Records one delivery; called by the handler. */
  record(id: string): void {
    this.#seen.set(id, (this.#seen.get(id) ?? 0) + 1);
  }

  /** Throws unless each of `ids` was delivered exactly once, and nothing else was. */
  check(side: string, ids: readonly string[]): void {
    const missing = ids.filter((id) => !this.#seen.has(id)).length;
    const repeated = [...this.#seen.values()].filter((times) => times > 1).length;
    if (missing === 0 && repeated === 0 && this.#seen.size === ids.length) return;
    throw new Error(
      `${side}: of ${ids.length} tasks ${missing} were not delivered and ${repeated} more than once; ` +
        `${this.#seen.size} different tasks were delivered`,
    );
  }
}
