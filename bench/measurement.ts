/**
 * What a benchmark is: a name, what it measures, and figures with their targets. A figure that
 * misses its target is reported and fails nothing; a wrong result throws.
 */
import type { Databases } from './databases.ts';

/** A bound that a figure is meant to reach. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One measured number, and all that is needed to measure it again. */
export interface Figure {
  readonly label: string;
  readonly unit: string;
  /** The median of `rounds`. */
  readonly value: number;
  /** Every round's value, in the order measured. */
  readonly rounds: readonly number[];
  readonly target?: Target;
  /** Everything that could have been set otherwise. */
  readonly knobs: Readonly<Record<string, string | number>>;
  /** What else was seen on the way, each with its unit in its name. */
  readonly beside?: Readonly<Record<string, number>>;
}

/** What a measurement is given. */
export interface Bench {
  /** Whether only to try that it works: few executions, one round. */
  readonly quick: boolean;
  readonly databases: Databases;
  /** A temporary folder, emptied when all is measured. */
  readonly folder: string;
  /** Tells a person what is going on. */
  readonly say: (line: string) => void;
}

/** One file below `measurements/`. */
export interface Measurement {
  readonly name: string;
  /** A sentence, for the list of them and for the file of results. */
  readonly about: string;
  measure(bench: Bench): Promise<Figure[]>;
}

/** A figure of several rounds: their median, and all of them. Rounded to four digits. */
export function figureOf(
  rounds: readonly number[],
  rest: Omit<Figure, 'value' | 'rounds'>,
): Figure {
  return { ...rest, value: fourDigits(median(rounds)), rounds: rounds.map(fourDigits) };
}

/** Whether the figure reaches its target; null when it has none. */
export function reaches({ value, target }: Figure): boolean | null {
  if (target === undefined) return null;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function fourDigits(value: number): number {
  return Number(value.toPrecision(4));
}
