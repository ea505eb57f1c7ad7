/** The example as it runs at scale: a leader and workers in separate processes, on Redis or SQS. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFauxqs } from 'fauxqs';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { createSqsQueues } from '../../lib/drivers/sqs/create-sqs-queues.ts';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import type { Variables } from './cli-process.ts';
import { Fleet } from './fleet.ts';
import { createPostgresDatabase, createTemporaryFolder } from './process-database.ts';

const config = fileURLToPath(
  new URL('../../examples/wildlife-strikes/millrace.config.ts', import.meta.url),
);

/** The queues of a fleet: CLI options and environment variables of its processes. */
interface Queues {
  readonly options: readonly string[];
  readonly variables: Variables;
}

async function startRedisQueues(context: TestContext): Promise<Queues> {
  const redis = await startRedis();
  context.onTestFinished(() => redis.stop());
  return { options: ['--redis', redis.url], variables: {} };
}

async function startSqsQueues(context: TestContext): Promise<Queues> {
  const server = await startFauxqs({ port: 0, logger: false });
  context.onTestFinished(() => server.stop());
  const variables = {
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${server.port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  await createSqsQueues({}, ['critical', 'default', 'low']);
  vi.unstubAllEnvs();
  return { options: ['--broker', 'sqs'], variables };
}

/** The reports of the example. */
const reports = new URL('../../examples/wildlife-strikes/birdstrikes.csv', import.meta.url);

/** The figures of the example, wherever it runs. */
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

/** How many of the reports are processed over SQS, whose server here is part of this process. */
const fewer = 2_000;

/** The figures of the first reports. */
const figuresOfFewer = {
  status: 'SUCCEEDED',
  total: fewer,
  succeeded: 1_995,
  failed: 5,
  archived: 5,
  byOutcome: { claim: 110, inspection: 87, filed: 1_798 },
  byPriority: { critical: 64, default: 120, low: 1_816 },
  claimedDollars: 3_420_057,
};

/** Writes a file with the first reports; returns the options that select it. */
function takeFewer(context: TestContext): string[] {
  const file = join(createTemporaryFolder(context), 'reports.csv');
  const lines = readFileSync(reports, 'utf8').split('\n');
  writeFileSync(file, lines.slice(0, 1 + fewer).join('\n'));
  return ['--path', file];
}

const services: [
  name: string,
  startQueues: (context: TestContext) => Promise<Queues>,
  select: (context: TestContext) => string[],
  expected: object,
][] = [
  ['Redis', startRedisQueues, () => [], figures],
  ['SQS', startSqsQueues, takeFewer, figuresOfFewer],
];

describe
  .skipIf(!hasPostgres || noRedis !== null)
  .concurrent('the example in separate processes', () => {
    it.for(services)(
      'a leader and two workers produce the figures of the example over %s',
      { timeout: 300_000 },
      async ([_, startQueues, select, expected], context) => {
        const database = await createPostgresDatabase(context);
        const queues = await startQueues(context);
        const fleet = new Fleet({
          context,
          options: ['--config', config, ...database.options, ...queues.options],
          query: database.query,
          variables: { LOG_LEVEL: 'warn', ...queues.variables },
        });

        const [batchId] = await Promise.all([
          fleet.startBatch('wildlife-strikes', ...select(context)),
          fleet.start('leader'),
          fleet.start('worker'),
          fleet.start('worker'),
        ]);

        await fleet.waitForEnd(batchId);
        expect(await fleet.getBatch(batchId)).toMatchObject(expected);
        const ends = await fleet.stop();
        for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
        expect(await database.findFaults()).toEqual([]);
      },
    );
  });
