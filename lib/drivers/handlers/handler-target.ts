/**
 * Which handler a Task means. Its `Resource` names one plainly, as a Lambda function's ARN, as an
 * activity's ARN, or as `lambda:invoke` whose `FunctionName` names one: so that a definition that
 * runs on AWS runs here unchanged. Pure.
 */
import { isObject, type Json } from '../../asl/json/json.ts';
import { integrationOf } from '../../engine/task/integration-name.ts';
import type { TaskCall } from '../../ports/task-invoker.ts';

const functionArn = /^arn:[a-z-]+:lambda:[a-z0-9-]*:\d*:function:([\w-]+)(?::[\w$-]+)?$/;
const activityArn = /^arn:[a-z-]+:states:[a-z0-9-]*:\d*:activity:(.+)$/;
/** `name`, `name:version`, or the account and the function: all that `FunctionName` may be. */
const functionName = /^(?:\d+:function:)?([\w-]+)(?::[\w$-]+)?$/;

/** A handler, and how it is called. */
export interface HandlerTarget {
  /** Null when only the input of the state will tell it. */
  readonly name: string | null;
  /** Whether through `lambda:invoke`, which wraps what it gives and what it answers. */
  readonly isWrapped: boolean;
}

/** The handler that `task` means. */
export function handlerTarget({ resource, parameters }: TaskCall): HandlerTarget {
  const named = integrationOf(resource);
  if (named?.service === 'lambda' && named.action === 'invoke') {
    return { name: invokedName(parameters), isWrapped: true };
  }
  const name = functionArn.exec(resource)?.[1] ?? activityArn.exec(resource)?.[1] ?? resource;
  return { name, isWrapped: false };
}

function invokedName(parameters: Json | undefined): string | null {
  const given = isObject(parameters) ? parameters.FunctionName : undefined;
  if (typeof given !== 'string' || given.startsWith('{%')) return null;
  return functionArn.exec(given)?.[1] ?? functionName.exec(given)?.[1] ?? given;
}
