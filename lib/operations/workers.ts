/**
 * Who works on a store: what a process says of itself with its heartbeat, and what the store makes
 * of it. A process that runs a leader and a worker is two of them, with a lease each.
 */
import { hostname } from 'node:os';
import { version } from '../config/version.ts';
import type { Store } from '../ports/store.ts';
import type { AppContext } from './app-context.ts';

/** One part; any number of processes may run it at once. */
export type Part = 'leader' | 'worker';

/** What a process says of itself. */
export interface ProcessAbout {
  readonly role: string;
  readonly host: string;
  readonly pid: number;
  /** Of Millrace. */
  readonly version: string;
  /** Those that it serves. */
  readonly queues: readonly string[];
  /** Executions at once; null for one that runs none. */
  readonly concurrency: number | null;
  /** In milliseconds since 1970, by its own clock. */
  readonly startedAt: number;
}

/** A process as the store knows it. */
export interface ProcessRecord extends ProcessAbout {
  readonly workerId: string;
  readonly alive: boolean;
  /** Executions that it holds. */
  readonly running: number;
  /** Until its lease ends, in milliseconds; negative since it ended. */
  readonly expiresInMs: number;
}

/** The text that a part of this process beats with. */
export function aboutText(
  role: Part,
  { settings, clock }: Pick<AppContext, 'settings' | 'clock'>,
): string {
  const isWorker = role === 'worker';
  const about: ProcessAbout = {
    role,
    host: hostname(),
    pid: process.pid,
    version,
    queues: Object.keys(isWorker ? settings.served : settings.queues),
    concurrency: isWorker ? settings.concurrency : null,
    startedAt: clock.now(),
  };
  return JSON.stringify(about);
}

/** Everybody who has given a sign of life within the last hour and did not stop in good order. */
export async function listProcesses(store: Pick<Store, 'listWorkers'>): Promise<ProcessRecord[]> {
  const workers = await store.listWorkers();
  return workers.map(({ about, since, ...worker }) => ({
    ...{ role: 'worker', host: '', pid: 0, version: '', queues: [], concurrency: null },
    startedAt: since,
    // Another version may say more or less.
    ...(JSON.parse(about) as Partial<ProcessAbout>),
    ...worker,
  }));
}
