/**
 * Carries out Task states whose `Resource` is an AWS service: a Lambda function's ARN,
 * `lambda:invoke`, the optimized integrations and `aws-sdk:SERVICE:ACTION`. Results and errors are
 * as Step Functions shows them; nothing of AWS is loaded before the first call.
 */
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { type IntegrationName, integrationOf } from '../../engine/task/integration-name.ts';
import type { Clock } from '../../ports/clock.ts';
import { answerOf, TaskFailure, unknownHandlerError } from '../../ports/task-failure.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';
import {
  type Integration,
  integrations,
  isLambdaInvoke,
  optimizedName,
  sdkService,
  serviceOf,
} from './integrations.ts';
import { pascalName } from './java-names.ts';
import { runJob } from './job-poller.ts';
import { callFunction, callInvoke } from './lambda-calls.ts';
import { type PolledJob, polledJobs } from './polled-jobs.ts';
import { withMetadata } from './response-metadata.ts';
import { SdkCalls } from './sdk-calls.ts';
import { SdkLoader } from './sdk-loader.ts';
import { clientPackage } from './service-packages.ts';

const functionArn = /^arn:[a-z-]+:lambda:/;

/** Options of {@link AwsInvoker}. */
export interface AwsInvokerOptions {
  /** The app's folder: where its packages of the SDK are looked for first. */
  readonly folder: string;
  /** The largest body of an answer that comes as a stream, such as an object of S3, in bytes. */
  readonly bytesMax: number;
  readonly clock: Clock;
  /** How often a job that is waited for (`.sync`) is asked for its state. @default 5,000 */
  readonly pollMs?: number;
}

export class AwsInvoker implements TaskInvoker {
  readonly #loader: SdkLoader;
  readonly #calls: SdkCalls;
  readonly #clock: Clock;
  readonly #pollMs: number;

  constructor({ folder, bytesMax, clock, pollMs = 5_000 }: AwsInvokerOptions) {
    this.#loader = new SdkLoader(folder);
    this.#calls = new SdkCalls(this.#loader, bytesMax);
    this.#clock = clock;
    this.#pollMs = pollMs;
  }

  refusal({ resource }: TaskCall): string | null {
    if (functionArn.test(resource)) return this.#loader.missing(clientPackage('lambda'));
    const named = integrationOf(resource);
    if (named === null) return `'${resource}' is no service of AWS`;
    if (named.pattern === 'sync' && !polledJobs.has(nameOf(named))) {
      const what = `AWS's '.sync' of ${nameOf(named)}`;
      return `${what} is not supported: start the job and ask for its state`;
    }
    const service = serviceOf(named);
    return service === null
      ? `there is no integration ${nameOf(named)}; aws-sdk:SERVICE:ACTION calls any action`
      : this.#loader.missing(clientPackage(service));
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const work = async (): Promise<InvocationResult> => {
      const refusal = this.refusal(invocation);
      if (refusal !== null) throw new TaskFailure(unknownHandlerError, refusal);
      const result = await this.#call(invocation);
      return invocation.pattern === 'token'
        ? { ok: true, submitted: result }
        : { ok: true, result };
    };
    return answerOf(work, 'States.TaskFailed');
  }

  #call(invocation: Invocation): Promise<Json> {
    const { resource, parameters, signal, credentials } = invocation;
    const call = { parameters, signal, roleArn: roleOf(credentials) };
    const named = integrationOf(resource);
    if (named === null) return callFunction(this.#calls, resource, call);
    if (isLambdaInvoke(named)) return callInvoke(this.#calls, call);
    const integration = integrations.get(nameOf(named));
    if (integration === undefined) return this.#callAny(named, call);
    const job = named.pattern === 'sync' ? polledJobs.get(nameOf(named)) : undefined;
    return job === undefined
      ? this.#callOptimized(named.action, integration, invocation)
      : this.#runJob(named.action, integration, job, invocation);
  }

  async #callAny({ action, ...named }: IntegrationName, call: CallParts): Promise<JsonObject> {
    const service = sdkService(named.service) ?? named.service;
    const { output } = await this.#calls.call({ ...call, service, action, nameOf: pascalName });
    return output;
  }

  async #callOptimized(
    action: string,
    { service, dialect, tellsMetadata, prepare, check }: Integration,
    invocation: Invocation,
  ): Promise<JsonObject> {
    const { parameters: given, signal, credentials } = invocation;
    const parameters =
      prepare !== undefined && isObject(given) ? prepare(given, invocation) : given;
    const call = { service, action, parameters, signal, dialect, nameOf: optimizedName };
    const answer = await this.#calls.call({ ...call, roleArn: roleOf(credentials) });
    check?.(answer.output);
    return tellsMetadata ? withMetadata(answer.output, answer) : answer.output;
  }

  #runJob(
    action: string,
    { service, dialect }: Integration,
    job: PolledJob,
    invocation: Invocation,
  ): Promise<JsonObject> {
    const { parameters, signal, credentials } = invocation;
    const fixed = { service, dialect, signal, nameOf: optimizedName };
    const call = async (called: string, given: JsonObject) => {
      const one = { ...fixed, action: called, parameters: given, roleArn: roleOf(credentials) };
      return (await this.#calls.call(one)).output;
    };
    const options = { clock: this.#clock, intervalMs: this.#pollMs, call };
    return runJob(job, action, isObject(parameters) ? parameters : {}, invocation, options);
  }
}

interface CallParts {
  readonly parameters: Json;
  readonly signal: AbortSignal;
  readonly roleArn: string | undefined;
}

/** As the tables of integrations call it. */
function nameOf({ service, action }: IntegrationName): string {
  return `${service}:${action}`;
}

/** `Credentials.RoleArn`; a Task without one runs under the process's own credentials. */
function roleOf(credentials: Json | undefined): string | undefined {
  const role = isObject(credentials) ? credentials.RoleArn : undefined;
  return typeof role === 'string' ? role : undefined;
}
