/**
 * Calls the handlers of the app in this process. Which one a Task means is `handler-target.ts`. In
 * the pattern `.waitForTaskToken` what the handler returns is the reply to the request: the answer
 * is whoever's who was given the token.
 */
import { isObject, type Json } from '../../asl/json/json.ts';
import { MillraceError } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import { unknownHandlerError } from '../../ports/task-failure.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';
import type { Handler, HandlerContext, Handlers } from './handler.ts';
import { type HandlerTarget, handlerTarget } from './handler-target.ts';
import { copyOf, jsonOf } from './plain-json.ts';

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

  refusal(task: TaskCall): string | null {
    const { name } = this.#targetOf(task);
    // Only the input will tell which function is meant: any of the handlers may be.
    if (name === null) return this.#handlers.size === 0 ? 'there are no handlers' : null;
    if (this.#handlers.has(name)) return null;
    const known = [...this.#handlers.keys()].sort().join(', ') || 'none';
    return `no handler is named '${name}' (known: ${known})`;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { name, isWrapped } = this.#targetOf(invocation);
    const handler = this.#handlers.get(name ?? '');
    if (handler === undefined) return this.#unknown(invocation);
    const { parameters, pattern } = invocation;
    try {
      const input = copyOf(isWrapped ? payloadOf(parameters) : parameters);
      const returned = jsonOf(await handler(input, this.#contextOf(invocation)));
      const result = isWrapped ? wrapped(returned) : returned;
      return pattern === 'token' ? { ok: true, submitted: result } : { ok: true, result };
    } catch (error) {
      return failureOf(error);
    }
  }

  /** A handler whose name is all of the `Resource` stands for just that. */
  #targetOf(task: TaskCall): HandlerTarget {
    const { resource } = task;
    return this.#handlers.has(resource)
      ? { name: resource, isWrapped: false }
      : handlerTarget(task);
  }

  #contextOf(invocation: Invocation): HandlerContext {
    const { resource: _, parameters: __, pattern: ___, credentials: ____, ...told } = invocation;
    return { ...told, logger: this.#logger };
  }

  #unknown(task: TaskCall): InvocationResult {
    const reason = this.refusal(task) ?? 'FunctionName names no handler';
    const cause = `${reason}; the Resource is '${task.resource}'`;
    return { ok: false, error: unknownHandlerError, cause };
  }
}

function payloadOf(parameters: Json): Json {
  return isObject(parameters) ? (parameters.Payload ?? {}) : {};
}

/** As `lambda:invoke` answers; nothing went over HTTP, so there is nothing to tell of it. */
function wrapped(result: Json): Json {
  return { ExecutedVersion: '$LATEST', Payload: result, StatusCode: 200 };
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
