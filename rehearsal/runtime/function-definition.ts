/**
 * A function as its template describes it, read off the resolved properties of an
 * `AWS::Lambda::Function`. What Lambda would refuse is told, not thrown, so that all of it is told.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { environmentFaults } from './lambda-environment.ts';

/** See this file's head. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** `file.export`. */
  readonly handler: string;
  /** `nodejs24.x` … */
  readonly runtime: string;
  /** The unpacked asset. */
  readonly taskRoot: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Null: as many as the account allows. */
  readonly reservedConcurrency: number | null;
  readonly logGroup: string;
  readonly jsonLogs: boolean;
}

/** What Lambda takes where a template says nothing. */
const lambdaDefaults = Object.freeze({ memoryMb: 128, timeoutSeconds: 3 });

/**
 * Reads a function.
 * @param properties resolved
 * @param identity its physical name and ARN, and where its asset was unpacked
 */
export function functionDefinition(
  properties: JsonObject,
  identity: { readonly name: string; readonly arn: string; readonly taskRoot: string },
): FunctionDefinition {
  const { Handler, Runtime, MemorySize, Timeout, Environment, LoggingConfig } = properties;
  const variables = isObject(Environment) ? Environment.Variables : undefined;
  const logGroup = isObject(LoggingConfig) ? LoggingConfig.LogGroup : undefined;
  return {
    ...identity,
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

/** The module, without an extension, and the export that `Handler` names. */
export function handlerPlace({ handler, taskRoot }: FunctionDefinition): {
  readonly module: string;
  readonly exportName: string;
} {
  const dot = handler.lastIndexOf('.');
  return { module: join(taskRoot, handler.slice(0, dot)), exportName: handler.slice(dot + 1) };
}

/** What Lambda would refuse of it, or fail at when first called; one sentence each. */
export function functionFaults(definition: FunctionDefinition): string[] {
  const faults = environmentFaults(definition.variables);
  const { module } = handlerPlace(definition);
  const isThere = ['.mjs', '.js', '.cjs'].some((end) => existsSync(module + end));
  if (!isThere) faults.push(`its Handler '${definition.handler}' is not in ${definition.taskRoot}`);
  if (!/^nodejs\d+\.x$/.test(definition.runtime)) {
    faults.push(`its Runtime '${definition.runtime}' cannot be rehearsed: only Node.js can`);
  }
  const seconds = definition.timeoutMs / 1_000;
  if (seconds < 1 || seconds > 900) faults.push(`its Timeout of ${seconds} s is not 1 to 900 s`);
  return faults;
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
