/** Deletion of executions, shared by retention and by the command that deletes tasks. */

/**
 * True when nothing else needs an execution `e`: it belongs to no open batch, and is not the target
 * of a link whose source still exists, because the link prevents that the source is taken twice.
 */
export const isUnreferenced = `NOT EXISTS (SELECT 1 FROM millrace.batches b
      WHERE b.id = e.batch_id AND b.ended_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM millrace.executions s WHERE s.id = e.link_source_id)`;

/**
 * Common table expressions that delete the executions `gone (id)`, which are locked, with their
 * history, unseen signals, labels and tokens, and list them in `deleted (id)`.
 */
export const deleteGone = `forgotten AS (
  DELETE FROM millrace.history h USING gone WHERE h.execution_id = gone.id
),
unseen AS (
  DELETE FROM millrace.signals s USING gone WHERE s.execution_id = gone.id
),
untokened AS (
  DELETE FROM millrace.redrive_tokens t USING gone WHERE t.execution_id = gone.id
),
unlabelled AS (
  DELETE FROM millrace.execution_labels l USING gone WHERE l.execution_id = gone.id
),
deleted AS (
  DELETE FROM millrace.executions e USING gone WHERE e.id = gone.id RETURNING e.id
)`;
