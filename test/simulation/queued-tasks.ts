/**
 * Draws the tasks that programs queue outside of batches: executions of the batches' machines and
 * custom tasks, some of them scheduled, some with a time limit, a deadline or a unique key.
 */
import type { NewExecution } from '../../lib/ports/store/execution-store.ts';
import { createTaskDefinition, toTaskMachineId } from '../../lib/roles/execution/task-machine.ts';
import type { SimulatedItem } from './answers.ts';
import type { Dice } from './dice.ts';
import type { DrawnMachine } from './random-machine.ts';
import { type DrawnBatch, drawItem } from './workload.ts';

/** Types of custom tasks: one that every worker handles, and one that some do not. */
export const taskTypes = Object.freeze({ common: 'report', rare: 'report:rare' });

/** An execution to queue. */
export interface DrawnTask {
  readonly machineId: string;
  readonly machine: DrawnMachine;
  readonly item: SimulatedItem;
  readonly terms: Pick<NewExecution, 'queue' | 'retriesMax'> &
    Pick<NewExecution, 'startInMs' | 'timeoutMs' | 'retentionMs' | 'uniqueKey'>;
  /** Time from its start to its deadline, in milliseconds; null without a deadline. */
  readonly deadlineInMs: number | null;
  /** When it is queued, in milliseconds from the start of the simulation. */
  readonly queuedInMs: number;
}

/** The unique keys of tasks; few, so that many tasks share one. */
const keys = ['red', 'blue'] as const;

/** Draws tasks, several of them at the same time and under the same key. */
export function drawTasks(dice: Dice, batches: readonly DrawnBatch[]): DrawnTask[] {
  const tasks: DrawnTask[] = [];
  for (let rounds = dice.between(0, 10); rounds > 0; rounds -= 1) {
    const kind = drawKind(dice, batches);
    const queuedInMs = kind.fromMs + dice.below(600_000);
    const uniqueKey = dice.chance(0.5) ? dice.pick(keys) : undefined;
    for (let copies = dice.pick([1, 1, 2, 3]); copies > 0; copies -= 1) {
      const item = drawItem(dice, firstNumber + tasks.length);
      tasks.push({
        machineId: kind.machineId,
        machine: kind.machine,
        queuedInMs,
        item,
        terms: { ...drawTerms(dice, item), ...(uniqueKey !== undefined && { uniqueKey }) },
        deadlineInMs: dice.chance(0.3) ? dice.pick([1_000, 30_000, 300_000]) : null,
      });
    }
  }
  return tasks;
}

/** First item number, above those of every batch, so that no two wait for the same message. */
const firstNumber = 1_000;

function drawKind(dice: Dice, batches: readonly DrawnBatch[]) {
  const types = Object.values(taskTypes).map((type) => ({
    machineId: toTaskMachineId(type),
    machine: { type: 'EXPRESS', definition: createTaskDefinition(type), timed: false } as const,
    fromMs: 0,
  }));
  const machines = batches.map(({ machineId, machine, startsInMs }) => ({
    machineId,
    machine,
    fromMs: startsInMs,
  }));
  return dice.chance(0.6) ? pickFrom(dice, types) : pickFrom(dice, machines);
}

function pickFrom<Choice>(dice: Dice, choices: readonly Choice[]): Choice {
  const [first, ...others] = choices;
  if (first === undefined) throw new Error('expected something to choose from');
  return dice.pick([first, ...others]);
}

/** A custom task whose handler never answers needs a time limit to end. */
function drawTerms(dice: Dice, { kind }: SimulatedItem): DrawnTask['terms'] {
  return {
    queue: dice.pick(['critical', 'default', 'low']),
    retriesMax: dice.between(0, 3),
    ...(dice.chance(0.4) && { startInMs: dice.pick([1, 30_000, 300_000, 3_600_000]) }),
    ...((kind === 'hanging' || dice.chance(0.2)) && { timeoutMs: dice.pick([1_000, 60_000]) }),
    ...(dice.chance(0.3) && { retentionMs: dice.pick([0, 60_000, 7_200_000]) }),
  };
}
