/** What the processes of a deployment say together. Pure. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';

/** A leader or worker. */
export type Worker = ApiReply<'listWorkers'>['workers'][number];

/** Returns the versions that run at the same time, the most frequent first. */
export function runningVersions(workers: readonly Worker[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { alive, version } of workers) {
    if (alive) counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([version]) => version);
}

/** Sums slots of the workers that are alive: how many there are, and how many are busy. */
export function slotsOf(workers: readonly Worker[]): {
  readonly slots: number;
  readonly busy: number;
} {
  const alive = workers.filter((worker) => worker.alive);
  return {
    slots: alive.reduce((sum, { concurrency }) => sum + (concurrency ?? 0), 0),
    busy: alive.reduce((sum, { busy, running }) => sum + (busy ?? running), 0),
  };
}

/** A worker that took executions over from lost ones, and how many. */
export interface Takeover {
  readonly worker: Worker;
  readonly count: number;
}

/** What became of the executions of lost workers; null while no worker is lost. */
export interface Losses {
  readonly lost: number;
  /** Executions that lost workers still hold: no other has taken them over yet. */
  readonly held: number;
  /** Those who took others over, the most first. */
  readonly takeovers: readonly Takeover[];
}

/** Returns what became of the executions of the workers that are lost. */
export function lossesOf(workers: readonly Worker[]): Losses | null {
  const lost = workers.filter(({ alive, role }) => !alive && role === 'worker');
  if (lost.length === 0) return null;
  const takeovers = workers
    .map((worker) => ({ worker, count: worker.alive ? (worker.takenOver ?? 0) : 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const held = lost.reduce((sum, { running }) => sum + running, 0);
  return { lost: lost.length, held, takeovers };
}

/** Returns the workers, the lost ones first and then by role and host. */
export function sortWorkers(workers: readonly Worker[]): readonly Worker[] {
  const rank = ({ alive }: Worker) => (alive ? 1 : 0);
  return [...workers].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      a.role.localeCompare(b.role) ||
      a.host.localeCompare(b.host) ||
      a.startedAt - b.startedAt,
  );
}
