/** Deletion of batches, shared by retention and by the command that deletes one. */

/** True for a batch `b` that has ended and has no executions any more. */
export const isEmptyAndEnded = `b.ended_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM millrace.executions e WHERE e.batch_id = b.id)`;

/** Common table expressions that delete the batches `gone (id)` with all that is kept of them. */
export const deleteGoneBatches = `counters AS (
  DELETE FROM millrace.batch_counters c USING gone WHERE c.batch_id = gone.id
),
counts AS (
  DELETE FROM millrace.state_counts s USING gone WHERE s.scope = 'b:' || gone.id
),
times AS (
  DELETE FROM millrace.state_times t USING gone WHERE t.scope = 'b:' || gone.id
),
failures AS (
  DELETE FROM millrace.failure_counts f USING gone WHERE f.scope = 'b:' || gone.id
),
files AS (
  DELETE FROM millrace.result_files f USING gone WHERE f.batch_id = gone.id
),
deleted AS (
  DELETE FROM millrace.batches b USING gone WHERE b.id = gone.id RETURNING b.id
)
SELECT CAST(count(*) AS float8) AS "count" FROM deleted`;
