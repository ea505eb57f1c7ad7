/** The leaders and workers of a store. A process that runs both has two entries and two leases. */
import { hostname } from 'node:os';
import { version } from '../config/version.ts';
import type { Store } from '../ports/store/store.ts';
import { namedHandlersMax, type WorkerAbilities } from '../roles/delivery/worker-abilities.ts';
import type { AppContext } from './app-context.ts';

/** A role that a process runs; any number of processes may run the same one. */
export type ProcessRole = 'leader' | 'worker';

/** What a process reports about itself with its heartbeat. */
export interface WorkerMetadata extends WorkerAbilities {
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
  /** Executions that ran at the last heartbeat; null for a role that runs none. */
  readonly busy: number | null;
  /** Executions that ended within the minute before it. */
  readonly endedPerMinute: number | null;
  /** Median duration of the last commits, in milliseconds. */
  readonly commitMs: number | null;
  /** Executions that it has taken over from lost workers since its start. */
  readonly takenOver: number | null;
}

/** How much a role does at a heartbeat, and what it has found missing. */
export type WorkerLoad = Pick<
  WorkerMetadata,
  'busy' | 'endedPerMinute' | 'commitMs' | 'takenOver' | 'lacks'
>;

/** The load of a role that runs no executions. */
const noLoad: WorkerLoad = Object.freeze({
  busy: null,
  endedPerMinute: null,
  commitMs: null,
  takenOver: null,
  lacks: [],
});

/** A process as the store knows it. */
export interface ListedWorker extends WorkerMetadata {
  readonly workerId: string;
  readonly alive: boolean;
  /** The number of executions that it holds. */
  readonly running: number;
  /** When its last heartbeat arrived; null before the first. */
  readonly lastBeatAt: number | null;
  /** Time until its lease expires, in milliseconds; negative once it has expired. */
  readonly expiresInMs: number;
}

/**
 * Returns a function that creates the JSON text which a role of this process sends with a
 * heartbeat.
 */
export function workerMetadata(
  role: ProcessRole,
  { settings, clock, app }: Pick<AppContext, 'settings' | 'clock' | 'app'>,
  readLoad: () => WorkerLoad = () => noLoad,
): () => string {
  const isWorker = role === 'worker';
  const metadata: Omit<WorkerMetadata, keyof WorkerLoad> = {
    role,
    host: hostname(),
    pid: process.pid,
    version,
    queues: Object.keys(isWorker ? settings.served : settings.queues),
    concurrency: isWorker ? settings.concurrency : null,
    startedAt: clock.now(),
    handlers: isWorker ? nameHandlers(app.handlers) : null,
  };
  return () => JSON.stringify({ ...metadata, ...readLoad() } satisfies WorkerMetadata);
}

function nameHandlers(handlers: AppContext['app']['handlers']): readonly string[] | null {
  const names = Object.keys(handlers).sort();
  return names.length > namedHandlersMax ? null : names;
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
    handlers: null,
    ...noLoad,
    // Another version may report fewer or more fields.
    ...(JSON.parse(about) as Partial<WorkerMetadata>),
    ...worker,
  }));
}
