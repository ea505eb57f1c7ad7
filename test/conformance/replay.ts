/**
 * Runs a recorded execution through the production parser and `transition`: the clock jumps to the
 * next timer, and tasks answer as recorded. The children of a distributed Map run the same way.
 */
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { validateDefinition } from '../../lib/asl/validate/aws-validation.ts';
import type { ChildResult } from '../../lib/batch/map-run/child-result.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import type { Effect, FinishEffect, MapRunEffect } from '../../lib/engine/effect.ts';
import type { UntimedEvent } from '../../lib/engine/event.ts';
import type { ExecutionIdentity } from '../../lib/engine/execution-identity.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import type { Machine } from '../../lib/engine/machine.ts';
import { findChildDefinition } from '../../lib/engine/map-run/map-run.ts';
import type { MapRunSpec } from '../../lib/engine/map-run/map-run-spec.ts';
import { createRandom } from '../../lib/engine/random.ts';
import { newSnapshot, type Snapshot } from '../../lib/engine/snapshot.ts';
import { transition } from '../../lib/engine/transition.ts';
import { assert } from '../../lib/errors.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { startOfRun } from '../support/run-machine.ts';
import type { RecordedCase, TaskResult } from './recorded-case.ts';
import { performMapRun } from './recorded-map-run.ts';
import { RecordedTasks } from './recorded-tasks.ts';

/** The result of a replayed execution. */
export interface Replayed {
  /** `INVALID` when the definition was rejected. */
  readonly status: Snapshot['status'] | 'INVALID';
  readonly events: readonly HistoryEvent[];
  readonly output?: Json;
  /** Why the definition was rejected. */
  readonly diagnostics?: readonly object[];
}

/** More transitions than any recorded execution takes: a run that exceeds it is in a loop. */
const transitionsMax = 20_000;

/** Runs a case to its end, or until nothing more can happen. */
export async function replay(recorded: RecordedCase): Promise<Replayed> {
  const text = JSON.stringify(recorded.definition);
  const { result, diagnostics } = validateDefinition(text);
  if (result === 'FAIL') return { status: 'INVALID', events: [], diagnostics };
  const run = new Replay(parseDefinition(text), createIdentity(recorded), {
    unused: [...(recorded.taskResults ?? [])],
    objects: objectsIn(recorded),
    startsAt: recorded.frozenNow === undefined ? startOfRun : Date.parse(recorded.frozenNow),
    endsWaiting: recorded.flags?.includes('historyNotTerminal') ?? false,
  });
  return run.finish();
}

/** What an execution shares with its child executions. */
interface ReplayContext {
  readonly unused: TaskResult[];
  readonly objects: MemoryFiles;
  readonly startsAt: number;
  /** Whether the recording ends while the execution was waiting for a timer. */
  readonly endsWaiting: boolean;
}

class Replay {
  readonly #definition: MachineDefinition;
  readonly #machine: Machine;
  readonly #identity: ExecutionIdentity;
  readonly #context: ReplayContext;
  readonly #tasks: RecordedTasks;
  readonly #history: HistoryEvent[] = [];
  #mapRuns: MapRunEffect[] = [];
  #snapshot: Snapshot = newSnapshot();
  #now: number;
  #transitions = 0;
  #end: FinishEffect | undefined;

  constructor(definition: MachineDefinition, identity: ExecutionIdentity, around: ReplayContext) {
    this.#definition = definition;
    this.#machine = compileMachine(definition);
    this.#identity = identity;
    this.#context = around;
    this.#tasks = new RecordedTasks(around.unused);
    this.#now = around.startsAt;
  }

  async finish(): Promise<Replayed> {
    this.#apply({ type: 'started' });
    while (this.#end === undefined && this.#transitions < transitionsMax) {
      const answer = (await this.#mapRunAnswer()) ?? this.#tasks.next();
      if (answer !== undefined) this.#apply(answer);
      else if (!this.#fireTimers()) break;
    }
    const { output } = this.#end ?? {};
    const result = { status: this.#snapshot.status, events: this.#history };
    return output === undefined ? result : { ...result, output };
  }

  #fireTimers(): boolean {
    const due = dueAt(this.#snapshot);
    if (due === null || this.#context.endsWaiting) return false;
    this.#now = Math.max(this.#now, due);
    this.#apply({ type: 'timersDue' });
    return true;
  }

  #apply(event: UntimedEvent): void {
    this.#transitions += 1;
    const complete = { ...event, at: this.#now, seed: [this.#transitions, 2, 3, 4] as const };
    const made = transition(this.#machine, this.#identity, this.#snapshot, complete);
    this.#snapshot = made.snapshot;
    this.#history.push(...made.history);
    for (const effect of made.effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    if (effect.type === 'invoke') this.#tasks.schedule(effect, this.#history);
    else if (effect.type === 'mapRun') this.#mapRuns.push(effect);
    else if (effect.type === 'cancel') this.#cancel(effect.command);
    else if (effect.type === 'finish') this.#end = effect;
  }

  #cancel(command: string): void {
    this.#tasks.cancel(command);
    this.#mapRuns = this.#mapRuns.filter((effect) => effect.command !== command);
  }

  async #mapRunAnswer(): Promise<UntimedEvent | undefined> {
    const effect = this.#mapRuns.shift();
    if (effect === undefined) return undefined;
    return performMapRun(effect.command, effect.run, {
      definition: this.#definition,
      objects: this.#context.objects,
      randomAndTime: { random: createRandom([this.#transitions, 5, 6, 7]), now: () => this.#now },
      runChild: (run, input, index) => this.#runChild(run, input, index),
    });
  }

  async #runChild(run: MapRunSpec, input: Json, index: number): Promise<ChildResult> {
    const definition = findChildDefinition(this.#definition, run.stateName);
    assert(definition !== undefined, 'a distributed Map has a processor');
    const identity = childIdentity(this.#identity, run, input, index);
    const around = { ...this.#context, startsAt: this.#now };
    const child = new Replay(definition, identity, around);
    const { status, output } = await child.finish();
    this.#now = child.#now;
    const ends = ['SUCCEEDED', 'FAILED', 'TIMED_OUT'] as const;
    return {
      executionArn: identity.arn,
      machineArn: identity.machineArn,
      name: identity.name,
      status: ends.find((end) => end === status) ?? 'ABORTED',
      input: JSON.stringify(input),
      output: output === undefined ? null : JSON.stringify(output),
      error: child.#end?.error ?? null,
      cause: child.#end?.cause ?? null,
      startedAt: around.startsAt,
      endedAt: child.#now,
      redrives: 0,
    };
  }
}

const name = '5fd5d1a4-7f2c-4c0a-9d0e-0d9d4c6f2b11';

function createIdentity({ inputText, stateMachineArn }: RecordedCase): ExecutionIdentity {
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

function childIdentity(
  parent: ExecutionIdentity,
  { label }: MapRunSpec,
  input: Json,
  index: number,
): ExecutionIdentity {
  const machineArn = `${parent.machineArn}/${label}`;
  return {
    ...parent,
    arn: `${machineArn.replace(':stateMachine:', ':execution:')}:${index}`,
    name: String(index),
    input,
    machineArn,
    machineName: `${parent.machineName}/${label}`,
  };
}

/** Returns the objects that the recording had put into buckets. */
function objectsIn({ setup = [] }: RecordedCase): MemoryFiles {
  const objects = new MemoryFiles();
  for (const { op, params } of setup) {
    if (op === 'put_object') objects.write(`${params.Bucket}/${params.Key}`, params.Body ?? '');
  }
  return objects;
}
