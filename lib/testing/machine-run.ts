import { AssertionError } from 'node:assert';
import type { Json } from '../asl/json/json.ts';
import type { EndStatus } from '../engine/status.ts';
import {
  type ComparedRun,
  describeMismatch,
  type Expectation,
  findMismatches,
  type Mismatch,
} from './expectation.ts';
import type { MadeCall } from './mocked-invoker.ts';
import type { RecordedExecution, RunEvent } from './run-recorder.ts';

/** What is known of a run after its end. */
export interface RunFacts {
  readonly status: EndStatus;
  readonly output: Json | undefined;
  readonly error: string | null;
  readonly cause: string | null;
  readonly executions: readonly RecordedExecution[];
  readonly calls: readonly MadeCall[];
}

/**
 * A run of a machine in a test, after its end. Its assertions throw `AssertionError`, which vitest,
 * jest and node:test all show with both values.
 *
 * @example
 * const run = await machine.run({ order: 'A-1' });
 * run.assertSucceeded({ order: 'A-1', outcome: 'shipped' });
 * run.assertPath(['Charge', 'Ship']);
 */
export class MachineRun implements ComparedRun {
  readonly status: EndStatus;
  /** Undefined unless it SUCCEEDED. */
  readonly output: Json | undefined;
  readonly error: string | null;
  readonly cause: string | null;
  /** The states that the execution has entered, in order. */
  readonly path: readonly string[];
  /** The states that all executions of the run have entered: nested ones, and children of Maps. */
  readonly visited: readonly string[];
  /** The history of the execution. */
  readonly events: readonly RunEvent[];
  /** The execution, then nested ones and children of distributed Maps. */
  readonly executions: readonly RecordedExecution[];
  /** The calls of Tasks, in the order of their starts. */
  readonly calls: readonly MadeCall[];
  /** How long the execution took in the test's time. */
  readonly seconds: number;

  constructor({ executions, ...facts }: RunFacts) {
    const [own] = executions;
    this.status = facts.status;
    this.output = facts.output;
    this.error = facts.error;
    this.cause = facts.cause;
    this.path = own?.path ?? [];
    this.visited = executions.flatMap(({ path }) => path);
    this.events = own?.events ?? [];
    this.executions = executions;
    this.calls = facts.calls;
    const [first, last] = [this.events.at(0), this.events.at(-1)];
    this.seconds = ((last?.timestamp ?? 0) - (first?.timestamp ?? 0)) / 1_000;
  }

  /** Asserts several things at once, as a case of `millrace test` does. */
  assertMatches(expected: Expectation): void {
    this.#fail(findMismatches(this, expected));
  }

  /** @param output the whole output. @default any */
  assertSucceeded(output?: Json): void {
    this.assertMatches({ status: 'SUCCEEDED', ...(output !== undefined && { output }) });
  }

  /**
   * @param error the name of the error. @default any
   * @param cause a part of the cause. @default any
   */
  assertFailed(error?: string, cause?: string): void {
    this.assertMatches({
      status: 'FAILED',
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
  }

  /** @param path the states that the execution has entered, in order */
  assertPath(path: readonly string[]): void {
    this.assertMatches({ path });
  }

  /** @param times how often. @default at least once */
  assertVisited(state: string, times?: number): void {
    if (times === undefined) {
      this.assertMatches({ visits: [state] });
      return;
    }
    const found = this.visited.filter((each) => each === state).length;
    if (found !== times) this.#fail([{ what: `visits of ${state}`, expected: times, found }]);
  }

  assertNotVisited(state: string): void {
    this.assertMatches({ doesNotVisit: [state] });
  }

  /** @param times how many of the state's calls were retries */
  assertRetried(state: string, times: number): void {
    this.assertMatches({ retries: { [state]: times } });
  }

  /** @param inputs the inputs of the state's calls, in order */
  assertCalledWith(state: string, ...inputs: readonly Json[]): void {
    this.assertMatches({ calls: { [state]: inputs } });
  }

  #fail(mismatches: readonly Mismatch[]): void {
    const [first] = mismatches;
    if (first === undefined) return;
    const failure = this.error === null ? '' : ` with ${this.error}: ${this.cause ?? ''}`;
    const message = [
      ...mismatches.map(describeMismatch),
      `the run ended ${this.status}${failure}`,
      `its path: ${this.path.join(' → ')}`,
    ].join('\n');
    const { expected, found: actual } = first;
    throw new AssertionError({ message, expected, actual, operator: 'deepStrictEqual' });
  }
}
