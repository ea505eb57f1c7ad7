/** A Redis that restarts, loses its memory or has none left, while leader and workers run on it. */
import { describe, expect, it } from 'vitest';
import { noRedis, type RedisServer, type RedisServerOptions } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import type { CliProcess } from './cli-process.ts';
import { startSumsFleet } from './sums-fleet.ts';

const items = 6_000;
/** So few that the leader sends as long as the batch lasts. */
const inFlight = 2_000;
const hurtAt = 500;
const settings = {
  ...{ ITEMS: String(items), IN_FLIGHT: String(inFlight) },
  ...{ LEASE_SECONDS: '3', CONCURRENCY: '100' },
};

/** Who feels it when Redis is hurt. */
interface Victims {
  readonly redis: RedisServer;
  readonly leader: CliProcess;
  readonly worker: CliProcess;
  /** Resolves once so many executions have ended. */
  readonly untilEnded: (count: number) => Promise<unknown>;
}

/** Ends the server, and starts it again when it has been missed. */
function restart({ redis, worker }: Victims): Promise<void> {
  return redis.restart(() => worker.saysOnStderr(/ worker failed: /));
}

async function empty({ redis }: Victims): Promise<void> {
  await redis.command('FLUSHALL');
}

/** Leaves no room for a message more, until the leader has complained and workers have gone on. */
async function fill({ redis, leader, untilEnded }: Victims): Promise<void> {
  await redis.command('CONFIG', 'SET', 'maxmemory', '1mb');
  await leader.saysOnStderr(/the sweeper will send them again/, 5);
  await untilEnded(hurtAt + inFlight / 2);
  await redis.command('CONFIG', 'SET', 'maxmemory', '0');
}

const outages: [string, RedisServerOptions, (victims: Victims) => Promise<void>][] = [
  ['restarts and has kept its memory', { appendonly: true }, restart],
  ['restarts and has lost its memory', {}, restart],
  ['is emptied', {}, empty],
  ['has no memory left for a while', {}, fill],
];

const spent = `
  SELECT sum(attempts)::int AS attempts, sum(stalls)::int AS stalls
  FROM millrace.executions WHERE status = 'SUCCEEDED'`;

describe.skipIf(!hasPostgres || noRedis !== null)('a Redis that in mid-batch', () => {
  it.each(outages)(
    '%s costs no execution, no attempt and no process',
    { timeout: 150_000 },
    async (_, redisOptions, hurt) => {
      const { fleet, redis, query, faults } = await startSumsFleet(settings, {
        redis: redisOptions,
      });
      const leader = await fleet.start('leader');
      const [worker] = await Promise.all([fleet.start('worker'), fleet.start('worker')]);
      const batchId = await fleet.record('sums');
      await fleet.untilEnded(batchId, hurtAt);

      const untilEnded = (count: number) => fleet.untilEnded(batchId, count);
      await hurt({ redis, leader, worker, untilEnded });

      await fleet.untilOver(batchId);
      expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
      for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await faults()).toEqual([]);
      expect(await query(spent)).toEqual([{ attempts: 0, stalls: 0 }]);
    },
  );

  it('is away when all are told to stop holds nobody up', { timeout: 120_000 }, async () => {
    const { fleet, redis, query, faults } = await startSumsFleet(
      { ...settings, LEASE_SECONDS: '3600' },
      { redis: { appendonly: true } },
    );
    await Promise.all([fleet.start('leader'), fleet.start('worker'), fleet.start('worker')]);
    const batchId = await fleet.record('sums');
    await fleet.untilEnded(batchId, hurtAt);

    await redis.restart(async () => {
      for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
    });
    const [held] = await query('SELECT count(worker_id)::int AS held FROM millrace.executions');
    await Promise.all([fleet.start('leader'), fleet.start('worker')]);

    // Messages that nobody could be told about are hidden for as long as the lease: the sweep sends
    // them again.
    await fleet.untilOver(batchId);
    expect(held).toEqual({ held: 0 });
    expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
    expect(await faults()).toEqual([]);
    expect(await query(spent)).toEqual([{ attempts: 0, stalls: 0 }]);
  });
});
