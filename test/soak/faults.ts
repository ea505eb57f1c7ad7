/** The faults of a soak, by name. Each leaves everything running again, or about to recover. */
import type { Query } from '../support/check-store.ts';
import type { OwnPostgres } from '../support/postgres.ts';
import type { RedisServer } from '../support/redis-server.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import type { SoakProcesses } from './soak-processes.ts';

/** What the faults act on. */
export interface SoakTargets {
  readonly processes: SoakProcesses;
  readonly postgres: OwnPostgres;
  readonly postgresProxy: TcpProxy;
  readonly redis: RedisServer;
  readonly redisProxy: TcpProxy;
  /** A connection that does not go through the proxy. */
  readonly query: Query;
}

type Fault = (targets: SoakTargets) => Promise<void>;

const hourMs = 3_600_000;

/** Seconds for which a frozen process stands still: longer than its lease. */
const frozenSeconds = 10;

/** All faults. */
export const soakFaults: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ['worker killed', ({ processes }) => processes.replace('worker', 'SIGKILL')],
  ['worker stopped and started', ({ processes }) => processes.replace('worker', 'SIGTERM')],
  ['leader killed', ({ processes }) => processes.replace('leader', 'SIGKILL')],
  ['leader stopped and started', ({ processes }) => processes.replace('leader', 'SIGTERM')],
  ['worker frozen', (targets) => freeze(targets, 'worker')],
  ['leader frozen', (targets) => freeze(targets, 'leader')],
  ['Redis restarted without its data', ({ redis }) => redis.restart()],
  ['Redis flushed', async ({ redis }) => void (await redis.command('FLUSHALL'))],
  ['Redis connections cut', async ({ redis }) => cutRedis(redis)],
  ['Redis connections silent', async ({ redisProxy }) => redisProxy.silence()],
  ['Redis read-only', async (targets) => demoteRedis(targets)],
  ['PostgreSQL crashed', ({ postgres }) => postgres.restart(undefined, 'immediate')],
  ['PostgreSQL connections cut', ({ query }) => cutPostgres(query)],
  ['PostgreSQL connections silent', async ({ postgresProxy }) => postgresProxy.silence()],
  ['PostgreSQL read-only', ({ query }) => makeReadOnly(query)],
  ['executions locked', ({ query }) => lockExecutions(query)],
  ['PostgreSQL without space', ({ query }) => fillDisk(query)],
  [
    'worker replaced by one whose clock steps back',
    ({ processes }) => processes.stepClock(-hourMs),
  ],
  [
    'worker replaced by one whose clock steps forward',
    ({ processes }) => processes.stepClock(hourMs),
  ],
]);

async function freeze({ processes, query }: SoakTargets, role: 'leader' | 'worker') {
  const frozen = processes.pick(role);
  frozen.kill('SIGSTOP');
  await query(`SELECT pg_sleep(${frozenSeconds})`);
  frozen.kill('SIGCONT');
}

async function cutRedis(redis: RedisServer): Promise<void> {
  await redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
}

/** A replica without a master, as the old server is after a failover. */
async function demoteRedis({ redis, query }: SoakTargets): Promise<void> {
  await redis.command('REPLICAOF', '127.0.0.1', '1');
  await query('SELECT pg_sleep(2)');
  await redis.command('REPLICAOF', 'NO', 'ONE');
}

async function cutPostgres(query: Query): Promise<void> {
  await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
}

async function makeReadOnly(query: Query): Promise<void> {
  await query('ALTER SYSTEM SET default_transaction_read_only = on');
  await query('SELECT pg_reload_conf()');
  await query('SELECT pg_sleep(1)');
  await query('ALTER SYSTEM SET default_transaction_read_only = off');
  await query('SELECT pg_reload_conf()');
}

async function lockExecutions(query: Query): Promise<void> {
  await query(`BEGIN; LOCK TABLE millrace.executions IN ACCESS EXCLUSIVE MODE;
    SELECT pg_sleep(5); COMMIT`);
}

/** Every write of an execution fails as on a full disk, for 2 s. */
async function fillDisk(query: Query): Promise<void> {
  await query(`CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'No space left on device'; END $$`);
  await query(`CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON millrace.executions
    FOR EACH STATEMENT EXECUTE FUNCTION full_disk()`);
  await query('SELECT pg_sleep(2)');
  await query('DROP TRIGGER full_disk ON millrace.executions');
}
