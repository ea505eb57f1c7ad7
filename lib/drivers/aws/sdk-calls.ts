/**
 * Calls of any service of AWS through its client, which is loaded at the first call and kept.
 * Region, credentials and endpoints are the SDK's own affair: environment, profiles,
 * `AWS_ENDPOINT_URL`.
 */
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { TaskFailure, unknownHandlerError } from '../../ports/task-failure.ts';
import { readBounded } from '../shared/bounded-body.ts';
import {
  type CommandAnswer,
  credentialsPackage,
  type Middleware,
  openClient,
  type SdkCommand,
  type ServiceClient,
} from './sdk-client.ts';
import { type Dialect, failureOf, sdkDialect } from './sdk-failure.ts';
import type { SdkLoader } from './sdk-loader.ts';
import { inputOf, outputOf, type Shape } from './sdk-shapes.ts';
import { clientPackage } from './service-packages.ts';

/** One call. */
export interface SdkCall {
  /** As in a `Resource`: `sqs`, `secretsmanager` … */
  readonly service: string;
  /** As in a `Resource`: `sendMessage`; its case does not matter. */
  readonly action: string;
  readonly parameters: Json;
  /** The role to call under. @default the process's own credentials */
  readonly roleArn?: string | undefined;
  readonly signal: AbortSignal;
  /** How members of the answer are called. */
  readonly nameOf: (member: string) => string;
  /** How errors are called. @default as `aws-sdk:…` calls them */
  readonly dialect?: Dialect;
}

/** What a service answered. */
export interface SdkAnswer {
  readonly output: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly requestId: string;
}

export class SdkCalls {
  readonly #loader: SdkLoader;
  readonly #bytesMax: number;
  readonly #clients = new Map<string, Promise<ServiceClient>>();

  /** `bytesMax`: the largest body of an answer that comes as a stream. */
  constructor(loader: SdkLoader, bytesMax: number) {
    this.#loader = loader;
    this.#bytesMax = bytesMax;
  }

  /** Throws {@link TaskFailure}, with the service's error or with what is missing here. */
  async call(call: SdkCall): Promise<SdkAnswer> {
    const service = await this.#client(call.service, call.roleArn);
    const command = commandOf(service, call);
    const { input, output } = shapesOf(this.#loader, service, command);
    Object.assign(command.input, inputOf(input, call.parameters));
    const seen = observeResponse(command);
    const dialect = call.dialect ?? sdkDialect(service.client.config.serviceId);
    try {
      const answer = await service.client.send(command, { abortSignal: call.signal });
      const whole = await this.#withoutStreams(answer);
      const body = outputOf(output, whole, call.nameOf) as JsonObject;
      const { httpStatusCode = 200, requestId = '' } = answer.$metadata;
      return { output: body, headers: seen().headers, status: httpStatusCode, requestId };
    } catch (thrown) {
      throw failureOf(thrown, dialect, service.baseError);
    }
  }

  async #client(service: string, roleArn = ''): Promise<ServiceClient> {
    const key = `${service} ${roleArn}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    for (const name of [clientPackage(service), ...(roleArn === '' ? [] : [credentialsPackage])]) {
      const missing = this.#loader.missing(name);
      if (missing !== null) throw new TaskFailure(unknownHandlerError, missing);
    }
    const opening = openClient(this.#loader, service, roleArn);
    this.#clients.set(key, opening);
    // What failed once may be mended: a package that was broken is loaded again.
    opening.catch(() => this.#clients.delete(key));
    return opening;
  }

  async #withoutStreams(answer: CommandAnswer): Promise<object> {
    const whole: Record<string, unknown> = { ...answer };
    for (const [member, value] of Object.entries(answer)) {
      if (isStream(value)) whole[member] = await readBounded(value, this.#bytesMax);
    }
    return whole;
  }
}

function commandOf({ module, packageName }: ServiceClient, call: SdkCall): SdkCommand {
  const wanted = `${call.action}command`.toLowerCase();
  const name = Object.keys(module).find((each) => each.toLowerCase() === wanted);
  if (name === undefined) {
    const cause = `${packageName} has no action '${call.action}': correct the Resource, or update it`;
    throw new TaskFailure(unknownHandlerError, cause);
  }
  return new (module[name] as new (input: object) => SdkCommand)({});
}

function shapesOf(loader: SdkLoader, { packageName }: ServiceClient, command: SdkCommand) {
  if (command.schema === undefined) {
    const cause = `${packageName} is too old for calls by name: npm install ${packageName}@latest`;
    throw new TaskFailure(unknownHandlerError, cause);
  }
  const schemas = loader.dependency(packageName, '@smithy/core/schema');
  const { of } = schemas.NormalizedSchema as { of(schema: unknown): Shape };
  const [input, output] = command.schema.slice(4);
  return { input: of(input), output: of(output) };
}

/** Sees the response that the SDK reads; its headers are no part of a command's answer. */
function observeResponse(command: SdkCommand): () => { readonly headers: Record<string, string> } {
  let seen: unknown;
  const middleware: Middleware = (next) => async (args) => {
    const answer = await next(args);
    seen = answer.response;
    return answer;
  };
  command.middlewareStack.add(middleware, { step: 'deserialize' });
  return () => ({ headers: { ...(seen as { headers?: Record<string, string> })?.headers } });
}

function isStream(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
