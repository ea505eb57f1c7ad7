import { isObject, type Json } from '../../asl/json/json.ts';
import { parseIntegrationName } from '../../engine/task/integration-name.ts';
import type { TaskCall } from '../../ports/task-invoker.ts';

const functionArn = /^arn:[a-z-]+:lambda:[a-z0-9-]*:\d*:function:([\w-]+)(?::[\w$-]+)?$/;
const activityArn = /^arn:[a-z-]+:states:[a-z0-9-]*:\d*:activity:(.+)$/;
/** `FunctionName` may be `name`, `name:version`, or the account and the function. */
const functionName = /^(?:\d+:function:)?([\w-]+)(?::[\w$-]+)?$/;

/** The handler that a Task names, and how it is called. */
export interface HandlerTarget {
  /** Null if it depends on the state's input. */
  readonly name: string | null;
  /** Whether it is called through `lambda:invoke`, which wraps the input and the result. */
  readonly isWrapped: boolean;
}

/**
 * Finds the handler of a Task. Its `Resource` is the name itself, the ARN of a Lambda function or
 * of an activity, or `lambda:invoke` with a `FunctionName`. So a definition that runs on AWS runs
 * here unchanged.
 */
export function findHandlerTarget({ resource, parameters }: TaskCall): HandlerTarget {
  const named = parseIntegrationName(resource);
  if (named?.service === 'lambda' && named.action === 'invoke') {
    return { name: parseFunctionName(parameters), isWrapped: true };
  }
  const name = functionArn.exec(resource)?.[1] ?? activityArn.exec(resource)?.[1] ?? resource;
  return { name, isWrapped: false };
}

function parseFunctionName(parameters: Json | undefined): string | null {
  const given = isObject(parameters) ? parameters.FunctionName : undefined;
  if (typeof given !== 'string' || given.startsWith('{%')) return null;
  return functionArn.exec(given)?.[1] ?? functionName.exec(given)?.[1] ?? given;
}
