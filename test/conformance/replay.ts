/**
 * Runs a recorded execution through the production parser and `transition`: the clock jumps to the
 * next timer, tasks answer what was recorded. What cannot run gives a document that says so.
 */
import { validateDefinition } from '../../lib/asl/aws-validation.ts';
import type { Json } from '../../lib/asl/json.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import type { Effect, FinishEffect } from '../../lib/engine/effect.ts';
import type { ExecutionIdentity } from '../../lib/engine/execution-identity.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { compileMachine, type Machine } from '../../lib/engine/machine.ts';
import { newSnapshot, type Snapshot } from '../../lib/engine/snapshot.ts';
import { transition } from '../../lib/engine/transition.ts';
import type { UntimedEvent } from '../../lib/roles/answer-events.ts';
import { startOfRun } from '../support/run-machine.ts';
import type { RecordedCase } from './recorded-case.ts';
import { RecordedTasks } from './recorded-tasks.ts';

/** How a replayed execution came out. */
export interface Replayed {
  /** `INVALID` when the definition was refused. */
  readonly status: Snapshot['status'] | 'INVALID';
  readonly events: readonly HistoryEvent[];
  readonly output?: Json;
  /** Why nothing ran. */
  readonly diagnostics?: readonly object[];
}

/** More transitions than any recorded execution takes: a run that needs more goes in a circle. */
const transitionsMax = 20_000;

/** Runs the case to its end, or until nothing more can happen. */
export function replay(recorded: RecordedCase): Replayed {
  const text = JSON.stringify(recorded.definition);
  const { result, diagnostics } = validateDefinition(text);
  if (result === 'FAIL') return { status: 'INVALID', events: [], diagnostics };
  const machine = compileMachine(parseDefinition(text));
  return new Replay(machine, recorded).run();
}

class Replay {
  readonly #machine: Machine;
  readonly #identity: ExecutionIdentity;
  readonly #tasks: RecordedTasks;
  /** Whether AWS was asked while the execution was still waiting for its timers. */
  readonly #endsWaiting: boolean;
  readonly #history: HistoryEvent[] = [];
  #snapshot: Snapshot = newSnapshot();
  #now: number;
  #transitions = 0;
  #end: FinishEffect | undefined;

  constructor(machine: Machine, recorded: RecordedCase) {
    this.#machine = machine;
    this.#identity = identityOf(recorded);
    this.#tasks = new RecordedTasks(recorded.taskResults ?? []);
    this.#endsWaiting = recorded.flags?.includes('historyNotTerminal') ?? false;
    this.#now = recorded.frozenNow === undefined ? startOfRun : Date.parse(recorded.frozenNow);
  }

  run(): Replayed {
    this.#apply({ type: 'started' });
    while (this.#end === undefined && this.#transitions < transitionsMax) {
      const answer = this.#tasks.next();
      if (answer !== undefined) this.#apply(answer);
      else if (!this.#fireTimers()) break;
    }
    const { output } = this.#end ?? {};
    const came = { status: this.#snapshot.status, events: this.#history };
    return output === undefined ? came : { ...came, output };
  }

  #fireTimers(): boolean {
    const due = dueAt(this.#snapshot);
    if (due === null || this.#endsWaiting) return false;
    this.#now = Math.max(this.#now, due);
    this.#apply({ type: 'timersDue' });
    return true;
  }

  #apply(event: UntimedEvent): void {
    this.#transitions += 1;
    const whole = { ...event, at: this.#now, seed: [this.#transitions, 2, 3, 4] as const };
    const made = transition(this.#machine, this.#identity, this.#snapshot, whole);
    this.#snapshot = made.snapshot;
    this.#history.push(...made.history);
    for (const effect of made.effects) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    if (effect.type === 'invoke') this.#tasks.schedule(effect, this.#history);
    else if (effect.type === 'cancel') this.#tasks.cancel(effect.command);
    else if (effect.type === 'finish') this.#end = effect;
  }
}

const name = '5fd5d1a4-7f2c-4c0a-9d0e-0d9d4c6f2b11';

function identityOf({ inputText, stateMachineArn }: RecordedCase): ExecutionIdentity {
  const machineArn =
    stateMachineArn ?? 'arn:aws:states:us-east-1:111111111111:stateMachine:conformance';
  return {
    arn: `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`,
    name,
    input: JSON.parse(inputText ?? '{}'),
    roleArn: 'arn:aws:iam::111111111111:role/conformance',
    machineArn,
    machineName: machineArn.slice(machineArn.lastIndexOf(':') + 1),
  };
}
