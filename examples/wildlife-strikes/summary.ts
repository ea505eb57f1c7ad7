/**
 * The figures of a finished batch, read off its executions one by one, so that memory does not grow
 * with the batch. Takes nothing on trust: an output of another shape is counted nowhere.
 */

/** What the summary reads of an execution. */
export interface FinishedExecution {
  readonly status: string;
  readonly priority: string;
  /** The output as JSON, present when it succeeded. */
  readonly output?: unknown;
  /** The name of the error that ended it, when it did not. */
  readonly error?: string | null;
}

/** The figures of one batch. */
export interface StrikeSummary {
  /**
   * How many reports became a claim, an inspection, or were filed; those that failed have no
   * outcome.
   */
  readonly byOutcome: Readonly<Record<string, number>>;
  /** How many executions, failed ones too, ran at each priority. */
  readonly byPriority: Readonly<Record<string, number>>;
  /** The total cost over all claims. */
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
    const { outcome, totalDollars } = fieldsOf(output);
    if (typeof outcome === 'string') count(byOutcome, outcome);
    if (outcome === 'claim' && typeof totalDollars === 'number') claimedDollars += totalDollars;
  }
  return {
    byOutcome: Object.fromEntries(byOutcome),
    byPriority: Object.fromEntries(byPriority),
    claimedDollars,
  };
}

/** A count that is shown even when it stays 0. */
function entry(key: string): [string, number] {
  return [key, 0];
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function fieldsOf(output: unknown): {
  readonly outcome?: unknown;
  readonly totalDollars?: unknown;
} {
  return typeof output === 'object' && output !== null ? output : {};
}
