/** The poller of an SQS queue: batches, partial failures, throttling, and refused calls. */
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { callSqs } from '../../../rehearsal/aws-proxy/proxy-client.ts';
import type { InvocationOutcome } from '../../../rehearsal/runtime/invocation.ts';
import { QueuePoller } from '../../../rehearsal/sources/queue-poller.ts';

let server: FauxqsServer;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
});
afterAll(() => server.stop());

interface Record {
  readonly messageId: string;
  readonly body: string;
  readonly eventSourceARN: string;
}

interface PollerSettings {
  readonly batchSize?: number;
  readonly windowMs?: number;
  readonly reports?: boolean;
  readonly answer: (records: readonly Record[]) => InvocationOutcome;
  readonly refused?: string;
  /** An action, and how many of its answers are lost. */
  readonly lost?: { readonly action: string; times: number };
}

/** The values that were emitted and not awaited yet, in order. */
class Signals<Value> {
  readonly #values: Value[] = [];
  readonly #waiting: ((value: Value) => void)[] = [];

  emit(value: Value): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#values.push(value);
    else waiting(value);
  }

  async next(): Promise<Value> {
    const value = this.#values.shift();
    if (value !== undefined) return value;
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }
}

let queues = 0;

/** Creates a poller, its queue, and the batches that its function receives. */
function prepare({
  batchSize = 10,
  windowMs = 0,
  reports = true,
  answer,
  refused,
  lost,
}: PollerSettings) {
  queues += 1;
  const name = `queue-${queues}`;
  const { queueUrl, queueArn } = server.createQueue(name);
  const endpoint = `http://127.0.0.1:${server.port}`;
  const batches = new Signals<readonly Record[]>();
  const problems = new Signals<string>();
  const hiddenBodies = new Signals<string>();
  const poller = new QueuePoller({
    mapping: {
      queueArn,
      functionName: 'worker',
      qualifier: null,
      batchSize,
      windowMs,
      concurrencyMax: 2,
      reportsFailures: reports,
      enabled: true,
    },
    queueUrl,
    visibilityMs: 30_000,
    region: 'us-east-1',
    batchesMax: 1,
    call: async (action, request) => {
      if (action === refused) {
        return { status: 403, body: {}, error: 'AccessDenied', message: `no ${action}` };
      }
      const client = { endpoint, region: 'us-east-1', accessKeyId: 'KEY' };
      const response = await callSqs(client, action, request);
      if (lost === undefined || lost.action !== action || lost.times === 0) return response;
      lost.times -= 1;
      throw new TypeError('fetch failed');
    },
    invoke: async (payload) => {
      const { Records }: { readonly Records: readonly Record[] } = JSON.parse(payload);
      batches.emit(Records);
      return answer(Records);
    },
    onProblem: (message) => problems.emit(message),
    onHidden: async (receiptHandle) => {
      const inflight = server.inspectQueue(name)?.messages.inflight ?? [];
      const found = inflight.find((each) => each.receiptHandle === receiptHandle);
      hiddenBodies.emit(found?.message.body ?? 'no such message');
    },
    onBatch: () => {},
  });
  const send = (...bodies: readonly string[]) => {
    for (const body of bodies) server.sendMessage(name, body);
  };
  onTestFinished(() => poller.stop());
  const hidden = () => server.inspectQueue(name)?.messages.inflight.length;
  return { poller, batches, problems, hiddenBodies, send, hidden, queueArn };
}

const answered = (value: unknown): InvocationOutcome => ({
  kind: 'answered',
  payload: JSON.stringify(value),
});

it('a batch is gathered from several receives until it is full', async () => {
  const { poller, batches, send } = prepare({
    batchSize: 25,
    windowMs: 30_000,
    answer: () => answered({ batchItemFailures: [] }),
  });
  send(...Array.from({ length: 25 }, (_, index) => `message ${index}`));

  poller.start();

  expect((await batches.next()).length).toBe(25);
});

it('a batch that is not full is delivered at the end of its window', async () => {
  const { poller, batches, send } = prepare({
    batchSize: 100,
    windowMs: 300,
    answer: () => answered({ batchItemFailures: [] }),
  });
  send('a', 'b', 'c');

  poller.start();

  expect((await batches.next()).map(({ body }) => body).sort()).toEqual(['a', 'b', 'c']);
});

it('successful messages are deleted, and failed ones stay hidden', async () => {
  const { poller, batches, send, hidden } = prepare({
    answer: (records) => {
      const failed = records.filter(({ body }) => body === 'bad');
      return answered({
        batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })),
      });
    },
  });
  send('good', 'bad', 'good');

  poller.start();
  await batches.next();
  await poller.stop();

  expect(hidden()).toBe(1);
});

it('a throttled invocation is retried with the same messages', async () => {
  let tries = 0;
  const { poller, batches, send, hidden } = prepare({
    answer: () => {
      tries += 1;
      return tries === 1 ? { kind: 'throttled' } : answered(null);
    },
  });
  send('a');

  poller.start();
  const first = await batches.next();
  const second = await batches.next();
  await poller.stop();

  expect(second).toEqual(first);
  expect(hidden()).toBe(0);
});

it('a refused receive is reported as a problem', async () => {
  const { poller, problems } = prepare({
    answer: () => answered(null),
    refused: 'ReceiveMessage',
  });

  poller.start();

  expect(await problems.next()).toContain('no ReceiveMessage');
});

it('a response that the mapping ignores is reported as a problem', async () => {
  const { poller, problems, send } = prepare({
    reports: false,
    answer: () => answered({ batchItemFailures: [] }),
  });
  send('a');

  poller.start();

  expect(await problems.next()).toContain('no ReportBatchItemFailures');
});

it('a record has the ARN of its queue', async () => {
  const { poller, batches, send, queueArn } = prepare({ answer: () => answered(null) });
  send('a');

  poller.start();

  expect((await batches.next()).map(({ eventSourceARN }) => eventSourceARN)).toEqual([queueArn]);
});

it('the messages of an invocation that failed are reported as hidden, and those of others are not', async () => {
  const failed: InvocationOutcome = {
    kind: 'failed',
    error: { errorType: 'Runtime.ExitError', errorMessage: 'killed' },
  };
  const { poller, hiddenBodies, send, batches } = prepare({
    batchSize: 1,
    answer: ([record]) => {
      if (record?.body === 'lost') return failed;
      return answered({ batchItemFailures: [{ itemIdentifier: record?.messageId }] });
    },
  });
  send('left');
  poller.start();
  await batches.next();
  send('lost');

  expect(await hiddenBodies.next()).toBe('lost');
});

it('a deletion whose answer is lost is repeated, and one whose answers all are is a problem', async () => {
  const lost = { action: 'DeleteMessageBatch', times: 2 };
  const { poller, send, batches, problems, hidden } = prepare({
    batchSize: 1,
    lost,
    answer: () => answered({ batchItemFailures: [] }),
  });
  send('first');
  poller.start();
  await batches.next();
  await poller.stop();
  const left = hidden();

  lost.times = 10;
  send('second');
  poller.start();

  expect(await problems.next()).toBe('lost the answer of a call: fetch failed');
  expect(left).toBe(0);
});
