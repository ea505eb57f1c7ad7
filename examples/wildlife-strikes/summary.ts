/**
 * Computes the figures of a finished batch, one execution at a time, so that memory does not grow
 * with the batch. An output of an unexpected shape is not counted.
 */

/** The part of an execution that the summary reads. */
export interface FinishedExecution {
  readonly status: string;
  readonly priority: string;
  /** Present if it succeeded. */
  readonly output?: unknown;
  /** The name of its error if it failed. */
  readonly error?: string | null;
}

/** The figures of one batch. */
export interface StrikeSummary {
  /** Number of claims, inspections and filed reports; failed executions have no outcome. */
  readonly byOutcome: Readonly<Record<string, number>>;
  /** Number of executions by priority, including failed ones. */
  readonly byPriority: Readonly<Record<string, number>>;
  /** Total cost of all claims. */
  readonly claimedDollars: number;
}

/** Sums up `executions`. */
export async function summarize(
  executions: AsyncIterable<FinishedExecution>,
): Promise<StrikeSummary> {
  const byOutcome = new Map([entry('claim'), entry('inspection'), entry('filed')]);
  const byPriority = new Map([entry('critical'), entry('default'), entry('low')]);
  let claimedDollars = 0;
  for await (const { status, priority, output } of executions) {
    count(byPriority, priority);
    if (status !== 'SUCCEEDED') continue;
    const { outcome, totalDollars } = asFields(output);
    if (typeof outcome === 'string') count(byOutcome, outcome);
    if (outcome === 'claim' && typeof totalDollars === 'number') claimedDollars += totalDollars;
  }
  return {
    byOutcome: Object.fromEntries(byOutcome),
    byPriority: Object.fromEntries(byPriority),
    claimedDollars,
  };
}

/** Returns a count that is shown even if it stays 0. */
function entry(key: string): [string, number] {
  return [key, 0];
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function asFields(output: unknown): {
  readonly outcome?: unknown;
  readonly totalDollars?: unknown;
} {
  return typeof output === 'object' && output !== null ? output : {};
}
