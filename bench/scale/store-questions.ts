/** What CLI, API and page read of a store with many rows, and how long each takes. */
import type { Store } from '../../lib/ports/store/store.ts';
import { machineId } from '../three-tasks.ts';

/** A call that reads, and its name. */
export type StoreQuestion = readonly [label: string, ask: (store: Store) => Promise<unknown>];

const page = { limit: 50 } as const;

/** Counts stop there, as those of the page do. */
const cap = 10_000;

/** Lists, counts and sweeps. */
export const storeQuestions: readonly StoreQuestion[] = [
  ['list executions', (store) => store.listExecutions({}, page)],
  [
    'list failed executions',
    (store) => store.listExecutions({ statuses: ['FAILED', 'TIMED_OUT', 'ABORTED'] }, page),
  ],
  ['list open executions', (store) => store.listExecutions({ statuses: ['PENDING'] }, page)],
  ['list executions of a machine', (store) => store.listExecutions({ machineId }, page)],
  ['list executions of a batch', (store) => store.listExecutions({ batchId: 'night-1' }, page)],
  ['list executions by the start of a name', (store) => store.listExecutions(byName, page)],
  ['list tasks that succeeded', (store) => store.listTasks(succeeded, page)],
  ['list pending tasks', (store) => store.listTasks({ state: 'pending', queue: 'default' }, page)],
  ['count tasks', (store) => store.countTasks(null, cap)],
  ['list the archive', (store) => store.listArchive({}, page)],
  ['count the archive', (store) => store.countArchive({}, cap)],
  ['sum up the archive', (store) => store.summarizeArchive(100)],
  ['find a name', (store) => store.find('night-1-77', 5)],
  ['overview', (store) => store.readOverview()],
  ['sweep: due', (store) => store.wakeDue(500)],
  ['sweep: orphans', (store) => store.recoverOrphans(500)],
  ['sweep: unsent', (store) => store.queueUnsent(500)],
  ['sweep: count runnable', (store) => store.countRunnable(cap)],
];

const byName = { namePrefix: 'night-1-77' } as const;

const succeeded = { state: 'succeeded', queue: 'default' } as const;

/** Asks a question so many times; returns the milliseconds at the 95th percentile. */
export async function timeQuestion(
  store: Store,
  [, ask]: StoreQuestion,
  rounds: number,
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    await ask(store);
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return times[Math.min(times.length - 1, Math.floor(times.length * 0.95))] ?? 0;
}
