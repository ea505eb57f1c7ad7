/** The result of a rehearsal as plain data: what `--json` writes and the printed report shows. */
import type { FunctionStats } from '../runtime/lambda-function.ts';

/** The result of one step. */
export interface StepReport {
  readonly name: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** What was observed, or why the step failed or was skipped. */
  readonly reason: string;
  readonly seconds: number;
}

/** How far a resource of the templates was exercised. */
export interface ResourceReport {
  /** `STACK/LOGICAL_ID` */
  readonly id: string;
  readonly type: string;
  readonly path: string;
  /**
   * `exercised`: it did its work. `checked`: its settings were read and enforced. `not exercised`:
   * nothing shows that it works.
   */
  readonly verdict: 'exercised' | 'checked' | 'not exercised';
  /** How it was exercised, or why it was not; one clause each. */
  readonly how: readonly string[];
}

/** A policy statement of a role that no call needed. */
export interface UnusedPermission {
  readonly role: string;
  readonly statement: string;
  readonly actions: readonly string[];
}

/** The invocations and resource usage of one function. */
export interface FunctionReport {
  readonly id: string;
  readonly name: string;
  readonly memoryMb: number;
  readonly stats: FunctionStats;
}

/** The result of a rehearsal. */
export interface RehearsalReport {
  readonly passed: boolean;
  /** The first problem, as a sentence; null when there was none. */
  readonly firstCause: string | null;
  /** All problems, in order. */
  readonly problems: readonly string[];
  readonly steps: readonly StepReport[];
  readonly resources: readonly ResourceReport[];
  readonly unusedPermissions: readonly UnusedPermission[];
  readonly functions: readonly FunctionReport[];
  /** The number of allowed calls by action. */
  readonly calls: Readonly<Record<string, number>>;
  /** Usage of the Data API. */
  readonly database: { readonly calls: number; readonly meteredUnits: number };
  /** Where this machine behaved differently from AWS. */
  readonly differences: readonly string[];
  readonly seconds: number;
}
