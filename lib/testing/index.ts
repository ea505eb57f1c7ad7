/** The public module `millrace/testing`: runs machines in tests, with mocks and skipped time. */

export type { EndStatus } from '../engine/status.ts';
export type { CallResult } from '../ports/task-invoker.ts';
export type { Expectation } from './expectation.ts';
export type { MachineRun } from './machine-run.ts';
export type { MadeCall } from './mocked-invoker.ts';
export type { RecordedExecution, RunEvent } from './run-recorder.ts';
export type { MockAnswer, MockContext, MockFunction, StateMock } from './state-mock.ts';
export {
  type TestMachine,
  type TestMachineOptions,
  type TestRunOptions,
  testMachine,
} from './test-machine.ts';
