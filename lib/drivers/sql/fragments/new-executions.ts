/** Insertion of executions, shared by creation and fan-out. */

/** The columns that `json_to_recordset` reads of a new execution. */
export const newExecutionFields = `id uuid, "machineId" text, "machineVersion" integer, name text,
  queue text, "retriesMax" integer, "batchId" text, "batchIndex" integer, "linkSourceId" uuid,
  "linkState" text, "linkTransformer" text, problem text, "replyTo" text, input text,
  "startInMs" bigint, "timeoutMs" bigint, "deadlineAt" bigint, "retentionMs" bigint,
  "uniqueKey" text, traceparent text, labels text, "versionNumber" integer,
  alias text, "traceHeader" text, "mockCase" text`;

/**
 * Common table expressions: `inserted (id, batch_id, labels)` inserts `wanted`, and `labelled` the
 * labels of what was inserted. Rows that violate
 * uniqueness (the name in its machine, the link, the key) are left out by the constraint itself, so
 * that two concurrent callers cannot both pass a check. Executions that start later sleep until
 * then, without a task.
 * @param sentAt SQL for the time its task counts as sent; NULL leaves it to the sweeper
 * @param from further FROM items; nothing is inserted when one of them has no row
 */
export function insertedExecutions(sentAt: string, from: string): string {
  return `inserted AS (
  INSERT INTO millrace.executions (id, machine_id, machine_version, name, queue, status,
    retries_max, batch_id, batch_index, created_at, due_at, sent_at, link_source_id, link_state,
    link_transformer, problem, reply_to, input, timeout_ms, deadline_at, retention_ms, unique_key,
    traceparent, labels, version_number, alias, trace_header, mock_case)
  SELECT w.id, w."machineId", w."machineVersion", w.name, w.queue, 'PENDING', w."retriesMax",
    w."batchId", w."batchIndex", clock.now, clock.now + w."startInMs",
    CASE WHEN w."startInMs" IS NULL THEN ${sentAt} END, w."linkSourceId", w."linkState",
    w."linkTransformer", w.problem, w."replyTo", w.input, w."timeoutMs", w."deadlineAt",
    w."retentionMs", w."uniqueKey", w.traceparent, w.labels, w."versionNumber", w.alias,
    w."traceHeader", w."mockCase"
  FROM wanted w, ${from}
  ON CONFLICT DO NOTHING
  RETURNING id, batch_id, labels
),
labelled AS (
  INSERT INTO millrace.execution_labels (key, value, execution_id)
  SELECT l.key, l.value, i.id
  FROM inserted i CROSS JOIN LATERAL json_each_text(CAST(i.labels AS json)) AS l (key, value)
  WHERE i.labels IS NOT NULL
  ON CONFLICT DO NOTHING
)`;
}

/**
 * The existing execution that `w` conflicts with: by its name, else by its link, else by its key.
 * NULL when that one was committed after this statement began.
 */
export const existingExecution = `coalesce(
  (SELECT e.id FROM millrace.executions e
    WHERE e.machine_id = w."machineId" AND e.name = w.name),
  (SELECT e.id FROM millrace.executions e
    WHERE e.link_source_id = w."linkSourceId" AND e.link_state = w."linkState"
      AND e.link_transformer = w."linkTransformer" AND e.machine_id = w."machineId"),
  (SELECT e.id FROM millrace.executions e
    WHERE e.machine_id = w."machineId" AND e.unique_key = w."uniqueKey" AND e.ended_at IS NULL))`;
