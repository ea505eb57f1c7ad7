/** The leaders and workers of a store. A process that runs both has two entries and two leases. */
import { hostname } from 'node:os';
import { version } from '../config/version.ts';
import type { Store } from '../ports/store/store.ts';
import type { AppContext } from './app-context.ts';

/** A role that a process runs; any number of processes may run the same one. */
export type ProcessRole = 'leader' | 'worker';

/** What a process reports about itself with its heartbeat. */
export interface WorkerMetadata {
  readonly role: string;
  readonly host: string;
  readonly pid: number;
  /** The version of Millrace. */
  readonly version: string;
  /** The queues that it serves. */
  readonly queues: readonly string[];
  /** Maximum number of executions at the same time; null for a role that runs none. */
  readonly concurrency: number | null;
  /** Milliseconds since 1970, by the process's own clock. */
  readonly startedAt: number;
}

/** A process as the store knows it. */
export interface ListedWorker extends WorkerMetadata {
  readonly workerId: string;
  readonly alive: boolean;
  /** The number of executions that it holds. */
  readonly running: number;
  /** Time until its lease expires, in milliseconds; negative once it has expired. */
  readonly expiresInMs: number;
}

/** Returns the JSON text that a role of this process sends with its heartbeats. */
export function workerMetadataText(
  role: ProcessRole,
  { settings, clock }: Pick<AppContext, 'settings' | 'clock'>,
): string {
  const isWorker = role === 'worker';
  const metadata: WorkerMetadata = {
    role,
    host: hostname(),
    pid: process.pid,
    version,
    queues: Object.keys(isWorker ? settings.served : settings.queues),
    concurrency: isWorker ? settings.concurrency : null,
    startedAt: clock.now(),
  };
  return JSON.stringify(metadata);
}

/**
 * Lists the leaders and workers that are alive, and those whose leases expired within the last
 * hour. One that was stopped cleanly is not listed.
 */
export async function listWorkers({
  store,
}: {
  readonly store: Pick<Store, 'listWorkers'>;
}): Promise<ListedWorker[]> {
  const workers = await store.listWorkers();
  return workers.map(({ about, since, ...worker }) => ({
    role: 'worker',
    host: '',
    pid: 0,
    version: '',
    queues: [],
    concurrency: null,
    startedAt: since,
    // Another version may report fewer or more fields.
    ...(JSON.parse(about) as Partial<WorkerMetadata>),
    ...worker,
  }));
}
