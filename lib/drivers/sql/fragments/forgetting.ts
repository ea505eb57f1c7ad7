/** How executions are deleted: the part that retention and a person's order have in common. */

/**
 * Whether nothing else keeps an execution `e`: it belongs to no open batch, and is not the target
 * of a link whose source is still there, because the link is what keeps that source from being
 * taken twice.
 */
export const isFree = `NOT EXISTS (SELECT 1 FROM millrace.batches b
      WHERE b.id = e.batch_id AND b.ended_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM millrace.executions s WHERE s.id = e.link_source_id)`;

/**
 * Common table expressions that delete the executions `gone (id)`, which are locked, with their
 * history and what they have not seen, and leave them in `deleted (id)`.
 */
export const forgetGone = `forgotten AS (
  DELETE FROM millrace.history h USING gone WHERE h.execution_id = gone.id
),
unseen AS (
  DELETE FROM millrace.signals s USING gone WHERE s.execution_id = gone.id
),
deleted AS (
  DELETE FROM millrace.executions e USING gone WHERE e.id = gone.id RETURNING e.id
)`;
