/** Receivers that wait on SQS: polls without a receiver, and pauses by other processes. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqsQueues } from '../../../lib/drivers/sqs/create-sqs-queues.ts';
import { openSqsBroker } from '../../../lib/drivers/sqs/sqs-broker.ts';
import { longMs, messages, only } from '../../contracts/broker/broker-harness.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { sqsProxy } from '../../support/sqs-proxy.ts';
import { sqsServer } from '../../support/sqs-server.ts';

const sqs = sqsServer();
let queues = 0;

async function newQueue(): Promise<string> {
  queues += 1;
  const queue = `polled-${queues}`;
  await createSqsQueues({}, [queue]);
  return queue;
}

/** Opens a broker as in a process of its own: with its clock, its connections and its calls. */
async function openProcess() {
  const clock = new SimulatedClock();
  const calls: string[] = [];
  const endpoint = await sqsProxy(sqs.server().address, ({ action, request }) => {
    calls.push(`${action} ${request.WaitTimeSeconds ?? ''}`.trim());
    return null;
  });
  const broker = await openSqsBroker({ clock, logger: new QuietLogger(), endpoint });
  onTestFinished(() => broker.close());
  return { broker, clock, calls };
}

function createRequest(wanted: readonly string[], waitMs = longMs) {
  return { queues: wanted, max: 10, visibilityMs: longMs, waitMs };
}

/** Polls `read` until the expectation holds: calls go over HTTP. */
function eventually<Found>(read: () => Found) {
  return expect.poll(read, { timeout: 10_000, interval: 5 });
}

/** Counts the messages of a queue that are in flight. */
function heldIn(queue: string): number {
  return sqs.server().inspectQueue(`millrace-${queue}`)?.messages.inflight.length ?? 0;
}

describe('a long poll', () => {
  it('a long poll is made only if no message is ready, for all queues at once', async () => {
    const [high, low] = [await newQueue(), await newQueue()];
    const { broker, calls } = await openProcess();
    await broker.send(low, messages(1));
    await broker.receive(createRequest([high, low]));
    expect(calls.filter((call) => call.startsWith('ReceiveMessage'))).toEqual([
      'ReceiveMessage 0',
      'ReceiveMessage 0',
    ]);

    const waiting = broker.receive(createRequest([high, low]));
    await broker.send(high, messages(1));

    expect(only(await waiting).queue).toBe(high);
  });

  it('a long poll whose receiver has gone serves the next one without a wasted delivery', async () => {
    const [one, other] = [await newQueue(), await newQueue()];
    const { broker, calls } = await openProcess();
    const waiting = broker.receive(createRequest([one, other]));
    await eventually(() => calls.filter((call) => call === 'ReceiveMessage 20').length).toBe(2);
    await broker.send(one, messages(1));
    await waiting;

    await broker.send(other, messages(1));

    const taken = await broker.receive(createRequest([other]));
    expect(only(taken)).toMatchObject({ id: 'task-0', deliveries: 1 });
  });

  it('messages of a long poll that no receiver takes are released within a second', async () => {
    const queue = await newQueue();
    const [gone, other] = [await openProcess(), await openProcess()];
    const stop = new AbortController();
    const waiting = gone.broker.receive({ ...createRequest([queue]), signal: stop.signal });
    await eventually(() => gone.calls).toContain('ReceiveMessage 20');
    stop.abort();
    expect(await waiting).toEqual([]);
    await other.broker.send(queue, messages(3));
    await eventually(() => gone.clock.pendingTimers).toBe(1);
    expect(await other.broker.receive(createRequest([queue], 0))).toEqual([]);

    await gone.clock.advance(1_000);

    const taken = await other.broker.receive(createRequest([queue]));
    expect(taken.map(({ deliveries }) => deliveries)).toEqual([2, 2, 2]);
  });

  it('a close releases the messages of a long poll without a receiver', async () => {
    const queue = await newQueue();
    const [gone, other] = [await openProcess(), await openProcess()];
    const stop = new AbortController();
    const waiting = gone.broker.receive({ ...createRequest([queue]), signal: stop.signal });
    await eventually(() => gone.calls).toContain('ReceiveMessage 20');
    stop.abort();
    await waiting;
    await other.broker.send(queue, messages(1));
    await eventually(() => gone.clock.pendingTimers).toBe(1);

    await gone.broker.close();

    expect(heldIn(queue)).toBe(0);
    expect(gone.clock.pendingTimers).toBe(0);
  });

  it('a long poll continues over idle receives, which costs three calls a minute', async () => {
    const names = [await newQueue(), await newQueue()];
    const { broker, calls, clock } = await openProcess();
    for (let receives = 0; receives < 4; receives += 1) {
      const waiting = broker.receive(createRequest(names, 5_000));
      await eventually(() => calls.filter((call) => call === 'ReceiveMessage 20').length).toBe(2);
      await eventually(() => clock.pendingTimers).toBe(1);
      await clock.advance(5_000);
      expect(await waiting).toEqual([]);
    }

    expect(calls.filter((call) => call.startsWith('ReceiveMessage')).sort()).toEqual([
      'ReceiveMessage 0',
      'ReceiveMessage 0',
      'ReceiveMessage 20',
      'ReceiveMessage 20',
    ]);
  });

  it('a long poll fails its receiver when the queue is deleted', async () => {
    const queue = await newQueue();
    const { broker, calls } = await openProcess();
    const waiting = broker.receive(createRequest([queue]));
    const refused = expect(waiting).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
    await eventually(() => calls).toContain('ReceiveMessage 20');

    sqs.server().deleteQueue(`millrace-${queue}`, { region: 'eu-central-1' });

    await refused;
  });
});

describe('a pause by another process', () => {
  it('a pause by another process is noticed within 15 seconds, and checked no more often', async () => {
    const queue = await newQueue();
    const [here, there] = [await openProcess(), await openProcess()];
    await there.broker.send(queue, messages(1));
    expect(await here.broker.receive(createRequest([queue], 0))).toHaveLength(1);
    await there.broker.pause(queue);
    await there.broker.send(queue, messages(1));

    await here.clock.advance(14_999);
    expect(await here.broker.receive(createRequest([queue], 0))).toHaveLength(1);
    await there.broker.send(queue, messages(1));
    await here.clock.advance(1);
    expect(await here.broker.receive(createRequest([queue], 0))).toEqual([]);

    expect(await here.broker.stats([queue])).toMatchObject([{ paused: true, ready: 1 }]);
    expect(here.calls.filter((call) => call === 'ListQueueTags')).toHaveLength(2);
  });

  it('a resume by another process wakes a waiting receive', async () => {
    const queue = await newQueue();
    const [here, there] = [await openProcess(), await openProcess()];
    await there.broker.pause(queue);
    await there.broker.send(queue, messages(1));
    const waiting = here.broker.receive(createRequest([queue]));
    await eventually(() => here.clock.pendingTimers).toBe(2);
    await there.broker.resume(queue);

    await here.clock.advance(15_000);

    expect(only(await waiting).id).toBe('task-0');
  });
});

describe('a receive of many', () => {
  it('a large receive makes several calls at once, and takes no more than requested', async () => {
    const queue = await newQueue();
    const { broker, calls } = await openProcess();
    await broker.send(queue, messages(100));

    const taken = await broker.receive({ ...createRequest([queue], 0), max: 55 });

    expect(taken).toHaveLength(55);
    expect(calls.filter((call) => call === 'ReceiveMessage 0')).toHaveLength(6);
    expect(heldIn(queue)).toBe(55);
  });
});
