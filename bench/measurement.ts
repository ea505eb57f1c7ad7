import type { Databases } from './databases.ts';

/** The bound that a figure is expected to reach. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One measured number, with everything needed to measure it again. */
export interface Figure {
  readonly label: string;
  readonly unit: string;
  /** The median of `rounds`. */
  readonly value: number;
  /** The value of each round, in the order measured. */
  readonly rounds: readonly number[];
  readonly target?: Target;
  /** Every setting that could have had another value. */
  readonly knobs: Readonly<Record<string, string | number>>;
  /** Other observations of the same rounds; each name contains its unit. */
  readonly beside?: Readonly<Record<string, number>>;
}

/** The environment that a measurement runs in. */
export interface Bench {
  /** Whether to only check that the measurement works: few executions, one round. */
  readonly quick: boolean;
  /** How many rows to make, where a measurement makes some; null for its default. */
  readonly rows: number | null;
  readonly databases: Databases;
  /** A temporary folder, removed after the last measurement. */
  readonly folder: string;
  /** Prints one line of progress. */
  readonly log: (line: string) => void;
}

/**
 * A benchmark: one file below `measurements/`. A figure that misses its target is reported and
 * fails nothing; a wrong result throws.
 */
export interface Measurement {
  readonly name: string;
  /** What is measured, for the list of measurements and the results file. */
  readonly about: string;
  /** Whether it runs only when it is named: it takes very long. @default false */
  readonly isLong?: boolean;
  measure(bench: Bench): Promise<Figure[]>;
}

/** Creates a figure whose value is the median of its rounds; all rounded to four digits. */
export function toFigure(
  rounds: readonly number[],
  rest: Omit<Figure, 'value' | 'rounds'>,
): Figure {
  return {
    ...rest,
    value: roundToFourDigits(median(rounds)),
    rounds: rounds.map(roundToFourDigits),
  };
}

/** Whether the figure reaches its target; null without a target. */
export function reachesTarget({ value, target }: Figure): boolean | null {
  if (target === undefined) return null;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

/** Returns the middle value, or the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function roundToFourDigits(value: number): number {
  return Number(value.toPrecision(4));
}
