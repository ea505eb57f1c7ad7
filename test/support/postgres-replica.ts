/** A streaming replica of a real PostgreSQL for tests, which can be promoted. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import {
  installedBinaries,
  serverOwner,
  serverReadiness,
} from '../../rehearsal/postgres/own-postgres.ts';

/** A running replica. */
export interface PostgresReplica {
  readonly port: number;
  /** Makes it the primary; resolves when it takes writes. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether this machine has the program that copies a running server. */
export const hasBaseBackup: boolean = installedBinaries('pg_basebackup') !== null;

/**
 * Copies the server at `primaryUrl`, follows it, and makes its commits wait for the replica, so
 * that a failover loses none; the caller must stop it.
 */
export async function startPostgresReplica(primaryUrl: string): Promise<PostgresReplica> {
  const binaries = installedBinaries('pg_basebackup');
  if (binaries === null) throw new Error('pg_basebackup is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'millrace-replica-'));
  const owner = serverOwner();
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const run = { ...owner, cwd: folder };
  const copy = ['-d', primaryUrl, '-D', data, '-R', '-X', 'stream', '-c', 'fast'];
  execFileSync(join(binaries, 'pg_basebackup'), copy, { ...run, stdio: 'inherit' });
  const port = await freePort();
  const settings = [`port=${port}`, `unix_socket_directories=${folder}`, 'fsync=off'];
  settings.push('listen_addresses=127.0.0.1', 'max_connections=200');
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(binaries, 'postgres'), args, {
    ...run,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(server, 'exit');
  await serverReadiness(server);
  await query(primaryUrl, "ALTER SYSTEM SET synchronous_standby_names = '*'");
  await query(primaryUrl, 'SELECT pg_reload_conf()');
  const url = new URL(primaryUrl);
  url.port = String(port);
  return {
    port,
    promote: async () => {
      // Commits here wait for no other server.
      await query(url.href, 'SELECT pg_promote(true, 60)');
      await query(url.href, "ALTER SYSTEM SET synchronous_standby_names = ''");
      await query(url.href, 'SELECT pg_reload_conf()');
    },
    stop: async () => {
      server.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
