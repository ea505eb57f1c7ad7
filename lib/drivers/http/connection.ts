import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { listKnown } from '../../asl/known-names.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import { messageOf } from '../../errors.ts';

/** What a connection adds to a request. It overrides the definition. */
export interface ConnectionSecrets {
  /** @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default {} */
  readonly queryParameters?: Readonly<Record<string, string>>;
  /** Members of a body that is an object. @default {} */
  readonly body?: JsonObject;
}

/**
 * What the configuration adds to the requests of an `http:invoke` Task, in place of EventBridge's
 * connections: it keeps secrets out of definitions.
 */
export interface Connection extends ConnectionSecrets {
  /**
   * The origins that the connection may be used for, such as `https://api.example.com`: the address
   * of a request may come from data, and must not choose who receives the secrets.
   */
  readonly origins: readonly string[];
  /**
   * Returns what is added instead; called for each request, for credentials that expire.
   * @default the members above
   */
  readonly open?: () => ConnectionSecrets | Promise<ConnectionSecrets>;
}

/** Connections by name. */
export type Connections = Readonly<Record<string, Connection>>;

const connectionArn = /^arn:[^:]+:events:[^:]*:[^:]*:connection\/([^/]+)(?:\/.*)?$/;

/**
 * Returns the name of the connection in `parameters`, which is given as a name or an ARN; null if
 * there is none, or if it depends on the state's input.
 */
export function parseConnectionName(parameters: Json | undefined): string | null {
  if (!isObject(parameters)) return null;
  const { Authentication, InvocationConfig } = parameters;
  const config = InvocationConfig ?? Authentication;
  const given = isObject(config) ? config.ConnectionArn : undefined;
  if (typeof given !== 'string' || given.startsWith('{%')) return null;
  return connectionArn.exec(given)?.[1] ?? given;
}

/** Returns why there is no connection `name`; null if there is one. */
export function findConnectionProblem(connections: Connections, name: string): string | null {
  if (Object.hasOwn(connections, name)) return null;
  const known = listKnown(name, Object.keys(connections).sort());
  return `no connection is named '${name}' (${known}): add it to connections in the configuration`;
}

/** Returns why the connection `name` is not used for `url`; null if it is. */
export function findOriginProblem(
  connections: Connections,
  name: string,
  { origin }: URL,
): string | null {
  const { origins = [] } = connections[name] ?? {};
  if (origins.some((each) => URL.parse(each)?.origin === origin)) return null;
  const known = origins.join(', ') || 'none';
  return (
    `the connection '${name}' must not be used for ${origin} (its origins: ${known}): correct ` +
    "ApiEndpoint, or add the origin to the connection's origins in the configuration"
  );
}

/**
 * Returns what the connection in `parameters` adds to a request to `url`. Throws
 * `Events.ConnectionResource.…` as AWS does.
 */
export async function openConnection(
  connections: Connections,
  parameters: JsonObject,
  url: URL,
): Promise<ConnectionSecrets> {
  const name = parseConnectionName(parameters);
  if (name === null) return {};
  const missing = findConnectionProblem(connections, name);
  if (missing !== null) throw new TaskFailure(`${connectionError}ResourceNotFound`, missing);
  const foreign = findOriginProblem(connections, name, url);
  if (foreign !== null) throw new TaskFailure(`${connectionError}AccessDenied`, foreign);
  const connection = connections[name];
  try {
    return (await connection?.open?.()) ?? connection ?? {};
  } catch (error) {
    const cause = `the connection '${name}' could not be opened: ${messageOf(error)}`;
    throw new TaskFailure(`${connectionError}InternalError`, cause);
  }
}

const connectionError = 'Events.ConnectionResource.';
