/** A real PgBouncer in transaction mode for tests, in front of the suite's PostgreSQL. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { reasonWithout } from './installed-program.ts';

/** Why a suite that needs PgBouncer is skipped; null if it is installed. */
export const noPgbouncer: string | null = reasonWithout(
  'pgbouncer',
  "install Debian's package pgbouncer",
);

/** A running PgBouncer. */
export interface PgbouncerServer {
  /** The URL of the same database through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The uid of the system's unprivileged user: PgBouncer refuses to run as root. */
const unprivilegedUid = 65_534;

/** Starts a pooler in front of the database at `databaseUrl`; the caller must stop it. */
export async function startPgbouncer(databaseUrl: string): Promise<PgbouncerServer> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-pgbouncer-'));
  chmodSync(folder, 0o755);
  const target = new URL(databaseUrl);
  const port = await freePort();
  const user = decodeURIComponent(target.username);
  const config = [
    '[databases]',
    `* = host=${target.hostname} port=${target.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 4',
    'max_client_conn = 100',
  ];
  // With `any` everybody is the user that the server is connected as.
  config[1] += ` user=${user}${passwordOf(target)}`;
  writeFileSync(join(folder, 'pgbouncer.ini'), `${config.join('\n')}\n`);
  const isRoot = process.getuid?.() === 0;
  const server = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(isRoot && { uid: userId(), gid: userId() }),
  });
  const exited = once(server, 'exit');
  await new Promise<void>((resolve, reject) => {
    const seen: string[] = [];
    createInterface(server.stderr).on('line', (line) => {
      seen.push(line);
      if (line.includes('process up')) resolve();
    });
    void exited.then(() => reject(new Error(`PgBouncer ended:\n${seen.join('\n')}`)));
  });
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    stop: async () => {
      server.kill('SIGINT');
      server.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function passwordOf({ password }: URL): string {
  return password === '' ? '' : ` password=${decodeURIComponent(password)}`;
}

/** Returns the id of the user `postgres`, or of the unprivileged one. */
function userId(): number {
  const line = /^postgres:[^:]*:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return Number(line?.[1] ?? unprivilegedUid);
}
