/** Draws the workload of a simulation: machines, and batches of items for them. */
import type { BatchOptionsInput } from '../../lib/batch/batch-options.ts';
import type { ItemKind, SimulatedItem } from './answers.ts';
import type { Dice } from './dice.ts';
import { type DrawnMachine, drawMachine } from './random-machine.ts';

/** The queues that workers serve. */
export const queues = Object.freeze({ critical: 6, default: 3, low: 1 });

/** A batch to start. */
export interface DrawnBatch {
  readonly id: string;
  readonly machineId: string;
  readonly machine: DrawnMachine;
  readonly items: readonly SimulatedItem[];
  readonly options: BatchOptionsInput;
  /** Whether the items come from a file, which is read in pieces. */
  readonly fromFile: boolean;
  /** When it is started, in milliseconds from the start of the simulation. */
  readonly startsInMs: number;
}

/** Draws one to three batches, each with its own machine. */
export function drawWorkload(dice: Dice): DrawnBatch[] {
  return Array.from({ length: dice.between(1, 3) }, (_, index) => ({
    id: `batch-${index}`,
    machineId: `machine-${index}`,
    machine: drawMachine(dice),
    items: Array.from({ length: dice.between(3, 25) }, (__, n) => drawItem(dice, n)),
    options: drawOptions(dice),
    fromFile: dice.chance(0.5),
    startsInMs: index === 0 ? 0 : dice.below(300_000),
  }));
}

const kinds: readonly [ItemKind, ...ItemKind[]] = [
  'plain',
  'plain',
  'plain',
  'plain',
  'transient',
  'transient',
  'flaky',
  'flaky',
  'permanent',
  'hanging',
];

/** Draws an item, with the items of the Maps inside it. */
export function drawItem(dice: Dice, n: number): SimulatedItem {
  const kind = dice.pick(kinds);
  const fails = dice.between(1, 2);
  const slowMs = dice.chance(0.05) ? dice.below(900_000) : 0;
  // One queue in thirty does not exist: the item has a problem, and only its execution fails.
  const queue = dice.chance(1 / 30) ? 'nowhere' : dice.pick(['critical', 'default', 'low']);
  const items = Array.from({ length: dice.below(4) }, (_, outer) => ({
    n: n * 100 + outer,
    kind,
    fails,
    queue,
    slowMs,
    items: Array.from({ length: dice.below(3) }, (__, inner) => ({
      n: (n * 100 + outer) * 100 + inner,
      kind,
      fails,
      queue,
      slowMs,
      items: [],
    })),
  }));
  return { n, kind, fails, queue, slowMs, items };
}

function drawOptions(dice: Dice): BatchOptionsInput {
  return {
    maxInFlight: dice.pick([0, 4, 10]),
    chunkSize: dice.pick([1, 3, 10, 1_000]),
    retriesMax: dice.between(0, 3),
    item: { priority: '$.queue' },
    failurePolicy: dice.chance(0.7) ? null : { hardThreshold: 0.1, windowSize: 3 },
    ...(dice.chance(0.1) && { stopOnError: true }),
    ...(dice.chance(0.1) && { toleratedFailureCount: 2 }),
  };
}
