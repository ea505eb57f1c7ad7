/**
 * A real Redis for tests, started from `redis-server` on this machine (or the Valkey that
 * VALKEY_SERVER names) in a temporary folder, on a free port of loopback. Ends only what it
 * started.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from 'redis';
import { freePort } from '../../rehearsal/postgres/free-port.ts';

/** Options of {@link startRedis}. */
export interface RedisServerOptions {
  /** Whether writes go to an append-only file, and so outlive a restart. @default false */
  readonly appendonly?: boolean;
  /** Bytes, under `noeviction`. @default no limit */
  readonly maxmemory?: number;
  readonly password?: string;
  /** One node that owns all slots. @default false */
  readonly cluster?: boolean;
  /** More arguments of the server, `--name value`. */
  readonly args?: readonly string[];
  /** The program. @default redis-server */
  readonly binary?: string;
}

/** A Redis that answers. */
export interface RedisServer {
  /** `redis://…`, with the password if it has one. */
  readonly url: string;
  readonly port: number;
  /** Runs one command, for what a test does behind the broker's back. */
  command<Answer>(...words: string[]): Promise<Answer>;
  /** Ends it and starts it again on the same port. @param whileDown what to do in between */
  restart(whileDown?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Why a suite that needs Redis is skipped; null when there is one. Under CI=true it fails. */
export const noRedis: string | null = reasonWithout('redis-server', 'install redis-server');

/** The Valkey that VALKEY_SERVER names; null when it names none. */
export const valkeyBinary: string | null = process.env.VALKEY_SERVER || null;

/** Starts a server; stop it when the file is done. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { password, cluster = false, binary = 'redis-server' } = options;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-redis-'));
  const port = await freePort();
  const launch = () => spawn(binary, argumentsOf(options, folder, port), { cwd: folder });
  let server = launch();
  await readiness(server);
  const url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`;
  const control = await connect(url);
  if (cluster) {
    await control.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    while (!(await clusterIsUp(control))) {
      // The node says so within a few of its own rounds.
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

/** For people: `Redis 7.0.15`. */
export function redisVersion(binary = 'redis-server'): string {
  const said = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  const [, version = '(unknown version)'] = /v=(\S+)/.exec(said) ?? [];
  return `${said.includes('Valkey') ? 'Valkey' : 'Redis'} ${version}`;
}

function argumentsOf(options: RedisServerOptions, folder: string, port: number): string[] {
  const { appendonly = false, maxmemory, password, cluster, args = [] } = options;
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

function reasonWithout(program: string, howToGetOne: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, program)))) return null;
  if (process.env.CI === 'true') throw new Error(`the tests need ${program}: ${howToGetOne}`);
  return `there is no ${program} (${howToGetOne})`;
}

/** Resolves when the server says that it is ready. */
function readiness(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (server.stdout === null) throw new Error('the server has no stdout');
    const said: string[] = [];
    createInterface(server.stdout).on('line', (line) => {
      said.push(line);
      if (line.includes('Ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`Redis did not start:\n${said.join('\n')}`)));
  });
}

async function exit(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await exited;
}
