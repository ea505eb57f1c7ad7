import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store/store.ts';
import { type ListedWorker, listWorkers } from '../workers.ts';
import { errorFinding, type Finding, okFinding, warningFinding, withTimeout } from './finding.ts';

/**
 * Checks the work in the store: its leaders and workers, the executions of lost workers, paused
 * batches and the archive.
 * @param shared whether leaders and workers are separate processes
 */
export async function* checkWork(
  store: Store,
  clock: Clock,
  shared: boolean,
): AsyncGenerator<Finding> {
  const checks: Readonly<Record<string, () => Promise<Finding[]>>> = {
    workers: async () => checkProcesses(await listWorkers({ store }), shared),
    batches: async () => [await checkBatches(store)],
    archive: async () => [await checkArchive(store)],
  };
  for (const [name, check] of Object.entries(checks)) {
    try {
      yield* await withTimeout(clock, check());
    } catch (error) {
      yield errorFinding(name, error);
    }
  }
}

function checkProcesses(processes: readonly ListedWorker[], shared: boolean): Finding[] {
  const alive = processes.filter((process) => process.alive);
  const roles = ['worker', 'leader'].map((role) => {
    const count = alive.filter((process) => process.role === role).length;
    if (count > 0) return okFinding(`${role}s`, `${count} alive`);
    if (!shared)
      return okFinding(`${role}s`, 'none at the moment: batch start and dev run their own');
    return warningFinding(`${role}s`, 'none is alive: queued tasks wait', `run millrace ${role}`);
  });
  return [...roles, checkLost(processes)];
}

/** A leader takes executions away from lost workers. */
function checkLost(processes: readonly ListedWorker[]): Finding {
  const lost = processes.filter(({ alive, running }) => !alive && running > 0);
  const held = lost.reduce((sum, { running }) => sum + running, 0);
  if (held === 0) return okFinding('held tasks', 'none by a lost worker');
  return warningFinding(
    'held tasks',
    `${held} by ${lost.length} worker(s) that sent no heartbeat for the length of their lease`,
    'a leader queues them again within seconds: check that one is alive',
  );
}

async function checkBatches(store: Store): Promise<Finding> {
  const { entries, next } = await store.listBatches({ status: 'PAUSED' }, { limit: 10 });
  if (entries.length === 0) return okFinding('batches', 'none is paused');
  const names = entries.map(({ id, name }) => `${name} (${id})`).join(', ');
  return warningFinding(
    'batches',
    `paused: ${names}${next === null ? '' : ' and more'}`,
    'run millrace batch get ID for the reason, then batch resume ID or batch cancel ID',
  );
}

async function checkArchive(store: Store): Promise<Finding> {
  const { total } = await store.summarizeArchive(1);
  if (total === 0) return okFinding('archive', 'empty');
  return okFinding(
    'archive',
    `${total} task(s) whose retries are exhausted: archive list shows them`,
  );
}
