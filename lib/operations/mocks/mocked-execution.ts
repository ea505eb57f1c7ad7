/** Answers the calls of executions that were started with a test case of a mock file. */
import { selectMockedAnswer, toMockedResult } from '../../mocks/mock-answer.ts';
import { decodeMockCase } from '../../mocks/mock-case-text.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';
import type { MockedRun } from '../../roles/execution/run-factory.ts';

/**
 * Returns what answers the calls of an execution that was started with a test case of a mock file:
 * the execution counts the calls of each mocked state, so that a restart continues with the
 * right answer. Calls of other states are made as always.
 */
export function mockExecution(mockCase: string, invoker: TaskInvoker): MockedRun {
  const responses = decodeMockCase(mockCase);
  return {
    states: new Set(responses.keys()),
    invoker: {
      findRefusal: (task) => invoker.findRefusal(task),
      invoke: async (invocation) => {
        const { stateName, mockedCall, pattern } = invocation;
        const response = mockedCall === undefined ? undefined : responses.get(stateName);
        if (response === undefined || mockedCall === undefined) return invoker.invoke(invocation);
        return toMockedResult(selectMockedAnswer(response, mockedCall), pattern);
      },
      cancel: async (executionId, command) => {
        await invoker.cancel?.(executionId, command);
      },
    },
  };
}
