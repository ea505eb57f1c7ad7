/** What grows in a measurement of growth, and by which sizes. */

/** How one size is run. */
export interface GrowthSize {
  /** The number of what grows. */
  readonly size: number;
  readonly executions: number;
  readonly states?: number;
  /** Bytes added to each item. */
  readonly payloadBytes?: number;
  readonly machines?: number;
  readonly queues?: number;
  /** Worker processes over Redis; none: one process with every role. */
  readonly workers?: number;
  /** Executions that sleep in the database meanwhile. */
  readonly sleeping?: number;
  /** Ended executions in the database before. */
  readonly ended?: number;
}

/** A curve: the time of a batch over something that grows. */
export interface GrowthCase {
  readonly name: string;
  /** What is counted along the curve. */
  readonly of: string;
  /** Whether the work itself grows with the size, or has to take the same time beside it. */
  readonly work: 'grows' | 'stays';
  readonly sizes: readonly GrowthSize[];
}

/** Executions of a batch beside which something else grows. */
const besideExecutions = 4_000;

function beside(
  sizes: readonly number[],
  toShape: (size: number) => Partial<GrowthSize>,
): readonly GrowthSize[] {
  return sizes.map((size) => ({ size, executions: besideExecutions, ...toShape(size) }));
}

/** All curves. */
export const growthCases: readonly GrowthCase[] = [
  {
    name: 'items',
    of: 'items in the batch',
    work: 'grows',
    sizes: [4_000, 16_000, 64_000].map((size) => ({ size, executions: size })),
  },
  {
    name: 'states',
    of: 'states in the machine',
    work: 'grows',
    sizes: [10, 40, 160].map((size) => ({ size, executions: 400, states: size })),
  },
  {
    name: 'payload',
    of: 'KiB of input',
    work: 'grows',
    sizes: [8, 32, 128].map((size) => ({ size, executions: 400, payloadBytes: size * 1_024 })),
  },
  {
    name: 'machines',
    of: 'machines in the configuration',
    work: 'stays',
    sizes: beside([10, 100, 1_000], (machines) => ({ machines })),
  },
  {
    name: 'workers',
    of: 'worker processes over Redis',
    work: 'stays',
    sizes: beside([1, 2, 4], (workers) => ({ workers })),
  },
  {
    name: 'queues',
    of: 'queues of the worker',
    work: 'stays',
    sizes: beside([1, 10, 100], (queues) => ({ queues })),
  },
  {
    name: 'open',
    of: 'open executions in the database',
    work: 'stays',
    sizes: beside([1_000, 10_000, 100_000], (sleeping) => ({ sleeping })),
  },
  {
    name: 'ended',
    of: 'ended executions in the database',
    work: 'stays',
    sizes: beside([10_000, 100_000, 1_000_000], (ended) => ({ ended })),
  },
];
