/**
 * Empties all tables of a migrated database except the record of migrations. Cheaper than a new
 * database per test.
 */
export const truncateAll = `TRUNCATE millrace.machines, millrace.workers, millrace.executions,
  millrace.history, millrace.batches, millrace.batch_counters, millrace.archive,
  millrace.archive_totals,
  millrace.signals, millrace.notices, millrace.messages,
  millrace.message_waiters, millrace.activity_tasks, millrace.pieces, millrace.orders,
  millrace.alerts, millrace.webhook_deliveries, millrace.state_counts, millrace.state_times,
  millrace.failure_counts, millrace.series`;
