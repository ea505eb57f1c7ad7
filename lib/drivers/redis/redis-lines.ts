/** Connections of the package `redis`: to a server, to a cluster, by way of Sentinels. */
import { createClient, createCluster } from 'redis';
import { MillraceError, messageOf } from '../../errors.ts';
import { type BackoffSchedule, backoffMs, equalJitter } from '../../retry/backoff.ts';
import type { SentinelTarget, TcpTarget } from './redis-target.ts';

/** An open connection, or one that is being opened. */
export interface RedisLine {
  readonly send: (command: string[]) => Promise<unknown>;
  readonly connect: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
  readonly destroy: () => void;
}

/** Options of {@link createRedisLine}. */
export interface RedisLineOptions {
  readonly target: TcpTarget;
  readonly cluster: boolean;
  /** A key of the hash slot that every command of this connection belongs to. */
  readonly route: string;
  /** Draws the jitter, in [0, 1), so that many processes do not reconnect at once. */
  readonly random: () => number;
  /** Called when a connection that was open has broken for good. */
  readonly onLost: (cause: unknown) => void;
}

/** Maximum time to connect, in milliseconds. */
export const connectMsMax = 5_000;
/** Delays between attempts to reconnect. */
export const reconnectBackoff: BackoffSchedule = Object.freeze({
  firstMs: 50,
  maxMs: 5_000,
  jitter: equalJitter,
});

/** Creates a connection that is not open yet. Throws when no Sentinel knows the master. */
export async function createRedisLine(options: RedisLineOptions): Promise<RedisLine> {
  if (options.cluster) return createClusterLine(options);
  const { target } = options;
  const { host, port } = target.sentinel === null ? target : await findMaster(target.sentinel);
  return createServerLine({ ...target, host, port }, options.onLost);
}

/** It does not reconnect by itself: the address may be another one by then. */
function createServerLine(target: TcpTarget, onLost: RedisLineOptions['onLost']): RedisLine {
  const client = createClient({
    ...clientSettings(target),
    socket: { ...socketSettings(target), reconnectStrategy: false },
  });
  // The calls that an error concerns fail with it; without a listener it would end the process.
  client.on('error', () => {});
  client.on('terminated', onLost);
  return {
    send: (command) => client.sendCommand(command),
    connect: () => client.connect(),
    close: () => client.close(),
    destroy: () => client.destroy(),
  };
}

/** It follows changes of the cluster, and reconnects to its nodes. */
function createClusterLine({ target, route, random }: RedisLineOptions): RedisLine {
  const { host, port } = target;
  let isOpen = false;
  const cluster = createCluster({
    rootNodes: [{ socket: { host, port } }],
    defaults: {
      ...clientSettings(target),
      socket: {
        ...socketSettings(target),
        // None before the first success: the caller decides, as the address may be wrong.
        reconnectStrategy: (retries: number) =>
          isOpen && backoffMs(reconnectBackoff, retries, random()),
      },
    },
  });
  cluster.on('error', () => {});
  return {
    send: (command) => cluster.sendCommand(route, false, command),
    connect: async () => {
      await cluster.connect();
      isOpen = true;
    },
    close: () => cluster.close(),
    destroy: () => cluster.destroy(),
  };
}

/** Asks one Sentinel after the other. */
async function findMaster({ nodes, master, username, password }: SentinelTarget) {
  const failures: string[] = [];
  for (const { host, port } of nodes) {
    const client = createClient({
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      RESP: 2 as const,
      disableOfflineQueue: true,
      commandOptions: { timeout: connectMsMax },
      socket: { host, port, connectTimeout: connectMsMax, reconnectStrategy: false },
    });
    client.on('error', () => {});
    try {
      await client.connect();
      const reply = await client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master]);
      const [masterHost, masterPort] = Array.isArray(reply) ? reply.map(String) : [];
      if (masterHost !== undefined) return { host: masterHost, port: Number(masterPort) };
      failures.push(`${host}:${port} knows no master '${master}'`);
    } catch (error) {
      failures.push(`${host}:${port}: ${messageOf(error)}`);
    } finally {
      client.destroy();
    }
  }
  throw new MillraceError(
    'BROKER_UNAVAILABLE',
    `No Sentinel names the master '${master}' of Redis: ${failures.join('; ')}. Check that they ` +
      'run, and the name of the master in the URL.',
    { retryable: true },
  );
}

function socketSettings({ host, port, tls }: TcpTarget) {
  const socket = {
    host,
    port,
    connectTimeout: connectMsMax,
    keepAlive: true,
    keepAliveInitialDelay: 5_000,
  };
  return tls ? { ...socket, tls: true as const } : socket;
}

function clientSettings({ username, password, database }: TcpTarget) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== 0 && { database }),
    RESP: 2 as const,
    disableOfflineQueue: true,
    // The caller has a limit of its own; the package's costs a signal and its listener per command.
    commandOptions: { timeout: 0 },
    name: 'millrace',
  };
}
