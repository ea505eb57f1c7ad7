/**
 * A real Redis for tests: `redis-server` (or the Valkey binary in VALKEY_SERVER) in a temporary
 * folder, on a free port of loopback. Stops only the processes that it started.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from 'redis';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { reasonWithout } from './installed-program.ts';

/** Options of {@link startRedis}. */
export interface RedisServerOptions {
  /** Whether writes go to an append-only file and survive a restart. @default false */
  readonly appendonly?: boolean;
  /** In bytes, with `noeviction`. @default no limit */
  readonly maxmemory?: number;
  readonly password?: string;
  /** Whether it is a cluster of one node that owns all slots. @default false */
  readonly cluster?: boolean;
  /** The configuration file of a Sentinel, which it is then. @default it is a server */
  readonly sentinelConfig?: string;
  /** Further arguments of the server, `--name value`. */
  readonly args?: readonly string[];
  /** The program. @default redis-server */
  readonly binary?: string;
}

/** A running Redis. */
export interface RedisServer {
  /** `redis://…`, with the password if it has one. */
  readonly url: string;
  readonly port: number;
  /** Runs one command, for changes that bypass the broker. */
  command<Answer>(...words: string[]): Promise<Answer>;
  /** Stops it and starts it again on the same port. @param whileDown runs in between */
  restart(whileDown?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Why a suite that needs Redis is skipped; null if Redis is installed. With CI=true it throws. */
export const noRedis: string | null = reasonWithout('redis-server', 'install redis-server');

/** The Valkey binary in VALKEY_SERVER; null if it is not set. */
export const valkeyBinary: string | null = process.env.VALKEY_SERVER || null;

/** Starts a server; the caller must stop it. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { password, cluster = false, binary = 'redis-server' } = options;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-redis-'));
  const port = await freePort();
  const launch = () => spawn(binary, toArguments(options, folder, port), { cwd: folder });
  let server = launch();
  await readiness(server);
  const url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`;
  const control = await connect(url);
  if (cluster) {
    await control.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    while (!(await clusterIsUp(control))) {
      // A node needs a few rounds of its own to report it.
    }
  }
  return {
    url,
    port,
    command: <Answer>(...words: string[]) => control.sendCommand(words) as Promise<Answer>,
    restart: async (whileDown) => {
      await exit(server);
      await whileDown?.();
      server = launch();
      await readiness(server);
      await control.sendCommand(['PING']);
    },
    stop: async () => {
      control.destroy();
      await exit(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Returns a description such as `Redis 7.0.15`. */
export function redisVersion(binary = 'redis-server'): string {
  const output = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  const [, version = '(unknown version)'] = /v=(\S+)/.exec(output) ?? [];
  return `${output.includes('Valkey') ? 'Valkey' : 'Redis'} ${version}`;
}

function toArguments(options: RedisServerOptions, folder: string, port: number): string[] {
  const { appendonly = false, maxmemory, password, cluster, sentinelConfig, args = [] } = options;
  if (sentinelConfig !== undefined) {
    return [sentinelConfig, '--sentinel', '--port', String(port), '--bind', '127.0.0.1'];
  }
  const settings: (string | number)[] = ['port', port, 'bind', '127.0.0.1', 'dir', folder];
  settings.push('save', '', 'appendonly', appendonly ? 'yes' : 'no', 'appendfsync', 'no');
  settings.push('maxmemory-policy', 'noeviction');
  if (maxmemory !== undefined) settings.push('maxmemory', maxmemory);
  if (password !== undefined) settings.push('requirepass', password);
  if (cluster) settings.push('cluster-enabled', 'yes', 'cluster-node-timeout', 1_000);
  return [
    ...settings.map((word, index) => (index % 2 === 0 ? `--${word}` : String(word))),
    ...args,
  ];
}

async function connect(url: string) {
  const client = createClient({ url, RESP: 2, socket: { reconnectStrategy: 20 } });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function clusterIsUp(control: Awaited<ReturnType<typeof connect>>): Promise<boolean> {
  return String(await control.sendCommand(['CLUSTER', 'INFO'])).includes('cluster_state:ok');
}

/** Resolves when the server reports that it is ready. */
function readiness(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (server.stdout === null) throw new Error('the server has no stdout');
    const lines: string[] = [];
    createInterface(server.stdout).on('line', (line) => {
      lines.push(line);
      if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`Redis did not start:\n${lines.join('\n')}`)));
  });
}

async function exit(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await exited;
}
