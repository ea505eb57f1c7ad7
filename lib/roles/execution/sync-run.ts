/** Synchronous executions of EXPRESS machines, as StartSyncExecution runs them. */
import type { AwsScope } from '../../engine/arn/aws-scope.ts';
import type { Machine } from '../../engine/machine.ts';
import { newSnapshot } from '../../engine/snapshot.ts';
import { type EndStatus, isEnd } from '../../engine/status.ts';
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Checkpoint } from '../../ports/store/checkpoint-store.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { NewExecution } from '../../ports/store/execution-store.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';
import { noTracer, type Tracer } from '../../ports/tracer.ts';
import { noMapRuns } from '../batch/map-run-starter.ts';
import { noExecutionEnds } from './execution-ends.ts';
import type { ExecutionLogger } from './execution-logger.ts';
import { ExecutionRun } from './execution-run.ts';
import { expressPolicy } from './express-policy.ts';
import { createIdentity } from './run-identity.ts';
import { type RunTrace, startRunTrace } from './run-trace.ts';

/** What {@link runSync} works with. */
export interface SyncRunDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly invoker: TaskInvoker;
  readonly executionLogger: Pick<ExecutionLogger, 'write'>;
  /** The account and region that ARNs name. @default that of a store without any */
  readonly scope?: AwsScope;
  /** @default nothing is measured */
  readonly metrics?: Metrics;
  /** @default nothing is recorded */
  readonly tracer?: Tracer;
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
  /** Absent without an error, as is `cause`. */
  readonly error?: string;
  readonly cause?: string;
  /** JSON text. */
  readonly input: string;
  readonly inputDetails: { readonly included: true };
  /** JSON text; absent without an output. */
  readonly output?: string;
  readonly outputDetails: { readonly included: true };
  /** What AWS would have billed. Millrace bills nothing. */
  readonly billingDetails: {
    readonly billedDurationInMilliseconds: number;
    readonly billedMemoryUsedInMB: number;
  };
}

/** AWS bills durations in multiples of this, in milliseconds. */
const billedStepMs = 100;

/** AWS bills memory in multiples of this, in megabytes; the memory used here is not measured. */
const billedMemoryMB = 64;

/**
 * Runs one execution of an EXPRESS machine to its end in the calling process. Nothing is stored:
 * the execution runs at most once, and is lost with its caller.
 * @throws STOPPED when `signal` aborts before the end
 */
export async function runSync(
  deps: SyncRunDeps,
  machine: Machine,
  execution: NewExecution,
  signal?: AbortSignal,
): Promise<SyncExecution> {
  const startDate = deps.clock.now();
  const claimed = claimUnstored(execution, startDate);
  const trace = startRunTrace(deps.tracer ?? noTracer, claimed, null);
  let last: Checkpoint | undefined;
  const run = createRun(deps, machine, { claimed, trace }, (checkpoint) => {
    last = checkpoint;
  });
  const stop = () => run.abandon();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    trace.end(await trace.run(() => run.run()));
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  const identity = createIdentity(claimed, machine, deps.scope);
  const { arn: executionArn, machineArn: stateMachineArn } = identity;
  const stopDate = deps.clock.now();
  return {
    executionArn,
    stateMachineArn,
    name: identity.name,
    startDate,
    stopDate,
    ...toReply(last, executionArn),
    input: claimed.input,
    inputDetails: { included: true },
    outputDetails: { included: true },
    billingDetails: {
      billedDurationInMilliseconds: roundUpBilled(stopDate - startDate),
      billedMemoryUsedInMB: billedMemoryMB,
    },
  };
}

/** Returns the execution as a store would hand it out; no other worker can claim it. */
function claimUnstored(execution: NewExecution, createdAt: number): ClaimedExecution {
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
    traceparent: execution.traceparent ?? null,
    mockCase: execution.mockCase ?? null,
    createdAt,
    claimedAt: createdAt,
    signals: [],
  };
}

function createRun(
  deps: SyncRunDeps,
  machine: Machine,
  { claimed, trace }: { readonly claimed: ClaimedExecution; readonly trace: RunTrace },
  onCheckpoint: (checkpoint: Checkpoint) => void,
): ExecutionRun {
  const { clock, entropy } = deps;
  return new ExecutionRun(
    {
      ...deps,
      mapRuns: noMapRuns,
      committer: {
        commit: async (checkpoint) => {
          onCheckpoint(checkpoint);
          return true;
        },
      },
      finishPolicy: { decide: () => ({ kind: 'done' }) },
      ends: noExecutionEnds,
      holdMs: 0,
    },
    {
      claimed,
      machine,
      identity: createIdentity(claimed, machine, deps.scope),
      policy: expressPolicy,
      snapshot: newSnapshot(),
      isContinuation: false,
      eventsBeforeSignals: [{ type: 'started', at: clock.now(), seed: entropy.seed() }],
      eventsAfterSignals: [],
      trace,
    },
  );
}

function toReply(
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

function roundUpBilled(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / billedStepMs)) * billedStepMs;
}
