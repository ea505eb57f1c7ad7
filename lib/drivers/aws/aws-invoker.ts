import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { type IntegrationName, parseIntegrationName } from '../../engine/task/integration-name.ts';
import {
  catchTaskFailure,
  TaskFailure,
  unknownHandlerError,
} from '../../engine/task/task-failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';
import {
  findService,
  type Integration,
  integrations,
  isLambdaInvoke,
  parseSdkService,
  toOptimizedName,
} from './integrations.ts';
import { toPascalCase } from './java-names.ts';
import { runJob } from './job-poller.ts';
import { callFunction, callLambdaInvoke } from './lambda-calls.ts';
import { type PolledJob, polledJobs } from './polled-jobs.ts';
import { withMetadata } from './response-metadata.ts';
import { SdkCalls } from './sdk-calls.ts';
import { SdkLoader } from './sdk-loader.ts';
import { toClientPackage } from './service-packages.ts';

const functionArn = /^arn:[a-z-]+:lambda:/;

/** Options of {@link AwsInvoker}. */
export interface AwsInvokerOptions {
  /** The app's folder, where SDK packages are searched first. */
  readonly folder: string;
  /** Maximum size of a streamed response body, such as an S3 object, in bytes. */
  readonly bytesMax: number;
  readonly clock: Clock;
  /** The role of Tasks without `Credentials`. @default the process's own credentials */
  readonly roleArn?: string | null;
  /** Time between two polls of a job (`.sync`), in milliseconds. @default 5,000 */
  readonly pollMs?: number;
}

/**
 * Runs Task states whose `Resource` is an AWS service: a Lambda function's ARN, `lambda:invoke`,
 * the optimized integrations and `aws-sdk:SERVICE:ACTION`. Results and errors have the form that
 * Step Functions gives them. No SDK package is loaded before the first call.
 */
export class AwsInvoker implements TaskInvoker {
  readonly #loader: SdkLoader;
  readonly #calls: SdkCalls;
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #roleArn: string | undefined;

  constructor({ folder, bytesMax, clock, roleArn, pollMs = 5_000 }: AwsInvokerOptions) {
    this.#loader = new SdkLoader(folder);
    this.#calls = new SdkCalls(this.#loader, bytesMax);
    this.#clock = clock;
    this.#pollMs = pollMs;
    this.#roleArn = roleArn ?? undefined;
  }

  findRefusal({ resource }: TaskCall): string | null {
    if (functionArn.test(resource)) return this.#loader.findProblem(toClientPackage('lambda'));
    const named = parseIntegrationName(resource);
    if (named === null) return `'${resource}' is not an AWS service`;
    if (named.pattern === 'sync' && !polledJobs.has(toKey(named))) {
      const what = `AWS's '.sync' of ${toKey(named)}`;
      return `${what} is not supported: start the job and poll its state`;
    }
    const service = findService(named);
    return service === null
      ? `there is no integration ${toKey(named)}; aws-sdk:SERVICE:ACTION calls any action`
      : this.#loader.findProblem(toClientPackage(service));
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const work = async (): Promise<InvocationResult> => {
      const refusal = this.findRefusal(invocation);
      if (refusal !== null) throw new TaskFailure(unknownHandlerError, refusal);
      const result = await this.#call(invocation);
      return invocation.pattern === 'token'
        ? { ok: true, submitted: result }
        : { ok: true, result };
    };
    return catchTaskFailure(work, 'States.TaskFailed');
  }

  #call(invocation: Invocation): Promise<Json> {
    const { resource, parameters, signal, credentials } = invocation;
    const call = { parameters, signal, roleArn: this.#roleOf(credentials) };
    const named = parseIntegrationName(resource);
    if (named === null) return callFunction(this.#calls, resource, call);
    if (isLambdaInvoke(named)) return callLambdaInvoke(this.#calls, call);
    const integration = integrations.get(toKey(named));
    if (integration === undefined) return this.#callAny(named, call);
    const job = named.pattern === 'sync' ? polledJobs.get(toKey(named)) : undefined;
    return job === undefined
      ? this.#callOptimized(named.action, integration, invocation)
      : this.#runJob(named.action, integration, job, invocation);
  }

  #roleOf(credentials: Json | undefined): string | undefined {
    return parseRoleArn(credentials) ?? this.#roleArn;
  }

  async #callAny({ action, ...named }: IntegrationName, call: CallFields): Promise<JsonObject> {
    const service = parseSdkService(named.service) ?? named.service;
    const { output } = await this.#calls.call({
      ...call,
      service,
      action,
      toMemberName: toPascalCase,
    });
    return output;
  }

  async #callOptimized(
    action: string,
    { service, dialect, includesMetadata, prepare, check }: Integration,
    invocation: Invocation,
  ): Promise<JsonObject> {
    const { parameters: given, signal, credentials } = invocation;
    const parameters =
      prepare !== undefined && isObject(given) ? prepare(given, invocation) : given;
    const call = { service, action, parameters, signal, dialect, toMemberName: toOptimizedName };
    const response = await this.#calls.call({ ...call, roleArn: this.#roleOf(credentials) });
    check?.(response.output);
    return includesMetadata ? withMetadata(response.output, response) : response.output;
  }

  #runJob(
    action: string,
    { service, dialect }: Integration,
    job: PolledJob,
    invocation: Invocation,
  ): Promise<JsonObject> {
    const { parameters, signal, credentials } = invocation;
    const fixed = { service, dialect, signal, toMemberName: toOptimizedName };
    const call = async (called: string, given: JsonObject) => {
      const one = {
        ...fixed,
        action: called,
        parameters: given,
        roleArn: this.#roleOf(credentials),
      };
      return (await this.#calls.call(one)).output;
    };
    const options = { clock: this.#clock, intervalMs: this.#pollMs, call };
    return runJob(job, action, isObject(parameters) ? parameters : {}, invocation, options);
  }
}

interface CallFields {
  readonly parameters: Json;
  readonly signal: AbortSignal;
  readonly roleArn: string | undefined;
}

/** Returns the key in the tables of integrations and jobs. */
function toKey({ service, action }: IntegrationName): string {
  return `${service}:${action}`;
}

/** Reads `Credentials.RoleArn`. */
function parseRoleArn(credentials: Json | undefined): string | undefined {
  const role = isObject(credentials) ? credentials.RoleArn : undefined;
  return typeof role === 'string' ? role : undefined;
}
