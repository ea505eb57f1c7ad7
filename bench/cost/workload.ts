/** What is to be reckoned: a batch of executions of one machine, and how often a month. */

/** A workload. Every field is a flag of `npm run cost`. */
export interface Workload {
  /** Executions of one run. */
  readonly executions: number;
  /** States that an execution goes through. */
  readonly states: number;
  /** Those of them that call a handler. */
  readonly tasks: number;
  /** Of an execution's data at any time, in KB. */
  readonly payloadKb: number;
  /** Of one call, in milliseconds. */
  readonly handlerMs: number;
  /** Of a function that runs one handler at a time, in MB. */
  readonly memoryMb: number;
  /** Of Millrace's workers, which run a batch of them, in MB. */
  readonly workerMb: number;
  /** Executions per SQS batch, or items per child of a batched distributed Map. */
  readonly batch: number;
  /** Handlers of one invocation that run at once: more than one if they wait for something. */
  readonly overlap: number;
  /** Of a Data API call, in milliseconds. */
  readonly latencyMs: number;
  /** Executions whose checkpoints one statement writes. */
  readonly group: number;
  /** Statements for a group on its way; executions that drift apart take more of them. */
  readonly statements: number;
  /** Writes for one execution on its way: a claim, a checkpoint for each step, the end. */
  readonly writes: number;
  /** Aurora's I/O for one execution's part of one statement. */
  readonly ioPerWrite: number;
  /** Invocations that run at once at most. */
  readonly concurrency: number;
  /** The database's capacity at most, in ACUs. */
  readonly maxAcus: number;
  /** Runs a month. */
  readonly runs: number;
  /** How often a month the database wakes from a pause; null keeps 0.5 ACU always on. */
  readonly wakes: number | null;
  /** Queues of the app: each has an event source and one for its dead letters. */
  readonly queues: number;
  readonly alarms: number;
  /** What the region's prices are of those of us-east-1. */
  readonly regionFactor: number;
}

/** The workload when nothing is said: three tasks and two light states. */
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
  alarms: 28,
  regionFactor: 1,
});

/** What follows from the rest where it is not said. */
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
