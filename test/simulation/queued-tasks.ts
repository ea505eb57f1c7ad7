/**
 * Draws what programs queue by themselves, outside of any batch: executions of the batches'
 * machines and custom tasks, some of them scheduled, some with a time limit, a deadline or a key.
 */
import type { NewExecution } from '../../lib/ports/execution-store.ts';
import { taskDefinition, taskMachineId } from '../../lib/roles/execution/task-machine.ts';
import type { SimulatedItem } from './answers.ts';
import type { Dice } from './dice.ts';
import type { DrawnMachine } from './random-machine.ts';
import { type DrawnBatch, drawItem } from './workload.ts';

/** Types of custom tasks: one that every worker does, and one that some have no handler for. */
export const taskTypes = Object.freeze({ common: 'report', rare: 'report:rare' });

/** An execution to queue. */
export interface DrawnTask {
  readonly machineId: string;
  readonly machine: DrawnMachine;
  readonly item: SimulatedItem;
  readonly terms: Pick<NewExecution, 'queue' | 'retriesMax'> &
    Pick<NewExecution, 'startInMs' | 'timeoutMs' | 'retentionMs' | 'uniqueKey'>;
  /** How long after its start its deadline is, in milliseconds; null: it has none. */
  readonly deadlineInMs: number | null;
  /** When it is queued, in milliseconds from the beginning. */
  readonly queuedInMs: number;
}

/** What some of them are queued under; few, so that many want the same. */
const keys = ['red', 'blue'] as const;

/** Draws some, several of them at the same moment and under the same key. */
export function drawTasks(dice: Dice, batches: readonly DrawnBatch[]): DrawnTask[] {
  const tasks: DrawnTask[] = [];
  for (let rounds = dice.between(0, 10); rounds > 0; rounds -= 1) {
    const kind = drawKind(dice, batches);
    const queuedInMs = kind.fromMs + dice.below(600_000);
    const uniqueKey = dice.chance(0.5) ? dice.pick(keys) : undefined;
    for (let copies = dice.pick([1, 1, 2, 3]); copies > 0; copies -= 1) {
      const item = drawItem(dice, firstNumber + tasks.length);
      tasks.push({
        ...{ machineId: kind.machineId, machine: kind.machine, queuedInMs, item },
        terms: { ...drawTerms(dice, item), ...(uniqueKey !== undefined && { uniqueKey }) },
        deadlineInMs: dice.chance(0.3) ? dice.pick([1_000, 30_000, 300_000]) : null,
      });
    }
  }
  return tasks;
}

/** Numbers of their items, above those of every batch: each waits for messages of its own. */
const firstNumber = 1_000;

function drawKind(dice: Dice, batches: readonly DrawnBatch[]) {
  const types = Object.values(taskTypes).map((type) => ({
    machineId: taskMachineId(type),
    machine: { type: 'EXPRESS', definition: taskDefinition(type), timed: false } as const,
    fromMs: 0,
  }));
  const machines = batches.map(({ machineId, machine, startsInMs }) => ({
    ...{ machineId, machine, fromMs: startsInMs },
  }));
  return dice.chance(0.6) ? pickOf(dice, types) : pickOf(dice, machines);
}

function pickOf<Choice>(dice: Dice, choices: readonly Choice[]): Choice {
  const [first, ...others] = choices;
  if (first === undefined) throw new Error('there is something to choose from');
  return dice.pick([first, ...others]);
}

/** A custom task whose handler never answers goes on for ever, but for its time limit. */
function drawTerms(dice: Dice, { kind }: SimulatedItem): DrawnTask['terms'] {
  return {
    queue: dice.pick(['critical', 'default', 'low']),
    retriesMax: dice.between(0, 3),
    ...(dice.chance(0.4) && { startInMs: dice.pick([1, 30_000, 300_000, 3_600_000]) }),
    ...((kind === 'hanging' || dice.chance(0.2)) && { timeoutMs: dice.pick([1_000, 60_000]) }),
    ...(dice.chance(0.3) && { retentionMs: dice.pick([0, 60_000, 7_200_000]) }),
  };
}
