/**
 * Runs one execution of an EXPRESS machine in the calling process and answers with its end, as
 * StartSyncExecution does. Nothing of it is stored: it runs at most once, and dies with its caller.
 */
import type { Machine } from '../../engine/machine.ts';
import { newSnapshot } from '../../engine/snapshot.ts';
import { type EndStatus, isEnd } from '../../engine/status.ts';
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Checkpoint, ClaimedExecution, NewExecution } from '../../ports/execution-store.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';
import { noMapRuns } from '../batch/map-run-starter.ts';
import type { ExecutionLogger } from './execution-logger.ts';
import { ExecutionRun } from './execution-run.ts';
import { expressPolicy } from './express-policy.ts';
import { identityOf } from './run-identity.ts';

/** What a synchronous run needs of the world. */
export interface SyncRunDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly invoker: TaskInvoker;
  readonly executionLogger: Pick<ExecutionLogger, 'write'>;
}

/** How a synchronous execution ended, in the fields of StartSyncExecution's reply. */
export interface SyncExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startDate: number;
  /** Milliseconds since 1970. */
  readonly stopDate: number;
  readonly status: Exclude<EndStatus, 'ABORTED'>;
  /** Absent where there is none, as `cause` and `output` are. */
  readonly error?: string;
  readonly cause?: string;
  /** A JSON text. */
  readonly input: string;
  readonly inputDetails: { readonly included: true };
  /** A JSON text. */
  readonly output?: string;
  readonly outputDetails: { readonly included: true };
  /** What AWS would have billed. Nothing is billed here. */
  readonly billingDetails: {
    readonly billedDurationInMilliseconds: number;
    readonly billedMemoryUsedInMB: number;
  };
}

/** AWS bills in steps of this many milliseconds. */
const billedStepMs = 100;

/** AWS bills memory in chunks of this many megabytes; ours is not measured. */
const billedMemoryMB = 64;

/**
 * Runs `execution` on `machine` to its end.
 * @throws STOPPED when `signal` aborts before
 */
export async function runSync(
  parts: SyncRunDeps,
  machine: Machine,
  execution: NewExecution,
  signal?: AbortSignal,
): Promise<SyncExecution> {
  const startDate = parts.clock.now();
  const claimed = unstored(execution, startDate);
  let last: Checkpoint | undefined;
  const run = newRun(parts, machine, claimed, (checkpoint) => {
    last = checkpoint;
  });
  const stop = () => run.abandon();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    await run.run();
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  const { arn: executionArn, machineArn: stateMachineArn } = identityOf(claimed, machine);
  const stopDate = parts.clock.now();
  return {
    executionArn,
    stateMachineArn,
    name: claimed.name,
    startDate,
    stopDate,
    ...endOf(last, executionArn),
    input: claimed.input,
    inputDetails: { included: true },
    outputDetails: { included: true },
    billingDetails: {
      billedDurationInMilliseconds: billedMs(stopDate - startDate),
      billedMemoryUsedInMB: billedMemoryMB,
    },
  };
}

/** Claimed as it would be from a store, under a fence that nobody else can take. */
function unstored(execution: NewExecution, createdAt: number): ClaimedExecution {
  return {
    ...execution,
    fence: 1,
    batchId: null,
    batchIndex: null,
    status: 'PENDING',
    snapshot: null,
    attempts: 0,
    stalls: 0,
    abortRequested: false,
    problem: null,
    replyTo: null,
    timeoutMs: execution.timeoutMs ?? null,
    deadlineAt: execution.deadlineAt ?? null,
    createdAt,
    signals: [],
  };
}

function newRun(
  { clock, entropy, invoker, executionLogger }: SyncRunDeps,
  machine: Machine,
  claimed: ClaimedExecution,
  keep: (checkpoint: Checkpoint) => void,
): ExecutionRun {
  return new ExecutionRun(
    {
      clock,
      entropy,
      invoker,
      mapRuns: noMapRuns,
      holdMs: 0,
      policy: expressPolicy,
      decideFinish: () => ({ kind: 'done' }),
      log: (history, redrives) => executionLogger.write(claimed, machine, history, redrives),
      commit: async (checkpoint) => {
        keep(checkpoint);
        return true;
      },
    },
    {
      claimed,
      machine,
      identity: identityOf(claimed, machine),
      snapshot: newSnapshot(),
      goesOn: false,
      begin: [{ type: 'started', at: clock.now(), seed: entropy.seed() }],
      end: [],
    },
  );
}

function endOf(
  end: Checkpoint | undefined,
  executionArn: string,
): Pick<SyncExecution, 'status' | 'error' | 'cause' | 'output'> {
  if (end === undefined || !isEnd(end.status) || end.status === 'ABORTED') {
    throw new MillraceError('STOPPED', 'the caller stopped before the execution ended', {
      fields: { executionArn },
    });
  }
  const { status, error, cause, output } = end;
  return {
    status,
    ...(error !== null && { error }),
    ...(cause !== null && { cause }),
    ...(output !== null && { output }),
  };
}

function billedMs(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / billedStepMs)) * billedStepMs;
}
