/** What a queue's figures mean. Pure. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';

/** The states of tasks as tabs, in the order in which one looks for a problem. */
export const taskTabs = [
  'pending',
  'active',
  'waiting',
  'retry',
  'scheduled',
  'failed',
  'archived',
  'succeeded',
] as const;

/** The state of tasks in a tab. */
export type TaskTab = (typeof taskTabs)[number];

/** What each state means, in a sentence. */
export const taskTabMeanings: Readonly<Record<TaskTab, string>> = Object.freeze({
  pending: 'They can run, and no worker holds them.',
  active: 'A live worker holds them.',
  waiting: 'They have started, and sleep until they are due or a signal arrives.',
  retry: 'They failed, and their next attempt is due later.',
  scheduled: 'They have never started, and are due later.',
  failed: 'They ended without success, and are not in the archive.',
  archived: 'They ended without success, and are in the archive.',
  succeeded: 'They ended with an output.',
});

/** Returns what a weight means: `asked first 6 times in 10`. */
export function weightText(
  weight: number | null,
  queues: readonly { readonly weight: number | null }[],
): string {
  if (weight === null) return 'the configuration does not have this queue: no worker asks it';
  const sum = queues.reduce((total, each) => total + (each.weight ?? 0), 0);
  const of = sum <= 20 ? sum : 100;
  const times = sum <= 20 ? weight : Math.round((weight / sum) * 100);
  return `asked first ${times} ${times === 1 ? 'time' : 'times'} in ${of}`;
}

/** Stops a worker function from being invoked with the messages of its queue. */
export const pauseCommand = 'aws lambda update-event-source-mapping --uuid ID --no-enabled';

/** Returns why queues cannot be paused here; null where they can. */
export function pauseRefusal({
  can,
  deployment,
}: Pick<ApiReply<'getApp'>, 'can' | 'deployment'>): string | null {
  if (can.pauseQueues) return null;
  return deployment === 'functions'
    ? 'The workers are functions, to which Lambda hands the messages: disable the event source mapping'
    : 'The queues lie in the memory of another process, which alone can pause them';
}

/** Returns the age of the oldest message, in milliseconds; null when none is known to wait. */
export function oldestAge({ ready, oldestMs }: Messages): number | null {
  return ready === 0 ? null : oldestMs;
}

type Messages = NonNullable<ApiReply<'getQueue'>['messages']>;
