/** What executions did in a time slot. */
export interface SeriesCounts {
  readonly started: number;
  readonly ended: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Retries by a retrier, and of whole executions. */
  readonly retried: number;
  readonly archived: number;
  /** Executions that workers took from queues. */
  readonly received: number;
}

/** The counts of a slot in which nothing happened. */
export const noSeriesCounts: SeriesCounts = Object.freeze({
  started: 0,
  ended: 0,
  succeeded: 0,
  failed: 0,
  retried: 0,
  archived: 0,
  received: 0,
});

/** Returns the sums of the counts of two slots. */
export function addSeriesCounts(one: SeriesCounts, other: SeriesCounts): SeriesCounts {
  return {
    started: one.started + other.started,
    ended: one.ended + other.ended,
    succeeded: one.succeeded + other.succeeded,
    failed: one.failed + other.failed,
    retried: one.retried + other.retried,
    archived: one.archived + other.archived,
    received: one.received + other.received,
  };
}
