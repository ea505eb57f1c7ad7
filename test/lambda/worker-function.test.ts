/** The worker and archiver functions, with messages of a local SQS server. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { createSqsQueues } from '../../lib/drivers/sqs/create-sqs-queues.ts';
import { openSqsBroker } from '../../lib/drivers/sqs/sqs-broker.ts';
import { parseDeliveryRecord } from '../../lib/drivers/sqs/sqs-record.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { archiverFunction } from '../../lib/lambda/archiver-function.ts';
import { workerFunction } from '../../lib/lambda/worker-function.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { idsAgain, takeEvent } from '../support/sqs-event.ts';
import { sqsServer } from '../support/sqs-server.ts';

const sqs = sqsServer();
let stacks = 0;

const definition = {
  StartAt: 'Check',
  States: {
    Check: { Type: 'Task', Resource: 'work', Next: 'Confirm' },
    Confirm: { Type: 'Task', Resource: 'work', End: true },
  },
};

const config = {
  machines: { order: { definition } },
  queues: { default: 1 },
  handlers: {
    work: async (input: unknown) => {
      if (input === 'bad') throw new Error('no');
      return input as string;
    },
  },
};

/** An app with queues at SQS, and its functions on the same store. */
async function openStack() {
  const lines = printedLines();
  stacks += 1;
  const queuePrefix = `stack-${stacks}-`;
  await createSqsQueues({ queuePrefix }, ['default']);
  const url = `${sqs.server().address}/000000000000/${queuePrefix}default`;
  const urls = { default: { queue: url, dead: `${url}-dead` } };
  const drivers = {
    store: openMemoryStore(),
    broker: await openSqsBroker({ urls, clock: systemClock, logger: new QuietLogger() }),
  };
  onTestFinished(() => drivers.broker.close());
  const env = { broker: 'sqs', sqsQueueUrls: urls, workerQueue: 'default' };
  const app = await openMillrace({ config, drivers, logger: new QuietLogger() });
  const options = { env, drivers: { store: drivers.store } };
  return {
    app,
    lines,
    urls,
    broker: drivers.broker,
    worker: workerFunction(config, options),
    archiver: archiverFunction(config, options),
    enqueue: async (inputs: readonly string[], retriesMax = 0) => {
      const payloads = inputs.map((input) => ({ machineId: 'order' as const, input }));
      const found = await app.queueClient().enqueueExecutions(payloads, { retriesMax });
      return found.map(({ executionId }) => executionId);
    },
    statusOf: async (id: string) => (await drivers.store.getExecution(id))?.status,
    /** Deletes the messages that the response does not name, and returns the queue's stats. */
    settle: async (event: SQSEvent, answer: SQSBatchResponse) => {
      const again = new Set(idsAgain(answer));
      const done = event.Records.filter(({ messageId }) => !again.has(messageId));
      await drivers.broker.acknowledge(
        done.map((record) => parseDeliveryRecord('default', record)),
      );
      return (await drivers.broker.stats(['default']))[0];
    },
  };
}

describe('workerFunction', () => {
  it('the worker function runs the tasks of its messages and measures', async () => {
    const { worker, enqueue, urls, statusOf, settle, lines } = await openStack();
    const ids = await enqueue(Array.from({ length: 25 }, (_, index) => `order ${index}`));
    const event = await takeEvent(urls.default.queue);

    const answer = await worker(event, functionContext());

    expect(event.Records).toHaveLength(25);
    expect(answer).toEqual({ batchItemFailures: [] });
    for (const id of ids) expect(await statusOf(id)).toBe('SUCCEEDED');
    expect(await settle(event, answer)).toMatchObject({ ready: 0, inFlight: 0, delayed: 0 });
    expect(lines).toContainEqual(
      expect.objectContaining({ millrace_executions_claimed_total: 25, queue: 'default' }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ millrace_executions_ended_total: 25, status: 'SUCCEEDED' }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ millrace_invocation_messages: 25 }));
  });

  it('the worker function dead-letters an unknown message and releases a task held elsewhere', async () => {
    const { app, worker, enqueue, urls, settle, broker } = await openStack();
    const [held = ''] = await enqueue(['held']);
    await broker.send('default', [{ id: 'strange', body: '{"type":"other"}' }]);
    await app.drivers.store.claim('other', 60_000, [held]);
    const event = await takeEvent(urls.default.queue);

    const answer = await worker(event, functionContext());

    const [ofHeld] = event.Records.filter(({ body }) => body.includes(held));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: ofHeld?.messageId }] });
    expect(await settle(event, answer)).toMatchObject({ ready: 0, inFlight: 1, dead: 1 });
    expect(await broker.receiveDead('default', 10, 0)).toMatchObject([
      { id: 'strange', reason: 'not a task that this version knows' },
    ]);
    sqs.advance(61_000);
    expect((await takeEvent(urls.default.queue)).Records).toHaveLength(1);
  });

  it('the worker function queues a delayed task for an execution that is redriven', async () => {
    const { worker, enqueue, urls, settle, statusOf } = await openStack();
    const [id = ''] = await enqueue(['bad'], 1);
    const event = await takeEvent(urls.default.queue);

    const answer = await worker(event, functionContext());

    expect(await statusOf(id)).toBe('PENDING_REDRIVE');
    expect(await settle(event, answer)).toMatchObject({ ready: 0, inFlight: 0, delayed: 1 });
  });

  it('the worker function fails as a whole when it cannot claim', async () => {
    const { enqueue, urls, lines } = await openStack();
    await enqueue(['order']);
    const event = await takeEvent(urls.default.queue);
    const claim = () => Promise.reject(new Error('no such table'));
    const store = Object.assign(openMemoryStore(), { claim });
    const env = { broker: 'sqs', sqsQueueUrls: urls, workerQueue: 'default' };

    const answering = workerFunction(config, { env, drivers: { store } })(event, functionContext());

    await expect(answering).rejects.toThrow('no such table');
    expect(lines).toContainEqual(expect.objectContaining({ error: 'no such table' }));
  });

  it('the worker function names a variable that is not set', async () => {
    printedLines();
    const worker = workerFunction(config, { env: {}, drivers: { store: openMemoryStore() } });

    await expect(worker({ Records: [] }, functionContext())).rejects.toThrow(/set WORKER_QUEUE/);
  });
});

describe('archiverFunction', () => {
  it('the archiver function archives dead letters except those that a worker holds', async () => {
    const { app, archiver, enqueue, urls, statusOf, broker, lines } = await openStack();
    const [dead = '', held = ''] = await enqueue(['dead', 'held']);
    await broker.send('default', [{ id: 'strange', body: 'x'.repeat(3) }]);
    const taken = await takeEvent(urls.default.queue);
    const deliveries = taken.Records.map((record) => parseDeliveryRecord('default', record));
    await broker.deadLetter(deliveries, 'given up');
    await app.drivers.store.claim('other', 60_000, [held]);
    const event = await takeEvent(urls.default.dead);

    const answer = await archiver(event, functionContext());

    const [ofHeld] = event.Records.filter(({ body }) => body.includes(held));
    expect(event.Records).toHaveLength(3);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: ofHeld?.messageId }] });
    expect(await statusOf(dead)).toBe('FAILED');
    const { entries } = await app.drivers.store.listArchive({}, { limit: 10 });
    expect(entries.map(({ taskId }) => taskId).sort()).toEqual([dead, 'strange'].sort());
    expect(entries).toContainEqual(expect.objectContaining({ reason: 'given up' }));
    expect(lines).toContainEqual(
      expect.objectContaining({ millrace_dead_letters_archived_total: 2, queue: 'default' }),
    );
  });

  it('the archiver function names a queue that is not in its environment', async () => {
    const { archiver, enqueue, urls } = await openStack();
    await enqueue(['order']);
    const event = await takeEvent(urls.default.queue);

    await expect(archiver(event, functionContext())).rejects.toThrow(/no queue in SQS_QUEUE_URLS/);
  });
});
