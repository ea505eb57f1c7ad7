import { unknownHandlerError } from '../../engine/task/task-failure.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';

/** An invoker for the resources that `resources` matches. */
export interface Route {
  readonly resources: RegExp;
  readonly invoker: TaskInvoker;
}

/**
 * Adds to a call that never reached its service, for want of a region or of credentials, why no
 * route before has taken it: without AWS, a handler is what is missing.
 */
function explain(result: InvocationResult, reasons: readonly string[]): InvocationResult {
  if (result.ok || reasons.length === 0 || !result.error.endsWith('.SdkClientException')) {
    return result;
  }
  return {
    ...result,
    cause: `${result.cause}; it was sent to AWS because ${reasons.join(', and ')}`,
  };
}

/**
 * Sends each Task to the first matching route that does not refuse it. With the handlers of the app
 * first, a definition written for AWS runs on handlers where there are some, and calls the real
 * services where there are none.
 */
export class RoutedInvoker implements TaskInvoker {
  readonly #routes: readonly Route[];

  /** @param routes in order of precedence */
  constructor(routes: readonly Route[]) {
    this.#routes = routes;
  }

  findRefusal(task: TaskCall): string | null {
    const reasons: string[] = [];
    for (const { invoker } of this.#matching(task)) {
      const reason = invoker.findRefusal(task);
      if (reason === null) return null;
      reasons.push(reason);
    }
    return reasons.length === 0 ? 'no invoker supports it' : reasons.join(', and ');
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const reasons: string[] = [];
    for (const { invoker } of this.#matching(invocation)) {
      const reason = invoker.findRefusal(invocation);
      if (reason === null) return explain(await invoker.invoke(invocation), reasons);
      reasons.push(reason);
    }
    const cause = `'${invocation.resource}': ${this.findRefusal(invocation)}`;
    return { ok: false, error: unknownHandlerError, cause };
  }

  async cancel(executionId: string, command: string): Promise<void> {
    await Promise.all(this.#routes.map(({ invoker }) => invoker.cancel?.(executionId, command)));
  }

  #matching({ resource }: TaskCall): Route[] {
    return this.#routes.filter(({ resources }) => resources.test(resource));
  }
}
