import type { SourceFile } from './source-file.ts';

/** A violation of a rule. */
export interface Problem {
  readonly path: string;
  readonly line: number;
  /** What is wrong, and what to do instead. */
  readonly message: string;
}

/** Source texts by path. */
export type Sources = Readonly<Record<string, string>>;

/** A style rule, with examples that test the rule itself. */
export interface Rule {
  /** The rule as a sentence about the sources. */
  readonly name: string;
  check(files: readonly SourceFile[]): Problem[];
  /** Sources that break the rule, and where, as `path:line`. */
  readonly catches: readonly { readonly sources: Sources; readonly at: readonly string[] }[];
  /** Sources that look as if they broke the rule and do not. */
  readonly permits: readonly Sources[];
}
