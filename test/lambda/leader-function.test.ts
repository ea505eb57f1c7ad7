/** The leader function: starting batches, continuing them, and failures. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQS } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { leaderFunction } from '../../lib/lambda/leader-function.ts';
import { startOrder } from '../../lib/operations/orders/start-order.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { ending, leaseMs } from '../contracts/store/store-harness.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';
import { RoleHarness } from '../support/role-harness.ts';
import { takeEvent } from '../support/sqs-event.ts';
import { sqsServer } from '../support/sqs-server.ts';

const sqs = sqsServer();
let stacks = 0;

const definition = { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } };

async function openStack(changes: Partial<Store> = {}) {
  const lines = printedLines();
  stacks += 1;
  const { QueueUrl = '' } = await new SQS().createQueue({ QueueName: `leader-${stacks}` });
  const folder = await mkdtemp(join(tmpdir(), 'leader-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'bucket', 'in'), { recursive: true });
  await writeFile(join(folder, 'bucket', 'in', 'a b.jsonl'), '1\n2\n3\n');
  const config = {
    machines: { order: { definition } },
    objects: { driver: 'files', folder },
    batches: {
      nightly: { machine: 'order', source: { kind: 'items', items: [1, 2, 3, 4] } },
      incoming: {
        machine: 'order',
        onObject: { prefix: 'in/' },
        source: { kind: 'jsonLines', path: 's3://bucket/none.jsonl' },
      },
    },
  } as const;
  const store = { ...openMemoryStore(), ...changes };
  const handler = leaderFunction(config, {
    env: { leaderQueueUrl: QueueUrl },
    drivers: { store },
  });
  const batches = async () => (await store.listBatches({}, { limit: 10 })).entries;
  return {
    store,
    lines,
    batches,
    call: (event: unknown, leftMs = 60_000) =>
      handler(
        event,
        functionContext(() => leftMs),
      ),
    /** Ends all open executions, as workers would. */
    work: async () => {
      const open = await Promise.all(
        (await batches()).map(({ id }) => store.listUnsentOfBatch(id, 0, 100)),
      );
      const ids = open.flat().map(({ executionId }) => executionId);
      const { claimed } = await store.claim('w', leaseMs, ids);
      await store.commit(claimed.map((each) => ending(each)));
    },
    /** Receives all messages of the leader's queue as an event of Lambda. */
    messages: () => takeEvent(QueueUrl),
  };
}

const request = { kind: 'batch', batch: 'nightly', id: '2026-05-01T02:00:00Z' };

describe('a request of a batch', () => {
  it('a repeated request starts a batch once and leads it until its tasks are sent', async () => {
    const { call, batches } = await openStack();

    await call(request);
    await call(request);
    await call({ ...request, id: '2026-05-02T02:00:00Z' });

    expect(await batches()).toMatchObject([
      { name: 'nightly', status: 'RUNNING', created: 4, sourceDone: true },
      { name: 'nightly', status: 'RUNNING', created: 4, sourceDone: true },
    ]);
  });

  it('each batch that a schedule, an event or an object starts is one entry of the log', async () => {
    const { call, batches, store } = await openStack();
    const object = {
      id: '1',
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'bucket' }, object: { key: 'in/a b.jsonl', sequencer: '01' } },
    };
    const requested = {
      id: 'e1',
      'detail-type': 'millrace.batch.requested',
      detail: { batch: 'nightly' },
    };

    for (const event of [request, request, requested, object, object]) await call(event);

    const { entries } = await store.listOrders({}, { limit: 10 });
    const made = entries.map(({ action, object: about, via, by }) => [action, about, via, by]);
    const started = (await batches()).map(({ id }) => `batch:${id}`);
    expect(made.map(([, about]) => about).sort()).toEqual(started.sort());
    expect(made.map(([action, , via, by]) => [action, via, by]).sort()).toEqual([
      ['startBatch', 'event', null],
      ['startBatch', 'event', null],
      ['startBatch', 'schedule', null],
    ]);
  });

  it('messages to its own queue continue the leader until the end of a batch', async () => {
    const { call, batches, work, messages } = await openStack();
    await call(request);
    await work();
    sqs.advance(2_000);

    const event = await messages();
    expect(JSON.parse(event.Records[0]?.body ?? '')).toMatchObject({
      kind: 'continue',
      predecessor: expect.any(String),
      pausedMs: 2_000,
    });
    expect(await call(event)).toEqual({ batchItemFailures: [] });
    expect(await call(event)).toEqual({ batchItemFailures: [] });

    expect(await batches()).toMatchObject([{ status: 'SUCCEEDED', succeeded: 4 }]);
    sqs.advance(60_000);
    expect((await messages()).Records).toEqual([]);
  });

  it('a request of an unknown batch fails with the known batches', async () => {
    const { call, batches } = await openStack();

    await expect(call({ ...request, batch: 'weekly' })).rejects.toThrow(
      /no batch is named 'weekly'; known: nightly, incoming/,
    );

    expect(await batches()).toEqual([]);
  });

  it('a request of a batch with an unreadable source fails and records nothing', async () => {
    const { call, batches } = await openStack();

    await expect(call({ ...request, batch: 'incoming' })).rejects.toThrow(/none\.jsonl/);

    expect(await batches()).toEqual([]);
  });
});

describe('a new object of the bucket', () => {
  const created = {
    id: '1',
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'bucket' }, object: { key: 'in/a b.jsonl', sequencer: '01' } },
  };

  it('a new object starts a batch once and is its source', async () => {
    const { call, batches } = await openStack();

    await call(created);
    await call(created);

    expect(await batches()).toMatchObject([
      {
        name: 'incoming',
        created: 3,
        source: '{"kind":"jsonLines","path":"s3://bucket/in/a b.jsonl"}',
      },
    ]);
  });

  it('a new object that matches no batch starts nothing', async () => {
    const { call, batches } = await openStack();
    const other = { bucket: { name: 'bucket' }, object: { key: 'out/a.jsonl', sequencer: '01' } };

    expect(await call({ ...created, detail: other })).toBeNull();

    expect(await batches()).toEqual([]);
  });
});

describe('messages of the leader’s queue', () => {
  it('failed messages of the leader’s queue are reported one by one and logged', async () => {
    const { call, lines } = await openStack();
    const record = (messageId: string, body: unknown) => ({
      messageId,
      body: JSON.stringify(body),
    });

    const answer = await call({
      Records: [
        record('m1', { kind: 'tick' }),
        record('m2', { kind: 'tock' }),
        record('m3', { kind: 'continue', predecessor: 'unknown' }),
        record('m4', { ...request, batch: 'weekly' }),
      ],
    });

    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm2' }, { itemIdentifier: 'm4' }],
    });
    const errors = lines.filter(({ level }) => level === 'ERROR');
    expect(errors).toMatchObject([{ messageId: 'm2' }, { messageId: 'm4', code: 'UNKNOWN_BATCH' }]);
  });

  it('messages of the leader’s queue without enough time left are delivered again', async () => {
    const { call } = await openStack();

    const answer = await call({ Records: [{ messageId: 'm1', body: '{"kind":"tick"}' }] }, 5_000);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });
});

describe('a tick', () => {
  it('a tick leads recorded batches and measures how long queues wait', async () => {
    const { call, store, batches, lines } = await openStack();
    const [first] = await Promise.all([call(request), store.workAhead()]);
    expect(first).toBeNull();

    await call({ kind: 'tick' });

    expect(await batches()).toMatchObject([{ created: 4 }]);
    expect(lines.some((line) => 'millrace_queue_oldest_seconds' in line)).toBe(true);
    expect(lines.some((line) => line.millrace_leader_ticks_total === 1)).toBe(true);
  });

  it('a tick carries out the orders that run', async () => {
    const { call, store } = await openStack();
    await call(request);
    const { events, entropy, clock } = new RoleHarness();
    const context = { store, events, entropy, clock };
    const over = { executions: { machineId: 'order' } };
    const origin = { by: 'sam', via: 'api', requestId: null } as const;
    const { orderId } = await startOrder(context, { action: 'cancel', over }, origin);

    await call({ kind: 'tick' });

    const order = await store.getOrder(orderId ?? '');
    expect(order).toMatchObject({ status: 'DONE', done: 4, refused: 0 });
  });
});
