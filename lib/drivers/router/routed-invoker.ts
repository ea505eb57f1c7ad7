/**
 * Sends each Task's work to who does it: a handler of the app whenever one answers to the
 * `Resource`, else the first route whose pattern it matches. So a definition of AWS runs on
 * handlers alone, and calls the real services where there are none.
 */
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';

/** Who does the work of the resources that `resources` matches. */
export interface Route {
  readonly resources: RegExp;
  readonly invoker: TaskInvoker;
}

/** Options of {@link RoutedInvoker}. */
export interface RoutedInvokerOptions {
  readonly handlers: TaskInvoker;
  /** The first that matches is taken. */
  readonly routes: readonly Route[];
}

export class RoutedInvoker implements TaskInvoker {
  readonly #handlers: TaskInvoker;
  readonly #routes: readonly Route[];

  constructor({ handlers, routes }: RoutedInvokerOptions) {
    this.#handlers = handlers;
    this.#routes = routes;
  }

  refusal(task: TaskCall): string | null {
    const unhandled = this.#handlers.refusal(task);
    if (unhandled === null) return null;
    const route = this.#routeOf(task);
    if (route === undefined) return unhandled;
    const unserved = route.refusal(task);
    return unserved === null ? null : `${unhandled}, and ${unserved}`;
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    const isHandled = this.#handlers.refusal(invocation) === null;
    const route = isHandled ? undefined : this.#routeOf(invocation);
    return (route ?? this.#handlers).invoke(invocation);
  }

  #routeOf({ resource }: TaskCall): TaskInvoker | undefined {
    return this.#routes.find(({ resources }) => resources.test(resource))?.invoker;
  }
}
