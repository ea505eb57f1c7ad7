/** A worker function with only its environment, on a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInput, definition, handlers, machineId } from '../../bench/three-tasks.ts';
import { openMillrace } from '../../lib/app/millrace.ts';
import { createSqsQueues } from '../../lib/drivers/sqs/create-sqs-queues.ts';
import { workerFunction } from '../../lib/lambda/worker-function.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { takeEvent } from '../support/sqs-event.ts';
import { sqsServer } from '../support/sqs-server.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';

const sqs = sqsServer();
const config = {
  machines: { [machineId]: { definition } },
  handlers,
  queues: { default: 1 },
  broker: 'sqs',
  sqs: { queuePrefix: 'environment-' },
} as const;

describe.skipIf(!hasPostgres)('a worker function', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await createSqsQueues(config.sqs, ['default']);
  });
  afterAll(() => database.drop());

  it('a worker function finds its database and queues by its environment', async () => {
    const lines = printedLines();
    const url = `${sqs.server().address}/000000000000/environment-default`;
    const flags = { postgresUrl: database.url };
    const app = await openMillrace({ config, flags, logger: new QuietLogger() });
    const payloads = Array.from(
      { length: 100 },
      (_, index) => ({ machineId, input: createInput(index) }) as const,
    );
    await app.queueClient().enqueueExecutions(payloads);
    const worker = workerFunction(config, {
      env: {
        store: 'postgres',
        postgresUrl: database.url,
        broker: 'sqs',
        sqsQueueUrls: { default: { queue: url, dead: `${url}-dead` } },
        workerQueue: 'default',
      },
    });
    const event = await takeEvent(url);

    const answer = await worker(event, functionContext());

    expect(event.Records).toHaveLength(100);
    expect(answer).toEqual({ batchItemFailures: [] });
    const { entries } = await app.drivers.store.listExecutions(
      { status: 'SUCCEEDED' },
      { limit: 200 },
    );
    expect(entries).toHaveLength(100);
    expect(lines.some(({ level }) => level === 'WARN' || level === 'ERROR')).toBe(false);
    await app.close();
  });
});
