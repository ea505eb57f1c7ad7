import type { Json } from '../asl/json/json.ts';
import { ErrorName } from '../asl/state-error.ts';
import { copyJson } from '../drivers/handlers/copy-json.ts';
import { unknownHandlerError } from '../engine/task/task-failure.ts';
import { hasCode } from '../errors.ts';
import { toMockedResult } from '../mocks/mock-answer.ts';
import type { MockedAnswer } from '../mocks/mock-file.ts';
import type { MockedResults } from '../operations/mocks/mocked-results.ts';
import type { Logger } from '../ports/logger.ts';
import type {
  CallResult,
  Invocation,
  InvocationResult,
  TaskInvoker,
} from '../ports/task-invoker.ts';
import { pause } from '../retry/pause.ts';
import type { SkippingClock } from './skipping-clock.ts';
import type { AnswerCall, MockContext } from './state-mock.ts';

/** A call that a run has made. */
export interface MadeCall {
  readonly state: string;
  /** The machine of the execution that made it. */
  readonly machine: string;
  readonly resource: string;
  readonly input: Json;
  /** Number of retries before it, in the same visit of the state. */
  readonly retryCount: number;
  /** What it answered; undefined while it has no answer. */
  readonly result: CallResult | undefined;
}

/** What a {@link MockedInvoker} is constructed from. */
export interface MockedInvokerDeps {
  readonly clock: SkippingClock;
  readonly logger: Logger;
  /** The machine whose states `states` are; those of its Maps' children are meant, too. */
  readonly machineId: string;
  /** Answer the calls of states, by name. */
  readonly states: ReadonlyMap<string, AnswerCall>;
  /** Checks what the mocks of states return; null when any result is taken. */
  readonly results: MockedResults | null;
  /** Makes the calls of other states: of handlers, and of the app's own machines. */
  readonly others: TaskInvoker;
}

/**
 * Answers the calls of Tasks in a test: by the mocks of their states, then by the handlers of the
 * test. Nothing outside of the test is ever called: a call that nothing answers is a mistake.
 */
export class MockedInvoker implements TaskInvoker {
  readonly #deps: MockedInvokerDeps;
  readonly #calls: MadeCall[] = [];
  readonly #mistakes = new Set<string>();
  readonly #wrongResults = new Set<string>();
  readonly #counts = new Map<string, number>();

  constructor(deps: MockedInvokerDeps) {
    this.#deps = deps;
  }

  /** The calls so far, in the order of their starts. */
  get calls(): readonly MadeCall[] {
    return this.#calls;
  }

  /** Calls that nothing answered, each a sentence. */
  get mistakes(): readonly string[] {
    return [...this.#mistakes];
  }

  /** Results that the mocked services never return, each a sentence. */
  get wrongResults(): readonly string[] {
    return [...this.#wrongResults];
  }

  /** A state that a test does not reach needs no mock. */
  findRefusal(): null {
    return null;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { stateName: state, machineId: machine, resource, retryCount, parameters } = invocation;
    const input = copyJson(parameters);
    const index = this.#calls.push({
      state,
      machine,
      resource,
      input,
      retryCount,
      result: undefined,
    });
    const result = await this.#deps.clock.hold(() => this.#answer(invocation));
    const made = this.#calls[index - 1];
    if (made !== undefined) this.#calls[index - 1] = { ...made, result: toAnswer(result) };
    return result;
  }

  async cancel(executionId: string, command: string): Promise<void> {
    await this.#deps.others.cancel?.(executionId, command);
  }

  async #answer(invocation: Invocation): Promise<InvocationResult> {
    const mock = this.#isTested(invocation.machineId)
      ? this.#deps.states.get(invocation.stateName)
      : undefined;
    if (mock !== undefined) {
      const context = this.#createContext(invocation);
      const answer = await mock(copyJson(invocation.parameters), context);
      return toMockedResult(await this.#check(invocation, answer), invocation.pattern);
    }
    const refusal = this.#deps.others.findRefusal(invocation);
    if (refusal === null) return await this.#deps.others.invoke(invocation);
    const { stateName, resource } = invocation;
    const mistake = `the state '${stateName}' calls '${resource}', which has neither a mock nor a handler in this test`;
    this.#mistakes.add(mistake);
    return { ok: false, error: unknownHandlerError, cause: mistake };
  }

  /** Fails a call whose mocked result the service never returns: no catcher hides it. */
  async #check({ stateName, resource }: Invocation, answer: MockedAnswer): Promise<MockedAnswer> {
    const { results } = this.#deps;
    if (results === null || answer.kind === 'throw') return answer;
    const problem = await results.findProblem(resource, answer.value).catch((error: unknown) => {
      // A client of the AWS SDK is missing: the message says which.
      if (hasCode(error, 'INVALID_CONFIGURATION')) return error.message;
      throw error;
    });
    if (problem === null) return answer;
    const cause = `the mock of the state '${stateName}' (${resource}): ${problem}`;
    this.#wrongResults.add(cause);
    return { kind: 'throw', error: ErrorName.runtime, cause };
  }

  #isTested(machineId: string): boolean {
    const { machineId: tested } = this.#deps;
    return machineId === tested || machineId.startsWith(`${tested}/`);
  }

  #createContext(invocation: Invocation): MockContext {
    const { stateName, signal } = invocation;
    const { clock, logger } = this.#deps;
    const call = this.#counts.get(stateName) ?? 0;
    this.#counts.set(stateName, call + 1);
    const { resource: _, parameters: __, pattern: ___, credentials: ____, ...context } = invocation;
    return {
      ...context,
      logger,
      call,
      sleep: (seconds) => clock.rest(pause(clock, seconds * 1_000, signal)),
    };
  }
}

function toAnswer(result: InvocationResult): CallResult | undefined {
  return 'submitted' in result ? result.answer : result;
}
