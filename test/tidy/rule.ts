/**
 * What a tidy rule is. Each carries the sources that it must catch and those that it must let pass,
 * as its own tests.
 */
import type { SourceFile } from './source-file.ts';

/** Something to mend. */
export interface Problem {
  readonly path: string;
  readonly line: number;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

/** Sources by their path. */
export type Sources = Readonly<Record<string, string>>;

/** One rule of the house. */
export interface Rule {
  /** The rule as a sentence about the sources. */
  readonly name: string;
  check(files: readonly SourceFile[]): Problem[];
  /** Sources that break the rule, and where, as `path:line`. */
  readonly catches: readonly { readonly sources: Sources; readonly at: readonly string[] }[];
  /** Sources that look as if they broke the rule and do not. */
  readonly permits: readonly Sources[];
}
