import type { Json } from '../lib/asl/json/json.ts';
import { defaultScope } from '../lib/engine/arn/aws-scope.ts';
import { toExecutionArn, toMachineArn } from '../lib/engine/arn/make-arn.ts';
import { dueAt } from '../lib/engine/due-at.ts';
import type { InvokeEffect } from '../lib/engine/effect.ts';
import type { EngineEvent } from '../lib/engine/event.ts';
import type { ExecutionIdentity } from '../lib/engine/execution-identity.ts';
import { checkHistory, checkInvariants } from '../lib/engine/invariants.ts';
import type { Machine } from '../lib/engine/machine.ts';
import { newSnapshot, type Snapshot } from '../lib/engine/snapshot.ts';
import { isEnd } from '../lib/engine/status.ts';
import { type Transition, transition } from '../lib/engine/transition.ts';
import type { InvocationResult } from '../lib/ports/task-invoker.ts';
import { toAnswerEvents } from '../lib/roles/execution/running-calls.ts';

/**
 * An execution as its list of engine events, recorded with the real results of the handlers.
 * `transition` alone can replay it any number of times.
 */
export interface RecordedExecution {
  readonly machine: Machine;
  readonly identity: ExecutionIdentity;
  readonly events: readonly EngineEvent[];
  /** The last snapshot, for comparison with a replay. */
  readonly end: Snapshot;
  readonly historyEvents: number;
}

/** Runs the handler of an invocation. */
export type Answer = (effect: InvokeEffect) => Promise<InvocationResult>;

const seed = [1, 2, 3, 4] as const;

/** Runs an execution to its end by a simulated clock: waits and backoff take no time. */
export async function recordExecution(
  machineId: string,
  machine: Machine,
  name: string,
  input: Json,
  answer: Answer,
): Promise<RecordedExecution> {
  const identity = createIdentity(machineId, name, input);
  const events: EngineEvent[] = [];
  const history: Transition['history'] = [];
  let at = Date.UTC(2025, 0, 1);
  let snapshot = newSnapshot();
  const open: InvokeEffect[] = [];
  const apply = (event: EngineEvent) => {
    const result = transition(machine, identity, snapshot, event);
    snapshot = result.snapshot;
    events.push(event);
    history.push(...result.history);
    open.push(...result.effects.filter((effect) => effect.type === 'invoke'));
  };
  apply({ type: 'started', at, seed });
  while (!isEnd(snapshot.status)) {
    const effect = open.shift();
    at = effect === undefined ? nextDueTime(snapshot, name) : at + 1;
    if (effect === undefined) {
      apply({ type: 'timersDue', at, seed });
      continue;
    }
    for (const event of toAnswerEvents(effect, await answer(effect))) {
      apply({ ...event, at, seed });
    }
  }
  const broken = [...checkHistory(history), ...checkInvariants(snapshot)];
  if (broken.length > 0) throw new Error(`execution ${name}: ${broken.join('; ')}`);
  return { machine, identity, events, end: snapshot, historyEvents: history.length };
}

/** Applies the recorded events again. Returns the last snapshot. */
export function replayExecution({ machine, identity, events }: RecordedExecution): Snapshot {
  let snapshot = newSnapshot();
  for (const event of events) snapshot = transition(machine, identity, snapshot, event).snapshot;
  return snapshot;
}

function createIdentity(machineId: string, name: string, input: Json): ExecutionIdentity {
  return {
    arn: toExecutionArn(defaultScope, machineId, name),
    name,
    input,
    roleArn: '',
    machineArn: toMachineArn(defaultScope, machineId),
    machineName: machineId,
  };
}

function nextDueTime(snapshot: Snapshot, name: string): number {
  const due = dueAt(snapshot);
  if (due === null) throw new Error(`execution ${name} has not ended and has no timer`);
  return due;
}
