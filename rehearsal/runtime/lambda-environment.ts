/** The environment variables of a function's process. */
import { MillraceError } from '../../lib/errors.ts';
import { findRuntimeModules } from './runtime-modules.ts';

/** The values of the variables that Lambda sets. */
export interface LambdaEnvironmentInputs {
  readonly functionName: string;
  readonly version: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly region: string;
  /** The folder of the unpacked asset. */
  readonly taskRoot: string;
  readonly logGroup: string;
  readonly logStream: string;
  /** The caller of the process's calls to AWS. */
  readonly accessKeyId: string;
  /** The URL of AWS for the process. */
  readonly endpoint: string;
}

/** Maximum size of all names and values together, in bytes. */
const environmentBytesMax = 4_096;

/** Names that Lambda reserves and refuses in a template. */
const reservedNames: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** Variables that would redirect the function's calls away from the rehearsal. */
const endpointName = /^AWS_(?:ENDPOINT_URL(?:_[A-Z0-9_]+)?|IGNORE_CONFIGURED_ENDPOINT_URLS)$/;

/** Returns why Lambda would refuse variables, one sentence each. */
export function findEnvironmentProblems(variables: Readonly<Record<string, string>>): string[] {
  const problems = Object.keys(variables).flatMap((name) => {
    if (reservedNames.has(name)) return [`${name} is reserved by Lambda: remove it`];
    if (endpointName.test(name)) return [`${name} redirects calls to AWS: remove it`];
    return /^[a-zA-Z]\w+$/.test(name) ? [] : [`'${name}' is not a valid name of a variable`];
  });
  const bytes = Object.entries(variables)
    .map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value))
    .reduce((sum, each) => sum + each, 0);
  if (bytes > environmentBytesMax) {
    problems.push(`its variables have ${bytes} bytes, at most ${environmentBytesMax} are allowed`);
  }
  return problems;
}

/**
 * Creates the environment of a process: the template's variables and those that Lambda sets, but
 * none of this machine. Throws INVALID_CONFIGURATION for variables that Lambda would refuse.
 */
export function createLambdaEnvironment(
  variables: Readonly<Record<string, string>>,
  inputs: LambdaEnvironmentInputs,
): Record<string, string> {
  const [problem] = findEnvironmentProblems(variables);
  if (problem !== undefined) {
    throw new MillraceError('INVALID_CONFIGURATION', `${inputs.functionName}: ${problem}`);
  }
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    NODE_PATH: findRuntimeModules(),
    ...variables,
    _HANDLER: inputs.handler,
    AWS_REGION: inputs.region,
    AWS_DEFAULT_REGION: inputs.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${inputs.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: inputs.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(inputs.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: inputs.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: inputs.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: inputs.logStream,
    AWS_ACCESS_KEY_ID: inputs.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_SESSION_TOKEN: 'rehearsal',
    LAMBDA_TASK_ROOT: inputs.taskRoot,
    AWS_ENDPOINT_URL: inputs.endpoint,
  };
}
