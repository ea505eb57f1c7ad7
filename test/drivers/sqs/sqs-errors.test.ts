/** Failures of single entries, of calls and of the configuration in the SQS broker. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqsQueues } from '../../../lib/drivers/sqs/create-sqs-queues.ts';
import { openSqsBroker, type SqsBrokerOptions } from '../../../lib/drivers/sqs/sqs-broker.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { longMs, messages, only } from '../../contracts/broker/broker-harness.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { type Intercept, SqsFailure, sqsProxy } from '../../support/sqs-proxy.ts';
import { sqsServer } from '../../support/sqs-server.ts';

const sqs = sqsServer();

/** A clock whose delays end at once. */
const instantClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (_, callback) => {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  },
};

let queues = 0;

/** Opens a broker behind a proxy, with its own queue. */
async function open(intercept: Intercept, options: Partial<SqsBrokerOptions> = {}) {
  queues += 1;
  const queue = `failing-${queues}`;
  await createSqsQueues({ maxReceiveCount: 3 }, [queue]);
  const endpoint = await sqsProxy(sqs.server().address, intercept);
  const logger = new QuietLogger();
  const broker = await openSqsBroker({ clock: instantClock, logger, endpoint, ...options });
  onTestFinished(() => broker.close());
  const request = { queues: [queue], max: 10, visibilityMs: longMs, waitMs: 0 };
  return { broker, queue, request, logger };
}

/** Fails the entries of these messages in a batch call, on SQS's side, this many times. */
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

describe('an entry that fails on the side of SQS', () => {
  it('a failed entry is sent again alone, and its result keeps its position', async () => {
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

  it('an entry that keeps failing is unavailable, and the others are sent', async () => {
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

  it('an acknowledgement that keeps failing is an error', async () => {
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
  it('a message too large for its queue is refused, and the others are sent', async () => {
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

  it('an extension that SQS refuses returns the receipt', async () => {
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
  it('a call to an unreachable SQS is retryable', async () => {
    const { broker, queue, request } = await open(() => null, { endpoint: 'http://127.0.0.1:1' });
    const unavailable = { code: 'BROKER_UNAVAILABLE', retryable: true };

    await expect(broker.send(queue, messages(1))).rejects.toMatchObject(unavailable);
    await expect(broker.receive(request)).rejects.toMatchObject(unavailable);
    await expect(broker.stats([queue])).rejects.toMatchObject(unavailable);
  });

  it('a call to an overloaded or broken SQS is retryable', async () => {
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

  it('a failed call fails only the messages of its page', async () => {
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

  it('a failed receive still returns the messages of the queues before', async () => {
    const { broker, queue, request, logger } = await open(() => null);
    await broker.send(queue, messages(2));

    const taken = await broker.receive({ ...request, queues: [queue, 'nowhere'] });

    expect(taken).toHaveLength(2);
    expect(logger.entries).toMatchObject([{ level: 'warn', fields: { queue: 'nowhere' } }]);
  });

  it('a message that cannot be dead-lettered stays in its queue', async () => {
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

  it('an interrupted move leaves two messages with one id, never none', async () => {
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

  it('a purge less than a minute after another is refused with the reason', async () => {
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

describe('a wrong configuration', () => {
  const invalid = { code: 'INVALID_CONFIGURATION', retryable: false };

  it('a missing queue is named, with the command that creates it', async () => {
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

  it('a missing permission is named', async () => {
    const { broker, request } = await open(({ action }) =>
      action === 'ReceiveMessage' ? new SqsFailure('AccessDeniedException', 400) : null,
    );

    await expect(broker.receive(request)).rejects.toMatchObject({
      ...invalid,
      message: expect.stringContaining('allow sqs:ReceiveMessage on the queue'),
    });
  });

  it('a call succeeds as soon as the configuration is fixed', async () => {
    const { broker } = await open(() => null);
    await expect(broker.send('later', messages(1))).rejects.toMatchObject(invalid);

    await createSqsQueues({}, ['later']);

    expect(await broker.send('later', messages(1))).toEqual([{ id: 'task-0', sent: true }]);
  });
});
