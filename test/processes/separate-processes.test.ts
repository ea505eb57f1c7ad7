/** The example as it is run at scale: leader and workers apart, over queues of either service. */
import { fileURLToPath } from 'node:url';
import { startFauxqs } from 'fauxqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSqsQueues } from '../../lib/drivers/sqs/create-sqs-queues.ts';
import { faultsOf } from '../support/check-store.ts';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { postgresHome } from './data-home.ts';
import { Fleet } from './fleet.ts';

const config = fileURLToPath(
  new URL('../../examples/wildlife-strikes/millrace.config.ts', import.meta.url),
);

/** Where a fleet's queues are: words and settings of its processes. */
interface Queues {
  readonly words: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}

async function redisQueues(): Promise<Queues> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return { words: ['--redis', redis.url], settings: {} };
}

async function sqsQueues(): Promise<Queues> {
  const server = await startFauxqs({ port: 0, logger: false });
  onTestFinished(() => server.stop());
  const settings = {
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${server.port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  await createSqsQueues({}, ['critical', 'default', 'low']);
  vi.unstubAllEnvs();
  return { words: ['--broker', 'sqs'], settings };
}

/** The figures of the example, however it is run. */
const figures = {
  status: 'SUCCEEDED',
  total: 10_000,
  succeeded: 9_985,
  failed: 15,
  archived: 15,
  byOutcome: { claim: 612, inspection: 489, filed: 8_884 },
  byPriority: { critical: 311, default: 750, low: 8_939 },
  claimedDollars: 39_023_825,
};

describe.skipIf(!hasPostgres || noRedis !== null)('a leader and two workers of their own', () => {
  it.each([
    ['Redis', redisQueues],
    ['SQS', sqsQueues],
  ])('come to the figures of the example over %s', { timeout: 120_000 }, async (_, openQueues) => {
    const home = await postgresHome();
    const { words, settings } = await openQueues();
    const fleet = new Fleet({
      words: ['--config', config, ...home.words, ...words],
      query: home.query,
      settings: { LOG_LEVEL: 'warn', ...settings },
    });
    await Promise.all([fleet.start('leader'), fleet.start('worker'), fleet.start('worker')]);

    const batchId = await fleet.record('wildlife-strikes');

    await fleet.untilOver(batchId);
    expect(await fleet.report(batchId)).toMatchObject(figures);
    for (const end of await fleet.stop()) {
      expect(end).toMatchObject({ status: 0, signal: null });
    }
    expect(await faultsOf(home.query)).toEqual([]);
  });
});
