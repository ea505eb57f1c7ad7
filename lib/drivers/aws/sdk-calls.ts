import type { Json, JsonObject } from '../../asl/json/json.ts';
import { TaskFailure, unknownHandlerError } from '../../engine/task/task-failure.ts';
import { readBounded } from '../shared/bounded-body.ts';
import {
  type CommandOutput,
  credentialsPackage,
  type Middleware,
  openClient,
  type SdkCommand,
  type ServiceClient,
} from './sdk-client.ts';
import { type Dialect, sdkDialect, toTaskFailure } from './sdk-failure.ts';
import type { SdkLoader } from './sdk-loader.ts';
import { fromSdkOutput, type Shape, toSdkInput } from './sdk-shapes.ts';
import { toClientPackage } from './service-packages.ts';

/** A call of a service. */
export interface SdkCall {
  /** Name of the service in a `Resource`: `sqs`, `secretsmanager` … */
  readonly service: string;
  /** Name of the action in a `Resource`: `sendMessage`; case-insensitive. */
  readonly action: string;
  readonly parameters: Json;
  /** The role to assume. @default the process's own credentials */
  readonly roleArn?: string | undefined;
  readonly signal: AbortSignal;
  /** Converts the member names of the result. */
  readonly toMemberName: (member: string) => string;
  /** Names of errors. @default those of `aws-sdk:…` */
  readonly dialect?: Dialect;
}

/** Response of a service. */
export interface SdkResponse {
  readonly output: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly requestId: string;
}

/**
 * Calls any AWS service through its client, which is loaded at the first call and kept. Region,
 * credentials and endpoints are left to the SDK: environment, profiles, `AWS_ENDPOINT_URL`.
 */
export class SdkCalls {
  readonly #loader: SdkLoader;
  readonly #bytesMax: number;
  readonly #clients = new Map<string, Promise<ServiceClient>>();

  /** @param bytesMax maximum size of a streamed response body, in bytes */
  constructor(loader: SdkLoader, bytesMax: number) {
    this.#loader = loader;
    this.#bytesMax = bytesMax;
  }

  /** Throws {@link TaskFailure}: the service's error, or what is missing in this process. */
  async call(call: SdkCall): Promise<SdkResponse> {
    const service = await this.#client(call.service, call.roleArn);
    const command = createCommand(service, call);
    const { input, output } = await readShapes(this.#loader, service, command);
    Object.assign(command.input, toSdkInput(input, call.parameters));
    const seen = observeResponse(command);
    const dialect = call.dialect ?? sdkDialect(service.client.config.serviceId);
    try {
      const response = await service.client.send(command, { abortSignal: call.signal });
      const whole = await this.#readStreams(response);
      const body = fromSdkOutput(output, whole, call.toMemberName) as JsonObject;
      const { httpStatusCode = 200, requestId = '' } = response.$metadata;
      return { output: body, headers: seen().headers, status: httpStatusCode, requestId };
    } catch (thrown) {
      throw toTaskFailure(thrown, dialect, service.baseError);
    }
  }

  async #client(service: string, roleArn = ''): Promise<ServiceClient> {
    const key = `${service} ${roleArn}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    for (const name of [
      toClientPackage(service),
      ...(roleArn === '' ? [] : [credentialsPackage]),
    ]) {
      const missing = this.#loader.findProblem(name);
      if (missing !== null) throw new TaskFailure(unknownHandlerError, missing);
    }
    const opening = openClient(this.#loader, service, roleArn);
    this.#clients.set(key, opening);
    // A failed opening is not kept: a broken package may have been fixed.
    opening.catch(() => this.#clients.delete(key));
    return opening;
  }

  /** Reads the streams of a response into memory. */
  async #readStreams(response: CommandOutput): Promise<object> {
    const whole: Record<string, unknown> = { ...response };
    for (const [member, value] of Object.entries(response)) {
      if (isStream(value)) whole[member] = await readBounded(value, this.#bytesMax);
    }
    return whole;
  }
}

function createCommand({ module, packageName }: ServiceClient, call: SdkCall): SdkCommand {
  const wanted = `${call.action}command`.toLowerCase();
  const name = Object.keys(module).find((each) => each.toLowerCase() === wanted);
  if (name === undefined) {
    const cause = `${packageName} has no action '${call.action}': correct the Resource, or update it`;
    throw new TaskFailure(unknownHandlerError, cause);
  }
  return new (module[name] as new (input: object) => SdkCommand)({});
}

async function readShapes(loader: SdkLoader, { packageName }: ServiceClient, command: SdkCommand) {
  if (command.schema === undefined) {
    const cause = `${packageName} is too old for calls by name: npm install ${packageName}@latest`;
    throw new TaskFailure(unknownHandlerError, cause);
  }
  const schemas = await loader.loadDependency(packageName, '@smithy/core/schema');
  const { of } = schemas.NormalizedSchema as { of(schema: unknown): Shape };
  const [input, output] = command.schema.slice(4);
  return { input: of(input), output: of(output) };
}

/** Captures the HTTP response: a command's output does not contain its headers. */
function observeResponse(command: SdkCommand): () => { readonly headers: Record<string, string> } {
  let seen: unknown;
  const middleware: Middleware = (next) => async (args) => {
    const result = await next(args);
    seen = result.response;
    return result;
  };
  command.middlewareStack.add(middleware, { step: 'deserialize' });
  return () => ({ headers: { ...(seen as { headers?: Record<string, string> })?.headers } });
}

function isStream(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
