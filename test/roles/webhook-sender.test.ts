/** Deliveries to webhooks are sent until they are answered, and never with a secret in a log. */
import { describe, expect, it } from 'vitest';
import type { NewDelivery } from '../../lib/ports/store/webhook-store.ts';
import type { WebhookRequest, WebhookResult } from '../../lib/ports/webhook-client.ts';
import { WebhookSender, type WebhookSenderOptions } from '../../lib/roles/webhook-sender.ts';
import { verifyWebhook } from '../../lib/roles/webhooks/webhook-signature.ts';
import { RoleHarness } from '../support/role-harness.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const never = new AbortController().signal;
const secret = 'a secret that no log may have';

function setUp() {
  const harness = new RoleHarness();
  const requests: WebhookRequest[] = [];
  const results: WebhookResult[] = [];
  const client = {
    post: async (request: WebhookRequest): Promise<WebhookResult> => {
      requests.push(request);
      return results.shift() ?? { kind: 'answered', status: 200 };
    },
  };
  const sender = (changes: Partial<WebhookSenderOptions> = {}) =>
    new WebhookSender({
      ...harness,
      client,
      secretOf: async () => secret,
      userAgent: 'millrace/test',
      ...changes,
    });
  const queue = async (...deliveries: Partial<NewDelivery>[]) => {
    const all = deliveries.map((changes) => ({
      id: harness.entropy.uuid(),
      url: 'https://hooks.example.com/path-with-a-token',
      secretName: 'ops',
      type: 'millrace.batch.ended',
      body: '{"a":1}',
      ...changes,
    }));
    const { id: batchId } = await harness.store.createBatch({
      id: harness.entropy.uuid(),
      name: 'b',
      machineId: 'm',
      machineVersion: 1,
      source: '{}',
      options: '{}',
    });
    const end = { batchId, from: ['RUNNING'], to: 'SUCCEEDED', reason: null } as const;
    await harness.store.transitionBatch({ ...end, deliveries: all });
    return all;
  };
  return { harness, requests, results, sender, queue };
}

describe('sending to a webhook', () => {
  it('a sender without deliveries looks less and less often, until it is woken', async () => {
    const sending = setUp().sender();
    const pauses: number[] = [];
    for (let tick = 0; tick < 5; tick += 1) pauses.push(await sending.tick(never));

    sending.wake();

    expect(pauses).toEqual([5_000, 10_000, 20_000, 30_000, 30_000]);
    expect(await sending.tick(never)).toBe(5_000);
  });

  it('a delivery is sent once, signed, with its id and type', async () => {
    const { harness, requests, sender, queue } = setUp();
    const [delivery] = await queue({});

    await sender().tick(never);
    await harness.clock.advance(3_600_000);
    await sender().tick(never);

    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request).toMatchObject({
      url: delivery?.url,
      body: delivery?.body,
      timeoutMs: 10_000,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'millrace/test',
        'millrace-delivery': delivery?.id,
        'millrace-event': 'millrace.batch.ended',
      },
    });
    const signature = request?.headers['millrace-signature'] ?? '';
    const now = harness.clock.now() - 3_600_000;
    expect(verifyWebhook({ signature, body: '{"a":1}', secret, now })).toBe(true);
  });

  it('a delivery that fails is repeated with growing delays until it is answered', async () => {
    const { harness, requests, results, sender, queue } = setUp();
    await queue({});
    results.push(
      { kind: 'failed', reason: 'no answer' },
      { kind: 'answered', status: 503 },
      { kind: 'answered', status: 200 },
    );
    const sending = sender();
    sending.start();

    await harness.pass(() => requests.length === 3, 'the third attempt', 500);
    await harness.stop(sending);

    expect(await harness.store.leaseDeliveries(10, 1)).toEqual([]);
    const messages = harness.logger.entries.map(({ message }) => message);
    expect(messages).toEqual([
      'webhook not delivered: retrying',
      'webhook not delivered: retrying',
      'webhook delivered',
    ]);
  });

  it('a delivery that is refused for good is dropped with the reason', async () => {
    const { harness, results, sender, queue } = setUp();
    await queue({});
    results.push({ kind: 'refused', reason: 'a private address' });

    await sender().tick(never);
    await harness.clock.advance(3_600_000);

    expect(await harness.store.leaseDeliveries(10, 1)).toEqual([]);
    expect(harness.logger.entries).toMatchObject([
      {
        level: 'error',
        message: 'webhook dropped: no further attempt',
        fields: { reason: 'a private address', origin: 'https://hooks.example.com' },
      },
    ]);
  });

  it('a delivery whose secret is no longer configured is dropped unsent', async () => {
    const { harness, requests, sender, queue } = setUp();
    await queue({});

    await sender({ secretOf: async () => null }).tick(never);

    expect(requests).toEqual([]);
    expect(harness.logger.entries).toMatchObject([{ level: 'error' }]);
  });

  it('a secret that cannot be read is read again later', async () => {
    const { harness, requests, sender, queue } = setUp();
    await queue({});
    const failing = sender({
      secretOf: async () => {
        throw new Error('the vault is closed');
      },
    });

    await failing.tick(never);
    expect(requests).toEqual([]);
    await harness.clock.advance(10_000);
    await sender().tick(never);

    expect(requests).toHaveLength(1);
  });

  it('a delivery whose sender crashed is sent by the next one', async () => {
    const { harness, requests, sender, queue } = setUp();
    await queue({});
    await harness.store.leaseDeliveries(10, 30_000);

    await sender().tick(never);
    expect(requests).toEqual([]);
    await harness.clock.advance(30_000);
    await sender().tick(never);

    expect(requests).toHaveLength(1);
  });

  it('many deliveries are sent ten at a time, without a pause', async () => {
    const { requests, sender, queue } = setUp();
    await queue(...Array.from({ length: 25 }, () => ({})));
    const sending = sender();

    const pauses = [
      await sending.tick(never),
      await sending.tick(never),
      await sending.tick(never),
    ];

    expect(pauses).toEqual([0, 0, 5_000]);
    expect(requests).toHaveLength(25);
  });

  it('no log line has a secret, a signature, or the path of a URL', async () => {
    const { harness, results, sender, queue } = setUp();
    await queue({}, {}, { url: 'no URL with-a-token' });
    results.push({ kind: 'failed', reason: 'no answer' }, { kind: 'answered', status: 410 });

    await sender().tick(never);

    const log = JSON.stringify(harness.logger.entries);
    expect(harness.logger.entries).toHaveLength(3);
    expect(log).not.toMatch(/token|secret that|v1=/);
  });
});

describe('stopping the sender', () => {
  it('a sender that stops sends what is due once more', async () => {
    const { harness, requests, sender, queue } = setUp();
    const sending = sender();
    sending.start();
    await harness.clock.advance(1_000);
    await queue({});

    await harness.stop(sending);

    expect(requests).toHaveLength(1);
  });

  it('a request that is under way when the sender stops is finished, and sent once', async () => {
    const { harness, requests, sender, queue } = setUp();
    await queue({});
    const answer = Promise.withResolvers<WebhookResult>();
    const client = {
      post: (request: WebhookRequest) => {
        requests.push(request);
        return answer.promise;
      },
    };
    const sending = sender({ client });
    sending.start();
    await harness.pass(() => requests.length === 1, 'the request is under way', 500);

    const stopping = sending.stop();
    await harness.clock.advance(1_000);
    answer.resolve({ kind: 'answered', status: 200 });
    await stopping;

    expect(requests).toHaveLength(1);
    expect(requests[0]?.signal.aborted).toBe(false);
    expect(await harness.store.leaseDeliveries(10, 1)).toEqual([]);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('a request without an answer is aborted three seconds after the stop', async () => {
    const { harness, requests, sender, queue } = setUp();
    await queue({});
    const client = {
      post: (request: WebhookRequest) =>
        new Promise<WebhookResult>((resolve) => {
          requests.push(request);
          const reason = 'aborted';
          request.signal.addEventListener('abort', () => resolve({ kind: 'failed', reason }));
        }),
    };
    const sending = sender({ client });
    sending.start();
    await harness.pass(() => requests.length === 1, 'the request is under way', 500);

    const stopping = sending.stop();
    await harness.clock.advance(2_999);
    const wasAborted = requests[0]?.signal.aborted;
    await harness.clock.advance(1);
    await stopping;

    expect(wasAborted).toBe(false);
    expect(requests[0]?.signal.aborted).toBe(true);
    await harness.clock.advance(10_000);
    expect(await harness.store.leaseDeliveries(10, 1)).toHaveLength(1);
  });

  it('a sender that is started and stopped in any order leaves no timer behind', async () => {
    const { harness, requests, sender } = setUp();

    await startStopStress(sender(), () => requests.length);

    expect(harness.clock.pendingTimers).toBe(0);
  });
});
