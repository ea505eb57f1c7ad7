/**
 * Commands on queues. The store is the truth and a message only a wake-up, so a purge loses no
 * work: the sweeper sends the messages again, unless the tasks are cancelled too.
 *
 * The broker of this process may not be the one that workers take from: a broker in memory belongs
 * to the process that runs the roles. Commands then refuse, and lists have no message counts.
 */

import { listKnown } from '../asl/known-names.ts';
import { MillraceError } from '../errors.ts';
import type { QueueStats } from '../ports/broker.ts';
import type { QueueTaskState } from '../ports/store/task-store.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import type { AppContext } from './app-context.ts';
import { createQueues } from './create-queues.ts';
import { countsOfQueue, taskCountMax } from './queue-report.ts';

/** One queue. */
export interface QueueOverview {
  readonly queue: string;
  /** Null for a queue that has tasks but is not in the configuration. */
  readonly weight: number | null;
  /** Null when the messages are in the memory of another process. */
  readonly messages: Omit<QueueStats, 'queue'> | null;
  /** The last pause, of a queue that is paused; null when it is not known. */
  readonly pausedSince: QueuePause | null;
  /** Tasks by state. A count of 10,000 means "10,000 or more". */
  readonly tasks: Readonly<Record<QueueTaskState, number>>;
}

/** A pause in the log of changes. */
export interface QueuePause {
  readonly at: number;
  readonly by: string | null;
  readonly reason: string | null;
}

/** What a purge did. */
export interface PurgeResult {
  /** The number of messages deleted; 0 where the service does not count them. */
  readonly messages: number;
  /** The number of tasks that were asked to stop. */
  readonly cancelled: number;
}

/** The states of tasks for which a purged queue would get new messages. */
const waitingStates: readonly QueueTaskState[] = ['pending', 'scheduled', 'retry'];

/** Tasks cancelled by one statement. */
const cancelledAtOnce = 1_000;

/** Returns the names of the app's queues, in the order of the configuration. */
export function queueNames({ settings }: Pick<AppContext, 'settings'>): string[] {
  return Object.keys(settings.queues);
}

/**
 * Lists all queues, those with tasks that the configuration does not have included.
 * @param reachesWorkers whether the broker here is the one that workers take from
 */
export async function listQueues(
  context: Pick<AppContext, 'settings' | 'store' | 'broker'>,
  reachesWorkers: boolean,
): Promise<QueueOverview[]> {
  const counts = await context.store.countTasks(null, taskCountMax);
  const names = new Set([...queueNames(context), ...counts.map(({ queue }) => queue)]);
  const messages = await readMessages(context, reachesWorkers);
  const weights = new Map(Object.entries(context.settings.queues));
  const queues: QueueOverview[] = [];
  for (const queue of names) {
    const found = messages.get(queue) ?? null;
    queues.push({
      queue,
      weight: weights.get(queue) ?? null,
      messages: found,
      pausedSince: await findPause(context, queue, found),
      tasks: countsOfQueue(queue, counts),
    });
  }
  return queues;
}

/**
 * Returns one queue of the configuration.
 * @throws INVALID_ARGUMENT for an unknown name
 */
export async function getQueue(
  context: Pick<AppContext, 'settings' | 'store' | 'broker'>,
  name: string,
  reachesWorkers: boolean,
): Promise<QueueOverview> {
  requireQueues(context, [name]);
  const counts = await context.store.countTasks([name], taskCountMax);
  const messages = (await readMessages(context, reachesWorkers)).get(name) ?? null;
  return {
    queue: name,
    weight: context.settings.queues[name] ?? null,
    messages,
    pausedSince: await findPause(context, name, messages),
    tasks: countsOfQueue(name, counts),
  };
}

/** Few queues are paused at a time, and each is one look into an index. */
async function findPause(
  { store }: Pick<AppContext, 'store'>,
  queue: string,
  messages: QueueOverview['messages'],
): Promise<QueuePause | null> {
  if (messages === null || !messages.paused) return null;
  const filter = { action: 'pauseQueue', object: `queue:${queue}` };
  const { entries } = await store.listOrders(filter, { limit: 1 });
  const [pause] = entries;
  return pause === undefined ? null : { at: pause.at, by: pause.by, reason: pause.reason };
}

async function readMessages(
  context: Pick<AppContext, 'settings' | 'broker'>,
  reachesWorkers: boolean,
): Promise<Map<string, Omit<QueueStats, 'queue'>>> {
  const stats = reachesWorkers ? await context.broker.stats(queueNames(context)) : [];
  return new Map(stats.map(({ queue, ...counts }) => [queue, counts]));
}

/**
 * Stops all workers from taking tasks from these queues; tasks that run continue.
 * @throws INVALID_ARGUMENT, CONFLICT
 */
export async function pauseQueues(
  context: Pick<AppContext, 'settings' | 'broker'>,
  names: readonly string[],
  reachesWorkers: boolean,
): Promise<void> {
  requireReach(context, names, reachesWorkers);
  requirePolling(context);
  for (const name of names) await context.broker.pause(name);
}

/**
 * Lets workers take tasks from these queues again.
 * @throws INVALID_ARGUMENT, CONFLICT
 */
export async function resumeQueues(
  context: Pick<AppContext, 'settings' | 'broker'>,
  names: readonly string[],
  reachesWorkers: boolean,
): Promise<void> {
  requireReach(context, names, reachesWorkers);
  for (const name of names) await context.broker.resume(name);
}

/**
 * Deletes the messages of a queue. Their tasks stay in the store and are queued again, unless
 * `cancelTasks` stops them too.
 * @throws INVALID_ARGUMENT, CONFLICT
 */
export async function purgeQueue(
  context: Pick<AppContext, 'settings' | 'store' | 'broker' | 'logger' | 'metrics'>,
  name: string,
  { cancelTasks }: { readonly cancelTasks: boolean },
  reachesWorkers: boolean,
): Promise<PurgeResult> {
  requireReach(context, [name], reachesWorkers);
  // Messages first: those that cancelling sends must not be deleted with them.
  const messages = await context.broker.purge(name);
  let cancelled = 0;
  if (cancelTasks) {
    for (const state of waitingStates) cancelled += await cancelAll(context, name, state);
  }
  return { messages, cancelled };
}

async function cancelAll(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'>,
  queue: string,
  state: QueueTaskState,
): Promise<number> {
  const { store } = context;
  const dispatcher = new Dispatcher(context);
  let cancelled = 0;
  let cursor: string | null = null;
  do {
    const page = { limit: cancelledAtOnce, ...(cursor !== null && { cursor }) };
    const { entries, next } = await store.listTasks({ queue, state }, page);
    await dispatcher.dispatch(await store.requestAbort(entries.map(({ id }) => id)));
    cancelled += entries.length;
    cursor = next;
  } while (cursor !== null);
  return cancelled;
}

/**
 * Creates the missing queues at SQS. Returns the names created; null for a service that needs no
 * creation.
 * @throws INVALID_ARGUMENT, BROKER_UNAVAILABLE
 */
export function createMissingQueues(
  context: Pick<AppContext, 'settings'>,
  names: readonly string[] = queueNames(context),
): Promise<string[] | null> {
  requireQueues(context, names);
  return createQueues(context.settings.broker, names);
}

/** Throws INVALID_ARGUMENT for a name that the configuration does not have. */
export function requireQueues(
  context: Pick<AppContext, 'settings'>,
  names: readonly string[],
): void {
  const known = queueNames(context);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `no queue is named '${unknown}'; ${listKnown(unknown, known)}`,
    { fields: { queue: unknown } },
  );
}

/** Lambda hands messages to a function even while their queue is paused. */
function requirePolling({ settings }: Pick<AppContext, 'settings'>): void {
  if (settings.leaderSchedule === null) return;
  throw new MillraceError(
    'CONFLICT',
    "the workers of this app are functions, to which Lambda hands the queue's messages: disable " +
      'the event source mapping of its worker instead ' +
      '(aws lambda update-event-source-mapping --uuid ID --no-enabled)',
  );
}

function requireReach(
  context: Pick<AppContext, 'settings'>,
  names: readonly string[],
  reachesWorkers: boolean,
): void {
  requireQueues(context, names);
  if (reachesWorkers) return;
  throw new MillraceError(
    'CONFLICT',
    'the queues are in the memory of the process that runs them, which is not this one: use ' +
      'app.queues there, or keep the queues in Redis or SQS (--redis, QUEUE_DRIVER=sqs)',
  );
}
