/**
 * `npm run soak -- --minutes 60 [--seed N]`: leaders, workers, PostgreSQL and Redis under a fixed
 * load and random faults. The next fault comes when work has gone on since the one before, so the
 * run also shows that each of them is recovered from.
 */
import { describe, expect, it, type TestContext } from 'vitest';
import { sumsConfig } from '../processes/cli-process.ts';
import { Fleet } from '../processes/fleet.ts';
import { startDatabaseServer } from '../processes/process-database.ts';
import { Dice } from '../simulation/dice.ts';
import { startRedis } from '../support/redis-server.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { type SoakTargets, soakFaults } from './faults.ts';
import { type MemorySample, SoakProcesses } from './soak-processes.ts';
import { compareMemory, readFindings } from './soak-report.ts';

const minutes = Number(process.env.SOAK_MINUTES ?? '1');
const seed = Number(process.env.SOAK_SEED ?? '1');

/** Number of items of each batch, and of batches that run at once. */
const items = 2_000;
const streams = 2;

/** Ends between two faults, at least; as many more at random. */
const endsBetween = 300;

/** Memory may grow by this factor between the second and the last quarter of a run. */
const growthMax = 1.3;

const ended = `SELECT count(*)::int AS ended FROM millrace.executions WHERE ended_at IS NOT NULL`;

describe('a cluster under random faults', () => {
  it(`nothing is lost, doubled or wrongly failed in ${minutes} minutes`, {
    timeout: (minutes + 20) * 60_000,
  }, async (context) => {
    const dice = new Dice(seed);
    const { targets, fleet, findFaults } = await createCluster(context, dice);
    const { processes, query } = targets;
    await processes.start();
    const until = performance.now() + minutes * 60_000;
    const isOver = () => performance.now() >= until;
    const samples: MemorySample[] = [];
    const counts = new Map<string, number>();
    const bag = new FaultBag(dice);

    const load = Array.from({ length: streams }, () => runBatches(fleet, isOver));
    let batch = await fleet.waitForCount(ended, 1);
    while (!isOver()) {
      samples.push(...processes.sampleMemory());
      const name = bag.draw();
      counts.set(name, (counts.get(name) ?? 0) + 1);
      console.log(`${new Date().toISOString()} ${batch} ended; ${name}`);
      await soakFaults.get(name)?.(targets);
      const next = batch + dice.between(endsBetween, 2 * endsBetween);
      batch = await fleet.waitForCount(ended, next, isOver);
    }
    await Promise.all(load);

    const unordered = await processes.stop();
    const findings = await readFindings(query, items);
    const faults = await findFaults();
    const memory = {
      leader: compareMemory(samples, 'leader'),
      worker: compareMemory(samples, 'worker'),
    };
    console.log(
      JSON.stringify(
        { ...findings, minutes, seed, faults: Object.fromEntries(counts), memory },
        null,
        1,
      ),
    );
    expect(faults).toEqual([]);
    expect(findings).toMatchObject({ lost: 0, doubled: 0, wronglyFailed: 0 });
    expect(unordered).toBe(0);
    // A short run is all start: there is nothing to compare.
    if (minutes >= 10) {
      expect(memory.leader.ratio).toBeLessThan(growthMax);
      expect(memory.worker.ratio).toBeLessThan(growthMax);
    }
  });
});

async function createCluster(context: TestContext, dice: Dice) {
  const { server, database } = await startDatabaseServer(context);
  const redis = await startRedis();
  context.onTestFinished(() => redis.stop());
  const url = new URL(server.url);
  const postgresProxy = await startTcpProxy(Number(url.port));
  const redisProxy = await startTcpProxy(redis.port);
  context.onTestFinished(() => postgresProxy.close());
  context.onTestFinished(() => redisProxy.close());
  url.host = `127.0.0.1:${postgresProxy.port}`;
  const fleet = new Fleet({
    context,
    options: ['--config', sumsConfig, '--redis', `redis://127.0.0.1:${redisProxy.port}`],
    query: database.query,
    variables: {
      LOG_LEVEL: 'error',
      POSTGRES_URL: url.href,
      ITEMS: String(items),
      IN_FLIGHT: '400',
      DELAY_MS: '50',
      LEASE_SECONDS: '9',
      GRACE_SECONDS: '3',
      CONCURRENCY: '50',
    },
  });
  const processes = new SoakProcesses(fleet, dice);
  const { query, findFaults } = database;
  const targets: SoakTargets = {
    processes,
    postgres: server,
    postgresProxy,
    redis,
    redisProxy,
    query,
  };
  return { targets, fleet, findFaults };
}

/** Draws every fault once before it draws one again. */
class FaultBag {
  readonly #dice: Dice;
  #left: string[] = [];

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  draw(): string {
    if (this.#left.length === 0) this.#left = [...soakFaults.keys()];
    return this.#left.splice(this.#dice.below(this.#left.length), 1)[0] ?? '';
  }
}

/** Runs one batch after another. A start that a fault prevents is repeated. */
async function runBatches(fleet: Fleet, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const batchId = await fleet.startBatch('sums').catch(() => null);
    if (batchId !== null && batchId !== 'undefined') await fleet.waitForEnd(batchId);
  }
}
