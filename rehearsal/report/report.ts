/** What a rehearsal found, as plain data: what `--json` writes and the text is made of. */
import type { FunctionFigures } from '../runtime/lambda-function.ts';

/** One step of the scenario. */
export interface StepReport {
  readonly name: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** What was seen, or why it failed or was skipped. */
  readonly reason: string;
  readonly seconds: number;
}

/** What was done with a resource of the templates. */
export interface ResourceReport {
  /** `STACK/LOGICAL_ID` */
  readonly id: string;
  readonly type: string;
  readonly path: string;
  /**
   * `exercised`: it did its work here. `checked`: its settings were read and judged. `not
   * exercised`: nothing here shows that it works.
   */
  readonly verdict: 'exercised' | 'checked' | 'not exercised';
  /** How, or why not; one clause each. */
  readonly how: readonly string[];
}

/** A statement of a role that no call needed. */
export interface UnusedPermission {
  readonly role: string;
  readonly statement: string;
  readonly actions: readonly string[];
}

/** What a function did. */
export interface FunctionReport {
  readonly id: string;
  readonly name: string;
  readonly memoryMb: number;
  readonly figures: FunctionFigures;
}

/** See this file's head. */
export interface RehearsalReport {
  readonly passed: boolean;
  /** The first thing that went wrong, as a sentence; null when nothing did. */
  readonly firstCause: string | null;
  /** Everything that went wrong, in order. */
  readonly troubles: readonly string[];
  readonly steps: readonly StepReport[];
  readonly resources: readonly ResourceReport[];
  readonly unusedPermissions: readonly UnusedPermission[];
  readonly functions: readonly FunctionReport[];
  /** Allowed calls, by action. */
  readonly calls: Readonly<Record<string, number>>;
  /** Of the Data API. */
  readonly database: { readonly calls: number; readonly meteredUnits: number };
  /** What this machine did otherwise than AWS would. */
  readonly differences: readonly string[];
  readonly seconds: number;
}
