import { unknownHandlerError } from '../../engine/task/task-failure.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';

/** Decides which resources may be called. */
export interface ResourceRules {
  /** Returns why `resource` may not be called; null when it may. */
  findRefusal(resource: string): string | null;
}

/** An invoker of which only the resources that its rules allow are called. */
export class LimitedInvoker implements TaskInvoker {
  readonly #rules: ResourceRules;
  readonly #invoker: TaskInvoker;

  constructor(rules: ResourceRules, invoker: TaskInvoker) {
    this.#rules = rules;
    this.#invoker = invoker;
  }

  findRefusal(task: TaskCall): string | null {
    return this.#rules.findRefusal(task.resource) ?? this.#invoker.findRefusal(task);
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const cause = this.#rules.findRefusal(invocation.resource);
    if (cause === null) return this.#invoker.invoke(invocation);
    return { ok: false, error: unknownHandlerError, cause };
  }

  async cancel(executionId: string, command: string): Promise<void> {
    await this.#invoker.cancel?.(executionId, command);
  }
}
