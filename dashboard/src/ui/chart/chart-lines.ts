/** The lines and marks of a chart. */
import type { Tone } from '../status-look.ts';

/** One line of a chart. */
export interface ChartLine {
  readonly word: string;
  readonly tone: Tone;
  readonly values: readonly (number | null)[];
  /** Whether it is a limit and not a measure: it is drawn dashed. @default false */
  readonly isLimit?: boolean;
}

/** Something that happened at a time, drawn as a line across the chart. */
export interface ChartMark {
  readonly at: number;
  readonly word: string;
  readonly tone: Tone;
}
