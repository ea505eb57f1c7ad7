/**
 * Empties all tables of a migrated database except the record of migrations. Cheaper than a new
 * database per test.
 */
export const truncateAll = `TRUNCATE millrace.machines, millrace.workers, millrace.executions,
  millrace.history, millrace.batches, millrace.batch_counters, millrace.archive,
  millrace.signals, millrace.notices, millrace.messages,
  millrace.message_waiters, millrace.activity_tasks, millrace.pieces`;
