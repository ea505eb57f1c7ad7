/** Who is notified of ends: handlers of the app, and webhooks of executions, to a real server. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { verifyWebhook } from '../../lib/roles/webhooks/webhook-signature.ts';
import { serveLocally } from '../support/local-server.ts';
import { batchEnd, openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { until } from '../support/signal.ts';

const oneTask = {
  StartAt: 'Do',
  States: { Do: { Type: 'Task', Resource: 'work', End: true } },
} as const;

function createConfig(notified: unknown[], changes: Partial<MillraceConfig> = {}): MillraceConfig {
  return {
    machines: { m: { definition: oneTask, onEnd: { handler: 'tell' } } },
    handlers: {
      work: (n: number) => {
        if (n === 13) throw Object.assign(new Error('unlucky'), { name: 'Unlucky' });
        return n;
      },
      tell: (event: unknown) => void notified.push(event),
    },
    batches: {
      numbers: {
        machine: 'm',
        source: { kind: 'items', items: [1, 13] },
        options: { retriesMax: 0, failurePolicy: null, onEnd: { handler: 'tell' } },
      },
    },
    ...changes,
  };
}

describe('handlers that are notified of ends', () => {
  it('a handler gets the end of each execution and of the batch, with an id of each', async () => {
    const notified: { id: string; type: string; detail: object }[] = [];
    const app = await openApp(createConfig(notified));
    await app.start();
    const { id: batchId } = await app.batches.start('numbers');
    await batchEnd(app, batchId);

    await until(() => notified.length === 3, 'all are notified', 20_000);
    await app.stop();

    expect(new Set(notified.map(({ id }) => id)).size).toBe(3);
    const byType = Map.groupBy(notified, ({ type }) => type);
    expect(byType.get('millrace.batch.ended')).toMatchObject([
      { detail: { batchId, status: 'FAILED', executions: { created: 2, failed: 1 } } },
    ]);
    const ended = byType.get('millrace.execution.ended')?.map(({ detail }) => detail);
    expect(ended).toHaveLength(2);
    expect(ended).toContainEqual(
      expect.objectContaining({ batchId, machineId: 'm', status: 'FAILED', error: 'Unlucky' }),
    );
    expect(ended).toContainEqual(expect.objectContaining({ status: 'SUCCEEDED', error: null }));
  });

  it('a call that fails is retried as a task, and no one is notified of its own end', async () => {
    const notified: unknown[] = [];
    let failures = 0;
    const config = createConfig(notified, { retryDelay: { firstSeconds: 0 } });
    const tell = (event: unknown) => {
      failures += 1;
      if (failures < 3) throw new Error('not now');
      notified.push(event);
    };
    const app = await openApp({ ...config, handlers: { ...config.handlers, tell } });
    await app.start();

    await app.executions.start({ machineId: 'm', input: 1 });

    await until(() => notified.length === 1, 'it is notified', 20_000);
    await app.stop();
    const { entries } = await app.executions.list({ machineId: 'task.onend.tell' });
    expect(entries).toMatchObject([{ attempts: 2 }]);
  });

  it('a handler or a secret that does not exist is refused before anything runs', async () => {
    const config = createConfig([]);
    const open = (onEnd: NonNullable<MillraceConfig['machines'][string]['onEnd']>) =>
      openMillrace({
        config: { ...config, machines: { m: { definition: oneTask, onEnd } } },
        flags: { store: 'memory' },
        logger: new QuietLogger(),
      });

    await expect(open({ handler: 'tel' })).rejects.toThrow(
      "machines.m.onEnd: names the handler 'tel'",
    );
    await expect(open({ url: 'https://example.com', secretName: 'x' })).rejects.toThrow(
      "machines.m.onEnd: names the secret 'x'",
    );
    const app = await openApp(config);
    const started = app.batches.start('numbers', { options: { onEnd: { handler: 'no' } } });
    await expect(started).rejects.toThrow('the configuration has no handlers.no');
  });
});

describe('webhooks that are notified of the ends of executions', () => {
  it('an end is posted, signed, again with the same id after a failure, until it is taken', async () => {
    let answers = 0;
    const server = await serveLocally(() => {
      answers += 1;
      return { status: answers === 1 ? 503 : 204 };
    });
    const secret = 'the secret of the executions';
    const onEnd = { url: `${server.url}/ended`, secretName: 'ops' };
    const app = await openApp(
      createConfig([], {
        machines: { m: { definition: oneTask, onEnd } },
        webhooks: { secrets: { ops: secret }, privateHosts: ['127.0.0.1'] },
        retryDelay: { firstSeconds: 0 },
      }),
    );
    onTestFinished(() => app.stop());
    await app.start();

    const { executionId } = await app.executions.start({ machineId: 'm', input: 1 });
    await until(() => server.seen.length === 2, 'it is notified twice', 20_000);

    const [first, second] = server.seen;
    expect(second?.headers['millrace-delivery']).toBe(first?.headers['millrace-delivery']);
    const signature = String(second?.headers['millrace-signature']);
    const body = second?.body ?? '';
    expect(verifyWebhook({ signature, body, secret })).toBe(true);
    expect(JSON.parse(body)).toMatchObject({
      id: second?.headers['millrace-delivery'],
      type: 'millrace.execution.ended',
      detail: { executionId, status: 'SUCCEEDED' },
    });
  });
});
