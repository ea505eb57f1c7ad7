/**
 * The names of what is measured and of the dimensions that it is measured by. Shared with the
 * infrastructure, whose alarms would otherwise watch what nobody reports.
 *
 * Each distinct set of dimensions is a metric of its own, which CloudWatch charges for: so they are
 * few, and never an id.
 */

/** By what measurements are told apart. Every one has `service`, the function's name. */
export const metricDimensions = Object.freeze({
  /** POWERTOOLS_SERVICE_NAME of the function that measured. */
  service: 'service',
  queue: 'queue',
  /** How an execution ended. */
  status: 'status',
  /** How a run of an execution ended: ended, suspended, released, lost. */
  outcome: 'outcome',
  /** Why the sweep sent a task. */
  why: 'why',
});

/** What is measured; names that end in `Ms` are in milliseconds. */
export const metricNames = Object.freeze({
  /** Messages of one invocation of the worker. */
  batchSize: 'batchSize',
  /** Executions that workers claimed; by queue. */
  claimed: 'claimed',
  /** Ends of executions that stand written; by status. */
  ended: 'ended',
  /** Those of them that FAILED or TIMED_OUT. */
  failed: 'failed',
  /** Runs; by outcome and queue. */
  runs: 'runs',
  /** Executions that another worker had taken over when a checkpoint came. */
  leaseLosses: 'leaseLosses',
  /** Messages that a worker function put back, to come again; by queue. */
  putBack: 'putBack',
  /** One statement that wrote checkpoints: how long it took, and how many they were. */
  commitMs: 'commitMs',
  commitGroup: 'commitGroup',
  /** Dead letters that came into the archive; by queue. */
  deadLetters: 'deadLetters',
  /** Age of the oldest execution that could run and does not; by queue. */
  oldestRunnableMs: 'oldestRunnableMs',
  /** Invocations of the leader that looked after everything. */
  leaderTicks: 'leaderTicks',
  /** Batches that one invocation of the leader led. */
  batchesLed: 'batchesLed',
  executionsFannedOut: 'executionsFannedOut',
  executionsPruned: 'executionsPruned',
  /** Tasks that were sent; by queue. */
  tasksSent: 'tasksSent',
  /** Tasks that the sweep sent; by why. */
  tasksSwept: 'tasksSwept',
});
