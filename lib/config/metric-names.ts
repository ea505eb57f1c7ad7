/**
 * Names of metrics and of their dimensions. The infrastructure shares them, so that every alarm
 * watches a metric that is reported.
 */

/**
 * Dimensions of metrics; every metric has `service`. Each distinct set of dimensions is a metric of
 * its own, which CloudWatch charges for, so dimensions are few and never an id.
 */
export const metricDimensions = Object.freeze({
  /** POWERTOOLS_SERVICE_NAME of the function that reports the metric. */
  service: 'service',
  queue: 'queue',
  /** How an execution ended. */
  status: 'status',
  /** How a run of an execution ended: ended, suspended, released, lost. */
  outcome: 'outcome',
  /** Why the sweeper sent a task. */
  why: 'why',
});

/** Metrics; names that end in `Ms` are in milliseconds. */
export const metricNames = Object.freeze({
  /** Messages in one invocation of the worker. */
  batchSize: 'batchSize',
  /** Executions that workers claimed; by queue. */
  claimed: 'claimed',
  /** Executions whose end is committed; by status. */
  ended: 'ended',
  /** Executions that ended FAILED or TIMED_OUT. */
  failed: 'failed',
  /** Runs; by outcome and queue. */
  runs: 'runs',
  /** Checkpoints refused because another worker had taken over the execution. */
  leaseLosses: 'leaseLosses',
  /** Messages that a worker function released for another delivery; by queue. */
  putBack: 'putBack',
  /** Duration of one statement that wrote checkpoints. */
  commitMs: 'commitMs',
  /** Checkpoints in one statement. */
  commitGroup: 'commitGroup',
  /** Dead letters that were archived; by queue. */
  deadLetters: 'deadLetters',
  /** Age of the oldest execution that waits for a worker; by queue. */
  oldestRunnableMs: 'oldestRunnableMs',
  /** Invocations of the leader by a tick. */
  leaderTicks: 'leaderTicks',
  /** Batches led in one invocation of the leader. */
  batchesLed: 'batchesLed',
  executionsFannedOut: 'executionsFannedOut',
  executionsPruned: 'executionsPruned',
  /** Tasks sent; by queue. */
  tasksSent: 'tasksSent',
  /** Tasks sent by the sweeper; by why. */
  tasksSwept: 'tasksSwept',
});
