/**
 * The workload to estimate: a batch of executions of one machine, and how often it runs. Every
 * field is a flag of `npm run cost`.
 */
export interface Workload {
  /** Executions of one run. */
  readonly executions: number;
  /** States that an execution enters. */
  readonly states: number;
  /** States that call a handler. */
  readonly tasks: number;
  /** Size of an execution's data at any time, in KB. */
  readonly payloadKb: number;
  /** Duration of one handler call, in milliseconds. */
  readonly handlerMs: number;
  /** Memory of a function that runs one handler at a time, in MB. */
  readonly memoryMb: number;
  /** Memory of Millrace's workers, which run a batch of executions, in MB. */
  readonly workerMb: number;
  /** Executions per SQS batch, or items per child of a batched distributed Map. */
  readonly batch: number;
  /** Handlers of one invocation that run at once: more than one if they wait for I/O. */
  readonly overlap: number;
  /** Latency of a Data API call, in milliseconds. */
  readonly latencyMs: number;
  /** Executions whose checkpoints one statement writes. */
  readonly group: number;
  /** Statements for a group from start to end; executions that drift apart take more. */
  readonly statements: number;
  /** Writes of one execution: a claim, a checkpoint for each step, the end. */
  readonly writes: number;
  /** Aurora I/O of one execution in one statement. */
  readonly ioPerWrite: number;
  /** Maximum number of invocations that run at once. */
  readonly concurrency: number;
  /** Maximum capacity of the database, in ACUs. */
  readonly maxAcus: number;
  /** Runs a month. */
  readonly runs: number;
  /** Times a month that the database wakes from a pause; null keeps 0.5 ACU always on. */
  readonly wakes: number | null;
  /** Queues of the app: each has two event source mappings, one for its dead-letter queue. */
  readonly queues: number;
  /** Metrics of all alarms: some alarms compute with several. */
  readonly alarms: number;
  /** Series of custom metrics that the functions write while they work. */
  readonly metrics: number;
  /** CloudWatch dashboards. */
  readonly dashboards: number;
  /** Secrets of the database's users. */
  readonly secrets: number;
  /** Part of the executions whose end is published on the event bus. */
  readonly eventShare: number;
  /** NAT gateways, for handlers that must reach both a private network and the internet. */
  readonly natGateways: number;
  /** Hours a month in which people look at the hosted dashboard; 0 when it is not hosted. */
  readonly dashboardHours: number;
  /** Calls a month of Step Functions' API besides polls for work; 0 when it is not deployed. */
  readonly apiCalls: number;
  /** Workers of activities that poll that API all month. */
  readonly activityWorkers: number;
  /** Prices of the region relative to us-east-1. */
  readonly regionFactor: number;
}

/** The default workload: three tasks and two light states. */
export const workloadDefaults = Object.freeze({
  executions: 1_000_000,
  states: 5,
  tasks: 3,
  payloadKb: 1,
  handlerMs: 100,
  memoryMb: 512,
  workerMb: 1024,
  batch: 100,
  overlap: 1,
  latencyMs: 50,
  ioPerWrite: 1,
  concurrency: 1000,
  maxAcus: 8,
  runs: 1,
  queues: 3,
  alarms: 31,
  metrics: 45,
  dashboards: 1,
  secrets: 3,
  eventShare: 0,
  natGateways: 0,
  dashboardHours: 0,
  apiCalls: 0,
  activityWorkers: 0,
  regionFactor: 1,
});

/** Fills in defaults, and derives the fields that depend on others. */
export function completeWorkload(
  given: Partial<Workload>,
  measuredStatements: number | null = null,
): Workload {
  const base = { ...workloadDefaults, ...given };
  return {
    group: base.batch,
    statements: measuredStatements ?? base.tasks + 2,
    writes: given.statements ?? base.tasks + 2,
    wakes: base.runs,
    ...base,
  };
}
