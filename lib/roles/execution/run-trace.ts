/** The spans of one run of an execution: the run itself, its states, its calls and its commits. */
import type { CommandEffect } from '../../engine/effect.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import { decodeSnapshot } from '../../engine/snapshot.ts';
import type { Checkpoint } from '../../ports/store/checkpoint-store.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import { noSpan, type Span, type Tracer } from '../../ports/tracer.ts';
import type { RunOutcome } from './run-outcome.ts';
import { StateSpans } from './state-spans.ts';

/** Records what a run does as spans. */
export interface RunTrace {
  /** Names the span of the run; null when nothing is recorded. */
  readonly traceparent: string | null;
  /** Calls `work`, the run, while its span is active. */
  run<Result>(work: () => Result): Result;
  /** Records the states that these events entered and left. */
  recordHistory(history: readonly HistoryEvent[]): void;
  /** Records the commit of a checkpoint; `write` returns whether it was written. */
  commit(checkpoint: Checkpoint, write: () => Promise<boolean>): Promise<boolean>;
  /** Starts the span of a call. */
  startCall(effect: CommandEffect): Span;
  /** Ends the span of the run. */
  end(outcome: RunOutcome): void;
  /** Ends the span of a run that threw. */
  fail(error: string): void;
}

/** Records nothing. */
export const noRunTrace: RunTrace = Object.freeze({
  traceparent: null,
  run: <Result>(work: () => Result): Result => work(),
  recordHistory: () => {},
  commit: (_checkpoint: Checkpoint, write: () => Promise<boolean>) => write(),
  startCall: () => noSpan,
  end: () => {},
  fail: () => {},
});

/**
 * Starts to record a run of `claimed` as a part of the trace that its row names.
 * @param causedBy the `traceparent` of the span that sent the task, which the run links to
 */
export function startRunTrace(
  tracer: Tracer,
  claimed: ClaimedExecution,
  causedBy: string | null,
): RunTrace {
  return tracer.isOn ? new RunSpans(tracer, claimed, causedBy) : noRunTrace;
}

class RunSpans implements RunTrace {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #states: StateSpans;
  /** The status and the error of the last checkpoint. */
  #status: string;
  #error: string | null = null;

  constructor(tracer: Tracer, claimed: ClaimedExecution, causedBy: string | null) {
    const { traceparent, machineId, snapshot } = claimed;
    this.#tracer = tracer;
    this.#span = tracer.start({
      name: `execution ${machineId}`,
      kind: 'consumer',
      parent: traceparent,
      // The caller and the cause are the same span, unless something woke the execution.
      links: causedBy === null || causedBy === traceparent ? [] : [causedBy],
      attributes: describe(claimed),
    });
    this.#states = new StateSpans(tracer, this.#span);
    if (snapshot !== null) this.#states.resume(decodeSnapshot(snapshot));
    this.#status = claimed.status;
  }

  get traceparent(): string | null {
    return this.#span.traceparent;
  }

  run<Result>(work: () => Result): Result {
    return this.#span.run(work);
  }

  recordHistory(history: readonly HistoryEvent[]): void {
    for (const event of history) this.#states.record(event);
  }

  async commit(checkpoint: Checkpoint, write: () => Promise<boolean>): Promise<boolean> {
    const span = this.#tracer.start({ name: 'commit', parent: this.#span });
    const isWritten = await write().finally(() => span.end());
    if (isWritten) {
      this.#status = checkpoint.status;
      this.#error = checkpoint.error;
    }
    return isWritten;
  }

  startCall(effect: CommandEffect): Span {
    return this.#states.startCall(effect);
  }

  end({ kind }: RunOutcome): void {
    const error = this.#error ?? (unsuccessful.has(this.#status) ? this.#status : null);
    this.#states.endAll(error);
    this.#span.setAttributes({ 'millrace.outcome': kind, 'millrace.status': this.#status });
    this.#span.end(error === null ? {} : { error });
  }

  fail(error: string): void {
    this.#states.endAll(error);
    this.#span.end({ error });
  }
}

const unsuccessful: ReadonlySet<string> = new Set([
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
]);

function describe(claimed: ClaimedExecution) {
  const { id, name, machineId, machineVersion, queue, batchId, batchIndex } = claimed;
  return {
    'millrace.execution.id': id,
    'millrace.execution.name': name,
    'millrace.machine.id': machineId,
    'millrace.machine.version': machineVersion,
    'millrace.run.cause': findCause(claimed),
    'millrace.attempt': claimed.attempts + 1,
    'millrace.stalls': claimed.stalls,
    'messaging.system': 'millrace',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue,
    ...(batchId !== null && { 'millrace.batch.id': batchId }),
    ...(batchIndex !== null && { 'millrace.batch.index': batchIndex }),
  };
}

/** Why the execution runs: it starts, goes on, is retried, or was redriven on request. */
function findCause({ status, snapshot, attempts }: ClaimedExecution): string {
  if (status === 'PENDING_REDRIVE') return attempts > 0 ? 'retry' : 'redrive';
  return snapshot === null ? 'start' : 'resume';
}
