import { isObject, type Json } from '../../asl/json/json.ts';
import { listKnown } from '../../asl/known-names.ts';
import { unknownHandlerError } from '../../engine/task/task-failure.ts';
import { MillraceError } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';
import { callsInHand } from './calls-in-hand.ts';
import { copyJson, toJson } from './copy-json.ts';
import type { Handler, HandlerContext, Handlers } from './handler.ts';
import { findHandlerTarget, type HandlerTarget } from './handler-target.ts';
import { toFailure } from './thrown-value.ts';

/**
 * Calls the handlers of the app in this process. In the pattern `.waitForTaskToken` the return
 * value is only the response to the request: the result comes from the holder of the token.
 */
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

  findRefusal(task: TaskCall): string | null {
    const { name } = this.#findTarget(task);
    // The function depends on the input: it may be any of the handlers.
    if (name === null) return this.#handlers.size === 0 ? 'there are no handlers' : null;
    if (this.#handlers.has(name)) return null;
    const [handler = ''] = name.split(tokenSuffix);
    if (handler !== name && this.#handlers.has(handler)) return describeTokenTask(handler);
    if (name.includes('${')) {
      return `'${name}' is a substitution that is not resolved: millrace import --set gives it a value`;
    }
    const known = listKnown(name, [...this.#handlers.keys()].sort());
    return `no handler is named '${name}' (${known})`;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { name, isWrapped } = this.#findTarget(invocation);
    const handler = this.#handlers.get(name ?? '');
    if (handler === undefined) return this.#toUnknownHandler(invocation);
    const { parameters, pattern } = invocation;
    try {
      const input = copyJson(isWrapped ? readPayload(parameters) : parameters);
      const context = this.#createContext(invocation);
      const call = () => handler(input, context);
      const returned = toJson(await callsInHand.run(invocation, name ?? '', call));
      const result = isWrapped ? wrapResult(returned) : returned;
      return pattern === 'token' ? { ok: true, submitted: result } : { ok: true, result };
    } catch (error) {
      return toFailure(error);
    }
  }

  /** A handler whose name equals the whole `Resource` takes precedence. */
  #findTarget(task: TaskCall): HandlerTarget {
    const { resource } = task;
    return this.#handlers.has(resource)
      ? { name: resource, isWrapped: false }
      : findHandlerTarget(task);
  }

  #createContext(invocation: Invocation): HandlerContext {
    const { resource: _, parameters: __, pattern: ___, credentials: ____, ...context } = invocation;
    return { ...context, logger: this.#logger };
  }

  #toUnknownHandler(task: TaskCall): InvocationResult {
    const reason = this.findRefusal(task) ?? 'FunctionName names no handler';
    const cause = `${reason}; the Resource is '${task.resource}'`;
    return { ok: false, error: unknownHandlerError, cause };
  }
}

function readPayload(parameters: Json): Json {
  return isObject(parameters) ? (parameters.Payload ?? {}) : {};
}

/** Wraps a result as `lambda:invoke` does, without the metadata of an HTTP response. */
function wrapResult(result: Json): Json {
  return { ExecutedVersion: '$LATEST', Payload: result, StatusCode: 200 };
}

/** Ends a Resource whose result comes from the holder of a task token. */
const tokenSuffix = '.waitForTaskToken';

/** As at Step Functions, the suffix belongs to integrations, and not to the names of functions. */
function describeTokenTask(handler: string): string {
  return (
    `'${handler}${tokenSuffix}' is no name of a handler: a handler gets a task token by the Resource ` +
    `'arn:aws:states:::lambda:invoke${tokenSuffix}', with the FunctionName '${handler}'`
  );
}
