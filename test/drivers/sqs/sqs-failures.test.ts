/** What the SQS broker makes of failures: of single entries, of calls, and of the set-up. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createQueues } from '../../../lib/drivers/sqs/create-queues.ts';
import { openSqsBroker, type SqsBrokerOptions } from '../../../lib/drivers/sqs/sqs-broker.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { longMs, messages, only } from '../../contracts/broker/broker-harness.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { type Intercept, SqsFailure, sqsProxy } from '../../support/sqs-proxy.ts';
import { sqsServer } from '../../support/sqs-server.ts';

const sqs = sqsServer();

/** A clock whose pauses are over at once. */
const hasty: Clock = {
  now: () => Date.now(),
  after: (_, callback) => {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  },
};

let queues = 0;

/** A broker behind a proxy, and a queue of its own. */
async function open(intercept: Intercept, options: Partial<SqsBrokerOptions> = {}) {
  queues += 1;
  const queue = `failing-${queues}`;
  await createQueues({ maxReceiveCount: 3 }, [queue]);
  const endpoint = await sqsProxy(sqs.server().address, intercept);
  const logger = new QuietLogger();
  const broker = await openSqsBroker({ clock: hasty, logger, endpoint, ...options });
  onTestFinished(() => broker.close());
  const request = { queues: [queue], max: 10, visibilityMs: longMs, waitMs: 0 };
  return { broker, queue, request, logger };
}

/** Fails the entries of these messages in a batch call, by SQS's own fault, so many times. */
function failing(action: string, fails: (body: unknown) => boolean, times: number): Intercept {
  let left = times;
  return async (call) => {
    if (call.action !== action || left === 0) return null;
    left -= 1;
    const { Entries = [] } = call.request;
    const bad = Entries.filter(({ MessageBody }) => fails(MessageBody));
    const good = Entries.filter((entry) => !bad.includes(entry));
    const passed = good.length > 0 ? await call.pass({ ...call.request, Entries: good }) : {};
    const Failed = bad.map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError' }));
    return { ...passed, Failed };
  };
}

describe('an entry that fails by the fault of SQS', () => {
  it('is sent again, alone, and its result is in its place', async () => {
    const sizes: number[] = [];
    const fail = failing('SendMessageBatch', (body) => body === '{"index":3}', 2);
    const { broker, queue, request } = await open((call) => {
      if (call.action === 'SendMessageBatch') sizes.push(call.request.Entries?.length ?? 0);
      return fail(call);
    });

    const results = await broker.send(queue, messages(7));

    expect(results).toEqual(messages(7).map(({ id }) => ({ id, sent: true })));
    expect(sizes).toEqual([7, 1, 1]);
    expect(await broker.receive(request)).toHaveLength(7);
  });

  it('is unavailable in the end, and the others are sent all the same', async () => {
    const never = failing('SendMessageBatch', (body) => body === '{"index":12}', Infinity);
    const { broker, queue } = await open(never);

    const results = await broker.send(queue, messages(25));

    expect(results.filter(({ sent }) => !sent)).toEqual([
      {
        id: 'task-12',
        sent: false,
        reason: 'unavailable',
        message: expect.stringContaining('Inte'),
      },
    ]);
    expect(await broker.stats([queue])).toMatchObject([{ ready: 24 }]);
  });

  it('is an error of acknowledging when it stays', async () => {
    const { broker, queue, request } = await open(
      failing('DeleteMessageBatch', () => true, Infinity),
    );
    await broker.send(queue, messages(1));

    await expect(broker.acknowledge(await broker.receive(request))).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      retryable: true,
    });
  });
});

describe('an entry that SQS refuses', () => {
  it('is too large for its queue, and does not stop the others', async () => {
    const { broker } = await open(() => null);
    const region = 'eu-central-1';
    const attributes = { MaximumMessageSize: '1024' };
    sqs.server().createQueue('millrace-tiny', { region, attributes });

    const body = `"${'x'.repeat(1_100)}"`;
    const results = await broker.send('tiny', [...messages(1), { id: 'large', body }]);

    expect(results).toEqual([
      { id: 'task-0', sent: true },
      {
        id: 'large',
        sent: false,
        reason: 'tooLarge',
        message: expect.stringContaining("set the queue's MaximumMessageSize to 1048576"),
      },
    ]);
  });

  it('has a void receipt: held beyond 12 hours, for one', async () => {
    const { broker, queue, request } = await open(({ action, request: { Entries = [] } }) => {
      if (action !== 'ChangeMessageVisibilityBatch') return null;
      const Code = 'InvalidParameterValue';
      return { Failed: Entries.map(({ Id }) => ({ Id, SenderFault: true, Code })) };
    });
    await broker.send(queue, messages(1));
    const held = only(await broker.receive(request));

    expect(await broker.extend([held], longMs)).toEqual([held.receipt]);
  });
});

describe('a call that fails', () => {
  it('may be made again when nobody answers', async () => {
    const { broker, queue, request } = await open(() => null, { endpoint: 'http://127.0.0.1:1' });
    const unavailable = { code: 'BROKER_UNAVAILABLE', retryable: true };

    await expect(broker.send(queue, messages(1))).rejects.toMatchObject(unavailable);
    await expect(broker.receive(request)).rejects.toMatchObject(unavailable);
    await expect(broker.stats([queue])).rejects.toMatchObject(unavailable);
  });

  it('may be made again when SQS is overcharged or broken', async () => {
    for (const failure of [
      new SqsFailure('ThrottlingException', 400),
      new SqsFailure('ServiceUnavailable', 503),
      new SqsFailure('OverLimit', 403),
    ]) {
      const { broker, request } = await open(({ action }) =>
        action === 'ReceiveMessage' ? failure : null,
      );

      await expect(broker.receive(request), failure.code).rejects.toMatchObject({
        code: 'BROKER_UNAVAILABLE',
        retryable: true,
      });
    }
  });

  it('fails the messages of its page alone', async () => {
    const { broker, queue } = await open(({ action, request: { Entries = [] } }) => {
      const isSecond = Entries.some(({ MessageBody }) => MessageBody === '{"index":10}');
      return action === 'SendMessageBatch' && isSecond ? new SqsFailure('Broken', 500) : null;
    });

    const results = await broker.send(queue, messages(30));

    const unsent = results.filter((result) => !result.sent && result.reason === 'unavailable');
    expect(unsent.map(({ id }) => id)).toEqual(
      messages(20)
        .map(({ id }) => id)
        .slice(10),
    );
  });

  it('does not cost what the queues before have given', async () => {
    const { broker, queue, request, logger } = await open(() => null);
    await broker.send(queue, messages(2));

    const taken = await broker.receive({ ...request, queues: [queue, 'nowhere'] });

    expect(taken).toHaveLength(2);
    expect(logger.entries).toMatchObject([{ level: 'warn', fields: { queue: 'nowhere' } }]);
  });

  it('leaves a message where it was when it cannot become a dead letter', async () => {
    const broken = new SqsFailure('Broken', 500);
    const { broker, queue, request } = await open(({ action, request: { QueueUrl = '' } }) =>
      action === 'SendMessageBatch' && QueueUrl.endsWith('-dead') ? broken : null,
    );
    await broker.send(queue, messages(1));
    const taken = await broker.receive(request);

    await expect(broker.deadLetter(taken, 'why')).rejects.toMatchObject({ retryable: true });

    sqs.advance(60_000);
    expect(await broker.receive(request)).toMatchObject([{ id: 'task-0', deliveries: 2 }]);
  });

  it('leaves two messages of one id, never none, in the middle of a move', async () => {
    const broken = new SqsFailure('Broken', 500);
    const { broker, queue, request } = await open(({ action }) =>
      action === 'DeleteMessageBatch' ? broken : null,
    );
    await broker.send(queue, messages(1));

    await expect(broker.deadLetter(await broker.receive(request), 'why')).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
    });

    sqs.advance(60_000);
    expect(await broker.receive(request)).toMatchObject([{ id: 'task-0' }]);
    expect(await broker.receiveDead(queue, 10, 0)).toMatchObject([{ id: 'task-0', reason: 'why' }]);
  });

  it('tells that a queue was purged a moment ago', async () => {
    const { broker, queue } = await open(({ action }) =>
      action === 'PurgeQueue' ? new SqsFailure('PurgeQueueInProgress', 403) : null,
    );

    await expect(broker.purge(queue)).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('it was purged less than 60 seconds ago'),
    });
  });
});

describe('a set-up that is wrong', () => {
  const invalid = { code: 'INVALID_CONFIGURATION', retryable: false };

  it('lacks a queue: it is named, with the command that makes it', async () => {
    const { broker, request } = await open(() => null);
    const message = expect.stringMatching(/no queue millrace-nowhere .*'millrace queue create'/);

    await expect(broker.send('nowhere', messages(1))).rejects.toMatchObject({
      ...invalid,
      message,
    });
    await expect(broker.receive({ ...request, queues: ['nowhere'] })).rejects.toMatchObject({
      ...invalid,
      message,
    });
  });

  it('lacks a permission: the action is named', async () => {
    const { broker, request } = await open(({ action }) =>
      action === 'ReceiveMessage' ? new SqsFailure('AccessDeniedException', 400) : null,
    );

    await expect(broker.receive(request)).rejects.toMatchObject({
      ...invalid,
      message: expect.stringContaining('allow sqs:ReceiveMessage on the queue'),
    });
  });

  it('is found to be mended as soon as it is', async () => {
    const { broker } = await open(() => null);
    await expect(broker.send('later', messages(1))).rejects.toMatchObject(invalid);

    await createQueues({}, ['later']);

    expect(await broker.send('later', messages(1))).toEqual([{ id: 'task-0', sent: true }]);
  });
});
