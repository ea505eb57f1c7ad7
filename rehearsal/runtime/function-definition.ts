import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { findEnvironmentProblems } from './lambda-environment.ts';

/** A function as its template describes it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** The number of a published version, or `$LATEST`. */
  readonly version: string;
  /** `file.export`. */
  readonly handler: string;
  /** `nodejs24.x` … */
  readonly runtime: string;
  /** The folder of the unpacked asset. */
  readonly taskRoot: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Null leaves it to the limit of the account. */
  readonly reservedConcurrency: number | null;
  readonly logGroup: string;
  readonly jsonLogs: boolean;
}

/** Lambda's defaults. */
const lambdaDefaults = Object.freeze({ memoryMb: 128, timeoutSeconds: 3 });

/**
 * Reads the properties of an `AWS::Lambda::Function`.
 * @param properties without intrinsic functions
 */
export function readFunctionDefinition(
  properties: JsonObject,
  identity: { readonly name: string; readonly arn: string; readonly taskRoot: string },
): FunctionDefinition {
  const { Handler, Runtime, MemorySize, Timeout, Environment, LoggingConfig } = properties;
  const variables = isObject(Environment) ? Environment.Variables : undefined;
  const logGroup = isObject(LoggingConfig) ? LoggingConfig.LogGroup : undefined;
  return {
    ...identity,
    version: '$LATEST',
    handler: String(Handler ?? ''),
    runtime: String(Runtime ?? ''),
    memoryMb: numberOr(MemorySize, lambdaDefaults.memoryMb),
    timeoutMs: numberOr(Timeout, lambdaDefaults.timeoutSeconds) * 1_000,
    variables: Object.fromEntries(
      Object.entries(isObject(variables) ? variables : {}).map(([key, value]) => [
        key,
        text(value),
      ]),
    ),
    reservedConcurrency: optionalNumber(properties.ReservedConcurrentExecutions),
    logGroup: typeof logGroup === 'string' ? logGroup : `/aws/lambda/${identity.name}`,
    jsonLogs: isObject(LoggingConfig) && LoggingConfig.LogFormat === 'JSON',
  };
}

/** Returns the module, without an extension, and the export that `Handler` names. */
export function locateHandler({ handler, taskRoot }: FunctionDefinition): {
  readonly module: string;
  readonly exportName: string;
} {
  const dot = handler.lastIndexOf('.');
  return { module: join(taskRoot, handler.slice(0, dot)), exportName: handler.slice(dot + 1) };
}

/** Whether a function is started by the layer of OpenTelemetry. */
export function usesTracingLayer({ variables }: Pick<FunctionDefinition, 'variables'>): boolean {
  return variables.AWS_LAMBDA_EXEC_WRAPPER === '/opt/otel-instrument';
}

/** Returns why Lambda would refuse a function or fail to start it, one sentence each. */
export function findFunctionProblems(definition: FunctionDefinition): string[] {
  const problems = findEnvironmentProblems(definition.variables);
  const { module } = locateHandler(definition);
  const exists = ['.mjs', '.js', '.cjs'].some((extension) => existsSync(module + extension));
  if (!exists)
    problems.push(`its Handler '${definition.handler}' is not in ${definition.taskRoot}`);
  if (!/^nodejs\d+\.x$/.test(definition.runtime)) {
    problems.push(`its Runtime '${definition.runtime}' cannot be rehearsed: only Node.js can`);
  }
  const seconds = definition.timeoutMs / 1_000;
  if (seconds < 1 || seconds > 900) problems.push(`its Timeout of ${seconds} s is not 1 to 900 s`);
  return problems;
}

function numberOr(value: Json | undefined, fallback: number): number {
  return optionalNumber(value) ?? fallback;
}

function optionalNumber(value: Json | undefined): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
