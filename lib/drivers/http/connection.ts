/**
 * What an `http:invoke` Task adds to its request from the configuration, so that no secret stands
 * in a definition: the place of EventBridge's connections.
 */
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { messageOf } from '../../errors.ts';
import { TaskFailure } from '../../ports/task-failure.ts';

/** What is added to every request; it wins over what the definition says. */
export interface Connection {
  /** @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default {} */
  readonly queryParameters?: Readonly<Record<string, string>>;
  /** Members of a body that is an object. @default {} */
  readonly body?: JsonObject;
}

/** Connections by name; a function is asked at each call, for what expires. */
export type Connections = Readonly<
  Record<string, Connection | (() => Connection | Promise<Connection>)>
>;

const connectionArn = /^arn:[^:]+:events:[^:]*:[^:]*:connection\/([^/]+)(?:\/.*)?$/;

/**
 * The name of the connection that `parameters` ask for, given as a name or an ARN; null when they
 * ask for none, or when only the input of the state will tell which.
 */
export function connectionName(parameters: Json | undefined): string | null {
  if (!isObject(parameters)) return null;
  const { Authentication, InvocationConfig } = parameters;
  const config = InvocationConfig ?? Authentication;
  const given = isObject(config) ? config.ConnectionArn : undefined;
  if (typeof given !== 'string' || given.startsWith('{%')) return null;
  return connectionArn.exec(given)?.[1] ?? given;
}

/** Why there is no connection `name`; null when there is. */
export function missingConnection(connections: Connections, name: string): string | null {
  if (Object.hasOwn(connections, name)) return null;
  const known = Object.keys(connections).sort().join(', ') || 'none';
  return `no connection is named '${name}' (known: ${known}): add it to connections in the configuration`;
}

/** The connection that `parameters` ask for; throws `Events.ConnectionResource.…` as AWS does. */
export async function openConnection(
  connections: Connections,
  parameters: JsonObject,
): Promise<Connection> {
  const name = connectionName(parameters);
  if (name === null) return {};
  const missing = missingConnection(connections, name);
  if (missing !== null) throw new TaskFailure(`${connectionError}ResourceNotFound`, missing);
  const connection = connections[name];
  try {
    return (typeof connection === 'function' ? await connection() : connection) ?? {};
  } catch (error) {
    const cause = `the connection '${name}' could not be opened: ${messageOf(error)}`;
    throw new TaskFailure(`${connectionError}InternalError`, cause);
  }
}

const connectionError = 'Events.ConnectionResource.';
