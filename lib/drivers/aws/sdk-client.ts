import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import { messageOf } from '../../errors.ts';
import type { LoadedModule, SdkLoader } from './sdk-loader.ts';
import { toClientPackage } from './service-packages.ts';

/** Maximum number of sockets of one client: a worker's executions call services concurrently. */
const socketsMax = 256;

/** The package that assumes roles. */
export const credentialsPackage = '@aws-sdk/credential-providers';

/** A service's client, its package, and its base error class. */
export interface ServiceClient {
  readonly packageName: string;
  readonly module: LoadedModule;
  readonly client: SdkClient;
  /** The class of errors that the service's model does not define. */
  readonly baseError: unknown;
}

/** A client of the SDK: the part that calls by name need. */
export interface SdkClient {
  readonly config: { readonly serviceId: string };
  send(command: SdkCommand, options: { abortSignal: AbortSignal }): Promise<CommandOutput>;
}

/** The output of a command. */
export interface CommandOutput {
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

/** A middleware of the SDK for responses. */
export type Middleware = (next: Handle) => Handle;

type Handle = (args: object) => Promise<{ readonly response: unknown }>;

/** Creates the client of `service`; it assumes the role `roleArn` unless that is empty. */
export async function openClient(
  loader: SdkLoader,
  service: string,
  roleArn: string,
): Promise<ServiceClient> {
  const packageName = toClientPackage(service);
  const module = await loader.load(packageName);
  const Client = module[findExport(module, /^\w+Client$/)] as new (options: object) => SdkClient;
  const agent = { maxSockets: socketsMax };
  const client = new Client({
    requestHandler: { httpAgent: agent, httpsAgent: agent },
    ...(roleArn !== '' && { credentials: await createCredentials(loader, roleArn) }),
  });
  const baseError = module[findExport(module, /^\w+ServiceException$/)];
  return { packageName, module, client, baseError };
}

/** Returns the first matching export; the SDK's own `__Client` is not the service's. */
function findExport(module: LoadedModule, pattern: RegExp): string {
  return Object.keys(module).find((name) => pattern.test(name) && !name.startsWith('_')) ?? '';
}

/** Returns a provider that assumes the role at each call; a refusal is `States.Permissions`. */
async function createCredentials(
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
