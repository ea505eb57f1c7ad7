/** Looks at the work: who is there to do it, what waits for a person, and what was given up. */

import { type ListedWorker, listWorkers } from '../operations/workers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store/store.ts';
import { type Finding, failed, fine, inTime, warning } from './finding.ts';

/**
 * Looks at what the store says of it.
 * @param shared whether leaders and workers are processes of their own
 */
export async function* checkWork(
  store: Store,
  clock: Clock,
  shared: boolean,
): AsyncGenerator<Finding> {
  const looks: Readonly<Record<string, () => Promise<Finding[]>>> = {
    workers: async () => checkProcesses(await listWorkers({ store }), shared),
    batches: async () => [await checkBatches(store)],
    archive: async () => [await checkArchive(store)],
  };
  for (const [check, look] of Object.entries(looks)) {
    try {
      yield* await inTime(clock, look());
    } catch (error) {
      yield failed(check, error);
    }
  }
}

function checkProcesses(processes: readonly ListedWorker[], shared: boolean): Finding[] {
  const alive = processes.filter((process) => process.alive);
  const roles = ['worker', 'leader'].map((role) => {
    const count = alive.filter((process) => process.role === role).length;
    if (count > 0) return fine(`${role}s`, `${count} alive`);
    if (!shared) return fine(`${role}s`, 'none at the moment: batch start and dev bring their own');
    return warning(`${role}s`, 'none is alive: what is queued waits', `start millrace ${role}`);
  });
  return [...roles, checkLost(processes)];
}

/** What dead workers still hold is taken from them by a leader. */
function checkLost(processes: readonly ListedWorker[]): Finding {
  const lost = processes.filter(({ alive, running }) => !alive && running > 0);
  const held = lost.reduce((sum, { running }) => sum + running, 0);
  if (held === 0) return fine('held tasks', 'none by a worker that is gone');
  return warning(
    'held tasks',
    `${held} by ${lost.length} worker(s) that gave no sign of life for their lease`,
    'a leader hands them to others within seconds: see that one is alive',
  );
}

async function checkBatches(store: Store): Promise<Finding> {
  const { entries, next } = await store.listBatches({ status: 'PAUSED' }, { limit: 10 });
  if (entries.length === 0) return fine('batches', 'none is paused');
  const names = entries.map(({ id, name }) => `${name} (${id})`).join(', ');
  return warning(
    'batches',
    `paused: ${names}${next === null ? '' : ' and more'}`,
    'batch status ID says why; batch resume or batch abort goes on',
  );
}

async function checkArchive(store: Store): Promise<Finding> {
  const count = await store.countArchive({});
  if (count === 0) return fine('archive', 'nothing failed for good');
  return fine('archive', `${count} task(s) that failed for good: archive list shows them`);
}
