import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import { messageOf } from '../../errors.ts';

/**
 * What the configuration adds to the requests of an `http:invoke` Task, in place of EventBridge's
 * connections: it keeps secrets out of definitions. It overrides the definition.
 */
export interface Connection {
  /** @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default {} */
  readonly queryParameters?: Readonly<Record<string, string>>;
  /** Members of a body that is an object. @default {} */
  readonly body?: JsonObject;
}

/** Connections by name; a function is called for each request, for credentials that expire. */
export type Connections = Readonly<
  Record<string, Connection | (() => Connection | Promise<Connection>)>
>;

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
  const known = Object.keys(connections).sort().join(', ') || 'none';
  return `no connection is named '${name}' (known: ${known}): add it to connections in the configuration`;
}

/** Opens the connection in `parameters`. Throws `Events.ConnectionResource.…` as AWS does. */
export async function openConnection(
  connections: Connections,
  parameters: JsonObject,
): Promise<Connection> {
  const name = parseConnectionName(parameters);
  if (name === null) return {};
  const missing = findConnectionProblem(connections, name);
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
