/** The parameters of a `states:startExecution` Task: which machine, name and input. Pure. */
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { parseCommand } from '../../engine/task/idempotency-key.ts';
import { parseIntegrationName } from '../../engine/task/integration-name.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import type { Invocation } from '../../ports/task-invoker.ts';
import type { ReplyTo } from './reply.ts';

const machineArn = /^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:([^:]+)(?::([^:]+))?$/;

/** Returns the id of the machine to start; null when only the input of the state determines it. */
export function parseMachineId(parameters: Json | undefined): string | null {
  const given = isObject(parameters) ? parameters.StateMachineArn : undefined;
  if (typeof given !== 'string' || given.startsWith('{%')) return null;
  return machineArn.exec(given)?.[1] ?? plainName.exec(given)?.[1] ?? given;
}

/** Returns the version or the alias that the ARN or the name of the machine ends with; or null. */
export function parseMachineQualifier({ StateMachineArn: given }: JsonObject): string | null {
  if (typeof given !== 'string') return null;
  const [, , qualifier = null] = machineArn.exec(given) ?? plainName.exec(given) ?? [];
  return qualifier;
}

/** `order`, `order:3` or `order:live`. */
const plainName = /^([^:]+)(?::([^:]+))?$/;

/** Returns the name of the child: the given one, or one that a repeated call gives again. */
export function parseExecutionName(
  { idempotencyKey }: Pick<Invocation, 'idempotencyKey'>,
  { Name }: JsonObject,
): string {
  if (Name === undefined || Name === null) return idempotencyKey.replaceAll(':', '-');
  const problem = findNameProblem(Name);
  if (problem !== null || typeof Name !== 'string') {
    const cause = `Invalid Name: '${JSON.stringify(Name)}': ${problem}`;
    throw startExecutionFailure('InvalidNameException', cause);
  }
  return Name;
}

/** Returns the input of the child as JSON text. A string is JSON text already, as on AWS. */
export function parseExecutionInput({ Input }: JsonObject): string {
  if (Input === undefined || Input === null) return '{}';
  if (typeof Input !== 'string') return JSON.stringify(Input);
  try {
    return JSON.stringify(parseJson(Input));
  } catch {
    throw startExecutionFailure(
      'InvalidExecutionInputException',
      'Invalid State Machine Execution Input: no JSON',
    );
  }
}

/** Returns the command that waits for the child's end; null without `.sync`. */
export function toReplyTo(invocation: Invocation): ReplyTo | null {
  const integration = parseIntegrationName(invocation.resource);
  if (integration?.pattern !== 'sync') return null;
  const form = integration.version === 1 ? 'sync' : 'sync:2';
  return { executionId: invocation.execution.id, command: parseCommand(invocation), form };
}

/** Creates the failure of the Task, with an error of Step Functions' own API. */
export function startExecutionFailure(name: string, cause: string): TaskFailure {
  return new TaskFailure(`StepFunctions.${name}`, cause);
}
