/**
 * Calls the handlers of the app in this process. A `Resource` names one by its plain name or as a
 * Lambda function's ARN, whose function name is then the handler's, so that a definition that runs
 * on AWS runs here unchanged.
 */
import { MillraceError } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Invocation, InvocationResult, TaskInvoker } from '../../ports/task-invoker.ts';
import type { Handler, HandlerContext, Handlers } from './handler.ts';
import { copyOf, jsonOf } from './plain-json.ts';

const lambdaArn =
  /^arn:[a-z-]+:lambda:[a-z0-9-]*:\d*:function:([A-Za-z0-9_-]+)(?::[A-Za-z0-9$_-]+)?$/;

/** Lines of a stack that go into the cause; the rest tells nobody anything. */
const traceLinesMax = 8;

export class HandlerInvoker implements TaskInvoker {
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #logger: Logger;

  constructor(handlers: Handlers, logger: Logger) {
    for (const [name, handler] of Object.entries(handlers)) {
      if (typeof handler === 'function') continue;
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `handlers.${name} must be a function (input, context) => output; found ${typeof handler}`,
      );
    }
    this.#handlers = new Map(Object.entries(handlers));
    this.#logger = logger;
  }

  knows(resource: string): boolean {
    return this.#handlers.has(handlerName(resource));
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const handler = this.#handlers.get(handlerName(invocation.resource));
    if (handler === undefined) return this.#unknown(invocation.resource);
    try {
      const result = await handler(copyOf(invocation.parameters), this.#contextOf(invocation));
      return { ok: true, result: jsonOf(result) };
    } catch (error) {
      return failureOf(error);
    }
  }

  #contextOf({ resource: _, parameters: __, ...told }: Invocation): HandlerContext {
    return { ...told, logger: this.#logger };
  }

  #unknown(resource: string): InvocationResult {
    const known = [...this.#handlers.keys()].sort().join(', ');
    return {
      ok: false,
      error: 'Millrace.UnknownHandler',
      cause: `no handler is named '${handlerName(resource)}' (Resource '${resource}'); known: ${known}`,
    };
  }
}

/** The handler's name in a `Resource`. */
function handlerName(resource: string): string {
  return lambdaArn.exec(resource)?.[1] ?? resource;
}

/** What was thrown, in the words of Lambda's Node.js runtime: a definition may read its cause. */
function failureOf(thrown: unknown): InvocationResult {
  const errorType = thrown instanceof Error ? thrown.name : 'Error';
  const errorMessage = thrown instanceof Error ? thrown.message : textOf(thrown);
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const trace = stack.split('\n').slice(0, traceLinesMax);
  return { ok: false, error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace }) };
}

/** The text of what is no error; an object may refuse to be one. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `a value of type ${typeof thrown}`;
  }
}
