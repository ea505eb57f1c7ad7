import type { MachineType } from '../asl/definition.ts';
import type { ResourceReference } from '../asl/find-task-resources.ts';
import type { LoggingConfiguration } from './execution-log-event.ts';
import type { EngineLimits } from './limits.ts';
import type { Graph } from './node.ts';

/**
 * A definition compiled for running: every path, template and rule is parsed once, and states are
 * found by name. Immutable, and shared by all executions of the machine's version.
 */
export interface Machine {
  readonly type: MachineType;
  readonly graph: Graph;
  /** What its Task states call, as written. */
  readonly resources: readonly ResourceReference[];
  /**
   * `TimeoutSeconds` in milliseconds, `expressMsMax` at most in an EXPRESS machine; null without
   * either.
   */
  readonly timeoutMs: number | null;
  readonly limits: EngineLimits;
  /** `$$.Execution.RoleArn`. @default '' */
  readonly roleArn?: string;
  /** States whose calls are answered by mocks: their tries are counted. @default none */
  readonly mockedStates?: ReadonlySet<string>;
  /** What executions write to the execution log. @default as the configuration says */
  readonly logging?: LoggingConfiguration;
}
