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
  readonly name: string;
  readonly machineId: string;
  readonly machine: DrawnMachine;
  readonly items: readonly SimulatedItem[];
  /** The machine whose executions the batch continues; null for a batch over items. */
  readonly chainOf: string | null;
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
    name: `batch-${index}`,
    chainOf: null,
    machineId: `machine-${index}`,
    machine: drawMachine(dice),
    items: Array.from({ length: dice.between(3, 25) }, (__, n) => drawItem(dice, n)),
    options: drawOptions(dice),
    fromFile: dice.chance(0.5),
    startsInMs: index === 0 ? 0 : dice.below(300_000),
  }));
}

/** The machine of chained batches: it ends with its input, whatever that is. */
const chainMachine = Object.freeze({
  type: 'STANDARD',
  definition: {
    StartAt: 'Copy',
    States: {
      Copy: { Type: 'Pass', Next: 'Rest' },
      Rest: { Type: 'Wait', Seconds: 1, End: true },
    },
  },
  timed: false,
});

/**
 * Draws batches that continue the executions of the first one: none or several of one name, which
 * run at the same time, wait for one another or replace one another.
 */
export function drawChains(dice: Dice): DrawnBatch[] {
  if (dice.chance(0.7)) return [];
  const overlap = dice.pick(['allow', 'queue', 'replace'] as const);
  return Array.from({ length: dice.between(1, 3) }, (_, index) => ({
    id: `chain-${index}`,
    name: 'chain',
    machineId: 'chain',
    machine: chainMachine,
    items: [],
    chainOf: 'machine-0',
    options: {
      chunkSize: dice.pick([1, 3, 1_000]),
      mode: dice.pick(['parallel', 'sequential', 'microBatches'] as const),
      microBatchSize: 3,
      retriesMax: 1,
      overlap,
      onNameTaken: 'skip' as const,
    },
    fromFile: false,
    startsInMs: dice.below(900_000),
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
