/**
 * A client of one service, opened when it is first needed, and no more of the SDK's types than
 * calls by name need.
 */
import { ErrorName } from '../../asl/state-error.ts';
import { messageOf } from '../../errors.ts';
import { TaskFailure } from '../../ports/task-failure.ts';
import type { LoadedModule, SdkLoader } from './sdk-loader.ts';
import { clientPackage } from './service-packages.ts';

/** Sockets of one client: executions of a worker wait for their services side by side. */
const socketsMax = 256;

/** The package that lends the credentials of another role. */
export const credentialsPackage = '@aws-sdk/credential-providers';

/** A client and what belongs to it. */
export interface ServiceClient {
  readonly packageName: string;
  readonly module: LoadedModule;
  readonly client: SdkClient;
  /** The class of errors that the service's model does not name. */
  readonly baseError: unknown;
}

/** A client of the SDK. */
export interface SdkClient {
  readonly config: { readonly serviceId: string };
  send(command: SdkCommand, options: { abortSignal: AbortSignal }): Promise<CommandAnswer>;
}

/** What the SDK makes of a response. */
export interface CommandAnswer {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** A command of the SDK. */
export interface SdkCommand {
  readonly input: object;
  /** `[kind, namespace, name, traits, input, output]`, since the SDK carries models as data. */
  readonly schema?: readonly unknown[];
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'deserialize' }): void;
  };
}

/** A step of the SDK's way from an answer back to a command. */
export type Middleware = (next: Handle) => Handle;

type Handle = (args: object) => Promise<{ readonly response: unknown }>;

/** Opens the client of `service`; under the role `roleArn` when that is not empty. */
export async function openClient(
  loader: SdkLoader,
  service: string,
  roleArn: string,
): Promise<ServiceClient> {
  const packageName = clientPackage(service);
  const module = await loader.load(packageName);
  const Client = module[nameOf(module, /^\w+Client$/)] as new (options: object) => SdkClient;
  const agent = { maxSockets: socketsMax };
  const client = new Client({
    requestHandler: { httpAgent: agent, httpsAgent: agent },
    ...(roleArn !== '' && { credentials: await credentialsOf(loader, roleArn) }),
  });
  const baseError = module[nameOf(module, /^\w+ServiceException$/)];
  return { packageName, module, client, baseError };
}

/** The first export that looks so; the SDK's own `__Client` is not the service's. */
function nameOf(module: LoadedModule, pattern: RegExp): string {
  return Object.keys(module).find((name) => pattern.test(name) && !name.startsWith('_')) ?? '';
}

/** Credentials of the role, fetched at a call; a role that is refused is `States.Permissions`. */
async function credentialsOf(
  loader: SdkLoader,
  RoleArn: string,
): Promise<(caller?: unknown) => Promise<unknown>> {
  const { fromTemporaryCredentials } = await loader.load(credentialsPackage);
  const assume = fromTemporaryCredentials as (
    options: object,
  ) => (caller: unknown) => Promise<unknown>;
  const provide = assume({ params: { RoleArn, RoleSessionName: 'millrace' } });
  return async (caller?: unknown) => {
    try {
      return await provide(caller);
    } catch (error) {
      const cause = `the role ${RoleArn} could not be assumed: ${messageOf(error)}`;
      throw new TaskFailure(ErrorName.permissions, cause);
    }
  };
}
