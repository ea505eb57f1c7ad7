/** A Redis that restarts, loses its data or has no memory left, under a leader and two workers. */
import { describe, expect, it } from 'vitest';
import { noRedis, type RedisServer, type RedisServerOptions } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import type { CliProcess } from './cli-process.ts';
import { createSumsFleet } from './sums-fleet.ts';

const items = 1_200;
/** So few that the leader sends tasks as long as the batch lasts. */
const inFlight = 500;
/** Number of ended executions at which the outage begins. */
const outageAt = 150;
const variables = {
  ITEMS: String(items),
  IN_FLIGHT: String(inFlight),
  DELAY_MS: '500',
  LEASE_SECONDS: '3',
  CONCURRENCY: '100',
};

/** The processes that an outage affects. */
interface RunningFleet {
  readonly redis: RedisServer;
  readonly leader: CliProcess;
  readonly worker: CliProcess;
  /** Resolves once so many executions have ended. */
  readonly waitForEnded: (count: number) => Promise<unknown>;
}

/** Stops the server, and starts it again when a worker has noticed. */
function restart({ redis, worker }: RunningFleet): Promise<void> {
  return redis.restart(() => worker.waitForStderr(/ worker failed: /));
}

async function empty({ redis }: RunningFleet): Promise<void> {
  await redis.command('FLUSHALL');
}

/** Leaves no memory for messages until the leader has failed to send and workers have continued. */
async function fill({ redis, leader, waitForEnded }: RunningFleet): Promise<void> {
  await redis.command('CONFIG', 'SET', 'maxmemory', '1mb');
  await leader.waitForStderr(/the sweeper will send them again/);
  await waitForEnded(outageAt + inFlight / 2);
  await redis.command('CONFIG', 'SET', 'maxmemory', '0');
}

const outages: [string, RedisServerOptions, (fleet: RunningFleet) => Promise<void>][] = [
  ['a restart of Redis with its data', { appendonly: true }, restart],
  ['a restart of Redis without its data', {}, restart],
  ['the loss of all data in Redis', {}, empty],
  ['a Redis without free memory', {}, fill],
];

const spent = `
  SELECT sum(attempts)::int AS attempts, sum(stalls)::int AS stalls
  FROM millrace.executions WHERE status = 'SUCCEEDED'`;

describe.skipIf(!hasPostgres || noRedis !== null).concurrent('a Redis outage in mid-batch', () => {
  it.for(outages)(
    '%s costs no execution, no attempt and no process',
    { timeout: 150_000 },
    async ([_, redisOptions, cause], context) => {
      const { fleet, redis, query, findFaults } = await createSumsFleet(context, variables, {
        redis: redisOptions,
      });
      const [batchId, leader, worker] = await Promise.all([
        fleet.startBatch('sums'),
        fleet.start('leader'),
        fleet.start('worker'),
        fleet.start('worker'),
      ]);
      await fleet.waitForEnded(batchId, outageAt);

      const waitForEnded = (count: number) => fleet.waitForEnded(batchId, count);
      await cause({ redis, leader, worker, waitForEnded });

      await fleet.waitForEnd(batchId);
      expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
      const ends = await fleet.stop();
      for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await findFaults()).toEqual([]);
      expect(await query(spent)).toEqual([{ attempts: 0, stalls: 0 }]);
    },
  );

  it('an unreachable Redis does not delay the stop of the processes', {
    timeout: 120_000,
  }, async (context) => {
    const { fleet, redis, query, findFaults } = await createSumsFleet(
      context,
      { ...variables, LEASE_SECONDS: '3600' },
      { redis: { appendonly: true } },
    );
    const roles = ['leader', 'worker', 'worker'] as const;
    const [batchId] = await Promise.all([
      fleet.startBatch('sums'),
      ...roles.map((role) => fleet.start(role)),
    ]);
    await fleet.waitForEnded(batchId, outageAt);

    await redis.restart(async () => {
      const ends = await fleet.stop();
      for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
    });
    const [held] = await query('SELECT count(worker_id)::int AS held FROM millrace.executions');
    await Promise.all([fleet.start('leader'), fleet.start('worker')]);

    // Messages that could not be released are hidden for the whole lease: the sweeper sends them
    // again.
    await fleet.waitForEnd(batchId);
    expect(held).toEqual({ held: 0 });
    expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
    expect(await findFaults()).toEqual([]);
    expect(await query(spent)).toEqual([{ attempts: 0, stalls: 0 }]);
  });
});
