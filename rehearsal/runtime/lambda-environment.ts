/**
 * The environment of a function's process: the template's variables, those that Lambda sets, and
 * nothing of this machine's. What Lambda would refuse is refused here.
 */
import { MillraceError } from '../../lib/errors.ts';

/** What Lambda's own variables are made of. */
export interface EnvironmentFacts {
  readonly functionName: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly region: string;
  /** The unpacked asset. */
  readonly taskRoot: string;
  readonly logGroup: string;
  readonly logStream: string;
  /** Whom the process's calls are made by. */
  readonly accessKeyId: string;
  /** Where all of AWS is for the process. */
  readonly endpoint: string;
}

/** All variables together, names and values, in bytes. */
const environmentBytesMax = 4_096;

/** Names that Lambda keeps for itself, and refuses in a template. */
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

/** Variables that would lead the function's calls past the rehearsal. */
const endpointName = /^AWS_(?:ENDPOINT_URL(?:_[A-Z0-9_]+)?|IGNORE_CONFIGURED_ENDPOINT_URLS)$/;

/** What Lambda refuses in `variables`; one sentence each. */
export function environmentFaults(variables: Readonly<Record<string, string>>): string[] {
  const faults = Object.keys(variables).flatMap((name) => {
    if (reservedNames.has(name)) return [`${name} is reserved by Lambda: take it away`];
    if (endpointName.test(name)) return [`${name} leads calls elsewhere: take it away`];
    return /^[a-zA-Z]\w+$/.test(name) ? [] : [`'${name}' is no name for a variable`];
  });
  const bytes = Object.entries(variables)
    .map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value))
    .reduce((sum, each) => sum + each, 0);
  if (bytes > environmentBytesMax) {
    faults.push(`its variables have ${bytes} bytes, at most ${environmentBytesMax} are allowed`);
  }
  return faults;
}

/** The whole environment; throws INVALID_CONFIGURATION for what Lambda refuses. */
export function lambdaEnvironment(
  variables: Readonly<Record<string, string>>,
  facts: EnvironmentFacts,
): Record<string, string> {
  const [fault] = environmentFaults(variables);
  if (fault !== undefined) {
    throw new MillraceError('INVALID_CONFIGURATION', `${facts.functionName}: ${fault}`);
  }
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...variables,
    _HANDLER: facts.handler,
    AWS_REGION: facts.region,
    AWS_DEFAULT_REGION: facts.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${facts.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: facts.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(facts.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: facts.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: facts.logStream,
    AWS_ACCESS_KEY_ID: facts.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_SESSION_TOKEN: 'rehearsal',
    LAMBDA_TASK_ROOT: facts.taskRoot,
    AWS_ENDPOINT_URL: facts.endpoint,
  };
}
