/** What a soak has found, counted in the database when every batch has ended. */
import type { Query } from '../support/check-store.ts';
import type { MemorySample, SoakRole } from './soak-processes.ts';

/** The findings of a soak. */
export interface SoakFindings {
  readonly batches: number;
  readonly executions: number;
  /** Items without an execution, and executions without an end. */
  readonly lost: number;
  /** Items with more than one execution. */
  readonly doubled: number;
  /** Executions that ended without success for another reason than their input. */
  readonly wronglyFailed: number;
  /** The errors of those, with their numbers. */
  readonly wrongErrors: Readonly<Record<string, number>>;
}

/** Reads the findings. @param items number of items of each batch */
export async function readFindings(query: Query, items: number): Promise<SoakFindings> {
  const [counts] = await query<Omit<SoakFindings, 'wrongErrors' | 'wronglyFailed'>>(`
    WITH counted AS (
      SELECT b.id, count(e.id) AS executions, count(DISTINCT e.batch_index) AS items,
        count(e.id) FILTER (WHERE e.ended_at IS NULL) AS unfinished
      FROM millrace.batches b LEFT JOIN millrace.executions e ON e.batch_id = b.id GROUP BY b.id)
    SELECT count(*)::int AS batches, sum(executions)::int AS executions,
      sum(${items} - items + unfinished)::int AS lost, sum(executions - items)::int AS doubled
    FROM counted`);
  const wrong = await query<{ readonly error: string; readonly count: number }>(`
    SELECT coalesce(error, status) AS error, count(*)::int AS count FROM millrace.executions
    WHERE ended_at IS NOT NULL AND status <> 'SUCCEEDED' AND error IS DISTINCT FROM 'BadNumber'
    GROUP BY 1`);
  return {
    ...(counts ?? { batches: 0, executions: 0, lost: 0, doubled: 0 }),
    wronglyFailed: wrong.reduce((sum, { count }) => sum + count, 0),
    wrongErrors: Object.fromEntries(wrong.map(({ error, count }) => [error, count])),
  };
}

/** Points of time in a report. */
const pointsMax = 12;

/** The memory of a role's first process, in MiB. */
export interface MemoryOverTime {
  /** Medians of the second and the last quarter, and their ratio. */
  readonly early: number;
  readonly late: number;
  readonly ratio: number;
  /** Samples at even distances. */
  readonly points: readonly number[];
}

/** Compares the memory of a role's first process over time. */
export function compareMemory(samples: readonly MemorySample[], role: SoakRole): MemoryOverTime {
  const own = samples.filter((sample) => sample.role === role).map(({ mebibytes }) => mebibytes);
  const quarter = Math.max(1, Math.floor(own.length / 4));
  const early = median(own.slice(quarter, 2 * quarter + 1));
  const late = median(own.slice(-quarter));
  const distance = Math.ceil(own.length / pointsMax);
  const points = own.filter((_, index) => index % distance === 0).map(Math.round);
  return { early: Math.round(early), late: Math.round(late), ratio: late / early, points };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
