/** What is shown on the states of a graph besides their names. */
import type { Tone } from '../ui/status-look.ts';

/** What one state shows. */
export interface NodeOverlay {
  /** Its status, shown as an icon; null for a state about which nothing is known. */
  readonly status: string | null;
  /** The colour of its frame and of its heat. */
  readonly tone: Tone | null;
  /** Short texts in its lower line: `12 ms`, `×12`, `8,412`. */
  readonly notes: readonly string[];
  /** How strongly it is filled, from 0 to 1; null for a graph without heat. */
  readonly heat: number | null;
  /** Whether the execution never came here. */
  readonly isFaint: boolean;
  /** Whether it works now. */
  readonly isLive: boolean;
  /** The iterations of a Map, run-length encoded; null for other states. */
  readonly strip: IterationRuns | null;
  /** All of it in a sentence, for those who cannot see it. */
  readonly sentence: string;
}

/** Iterations one after the other: how they stand, and how many in a row. */
export type IterationRuns = readonly (readonly [kind: IterationKind, count: number])[];

/** Succeeded, failed, running, aborted, not started. */
export type IterationKind = 'S' | 'F' | 'R' | 'A' | '-';

/** The overlay of a state about which nothing is known. */
export const noOverlay: NodeOverlay = Object.freeze({
  status: null,
  tone: null,
  notes: [],
  heat: null,
  isFaint: false,
  isLive: false,
  strip: null,
  sentence: '',
});
