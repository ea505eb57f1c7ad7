import { selectMockedAnswer, toMockedResult } from '../mocks/mock-answer.ts';
import type { MockCase } from '../mocks/mock-file.ts';
import type { Invocation, InvocationResult, TaskCall, TaskInvoker } from '../ports/task-invoker.ts';

/**
 * Answers the calls of the states of a test case, for an execution that is in no store; other
 * states call what they always call. The tries of a state are counted here.
 */
export class MockedCalls implements TaskInvoker {
  readonly #mockCase: MockCase;
  readonly #others: TaskInvoker;
  readonly #counts = new Map<string, number>();

  constructor(mockCase: MockCase, others: TaskInvoker) {
    this.#mockCase = mockCase;
    this.#others = others;
  }

  findRefusal(task: TaskCall): string | null {
    return this.#others.findRefusal(task);
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { stateName, pattern } = invocation;
    const response = this.#mockCase.get(stateName);
    if (response === undefined) return await this.#others.invoke(invocation);
    const call = this.#counts.get(stateName) ?? 0;
    this.#counts.set(stateName, call + 1);
    return toMockedResult(selectMockedAnswer(response, call), pattern);
  }

  async cancel(executionId: string, command: string): Promise<void> {
    await this.#others.cancel?.(executionId, command);
  }
}
