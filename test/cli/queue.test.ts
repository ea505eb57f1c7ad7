/** `millrace queue`: the figures of queues, and commands that reach the broker. */
import { describe, expect, it } from 'vitest';
import type { QueueOverview } from '../../lib/operations/queues.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { call, jsonOf } from './cli-call.ts';
import { useRedisApp } from './redis-app.ts';

describe.skipIf(noRedis !== null || !hasPostgres)('queue', () => {
  const app = useRedisApp();
  const { millrace } = app;

  async function overview(): Promise<QueueOverview[]> {
    const listed = jsonOf(await millrace(['queue', 'list', '--json']));
    return (listed as { queues: QueueOverview[] }).queues;
  }

  /** Queues executions of the machine `order`. */
  async function enqueue(count: number, ...words: string[]): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const input = JSON.stringify({ id: index, to: 'Ada' });
      const result = await millrace(['task', 'enqueue', 'order', '--input', input, ...words]);
      expect(result).toMatchObject({ status: 0, stderr: '' });
    }
  }

  it('queue list has the messages of the broker and the tasks of the store', async () => {
    await enqueue(2);
    await enqueue(1, '--priority', 'critical');
    await enqueue(1, '--delay', '1h');

    const [critical, middle, low] = await overview();
    const text = await millrace(['queue', 'list']);

    expect(critical).toMatchObject({
      queue: 'critical',
      weight: 6,
      messages: { ready: 1, paused: false },
      tasks: { pending: 1 },
    });
    expect(middle).toMatchObject({
      queue: 'default',
      messages: { ready: 2, inFlight: 0, dead: 0 },
      tasks: { pending: 2, scheduled: 1 },
    });
    expect(low).toMatchObject({ queue: 'low', weight: 1, messages: { ready: 0 }, tasks: {} });
    expect(text.stdout).toMatch(/^queue +weight +state +ready/);
    expect(text.stdout).toMatch(/^default +3 +open +2 /m);
  });

  it('queue get shows one queue in full', async () => {
    await enqueue(1, '--priority', 'low');

    const { stdout, status } = await millrace(['queue', 'get', 'low']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^queue +low\nbroker +Redis at 127.0.0.1:\d+\n/);
    expect(stdout).toMatch(/ready +1\n/);
    expect(stdout).toMatch(/tasks pending +1\n/);
    expect(stdout).not.toContain('critical');
  });

  it('queue pause and resume reach the broker, for several queues at once', async () => {
    const paused = await millrace(['queue', 'pause', 'low', 'default', '--json']);
    const whilePaused = await overview();
    const resumed = await millrace(['queue', 'resume', 'low', 'default']);
    const after = await overview();

    expect(jsonOf(paused)).toEqual({ paused: ['low', 'default'] });
    expect(whilePaused.map(({ messages }) => messages?.paused)).toEqual([false, true, true]);
    expect(resumed.stdout).toBe('resumed: low, default\n');
    expect(after.map(({ messages }) => messages?.paused)).toEqual([false, false, false]);
  });

  it('queue purge needs a confirmation, deletes messages and keeps their tasks', async () => {
    await enqueue(3);

    const asked = await millrace(['queue', 'purge', 'default']);
    const kept = await overview();
    const purged = await millrace(['queue', 'purge', 'default', '--yes', '--json']);
    const [, middle] = await overview();

    expect(asked).toMatchObject({ status: 2, stdout: '' });
    expect(asked.stderr).toMatch(/every message of 'default' \(3 ready now\); pass --yes/);
    expect(kept[1]?.messages?.ready).toBe(3);
    expect(jsonOf(purged)).toEqual({ queue: 'default', messages: 3, cancelled: 0 });
    expect(middle).toMatchObject({ messages: { ready: 0 }, tasks: { pending: 3 } });
  });

  it('queue purge --tasks cancels what waits in the queue, and nothing of another', async () => {
    await enqueue(2);
    await enqueue(1, '--delay', '1h');
    await enqueue(1, '--priority', 'low');

    const purged = await millrace(['queue', 'purge', 'default', '--yes', '--tasks', '--json']);
    const asked = await app.database.query<{ queue: string }>(
      'SELECT queue FROM millrace.executions WHERE abort_requested',
    );

    expect(jsonOf(purged)).toEqual({ queue: 'default', messages: 2, cancelled: 3 });
    expect(asked.map(({ queue }) => queue)).toEqual(['default', 'default', 'default']);
    expect((await overview())[1]?.messages).toMatchObject({ ready: 3 });
  });

  it('queue create has nothing to do on Redis', async () => {
    const { status, stdout } = await millrace(['queue', 'create']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^nothing to create: Redis at/);
  });

  it.each([['get'], ['pause'], ['resume'], ['purge'], ['create']])(
    'queue %s refuses an unknown queue, and names the known ones',
    async (verb) => {
      const result = await millrace(['queue', verb, 'urgent']);

      expect(result).toMatchObject({ status: 2, stdout: '' });
      expect(result.stderr).toMatch(/no queue is named 'urgent'; known: critical, default, low/);
    },
  );
});

describe('queues in memory', () => {
  it.each([['pause'], ['resume']])(
    'queue %s refuses queues in the memory of another process',
    async (verb) => {
      const result = await call(['queue', verb, 'low', '--store', 'memory']);

      expect(result).toMatchObject({ status: 1, stdout: '' });
      expect(result.stderr).toMatch(/memory of the process that runs them.*--redis/);
    },
  );

  it('queue list shows queues in the memory of another process without messages', async () => {
    const { status, stdout } = await call(['queue', 'list', '--store', 'memory']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^critical +6 +– /m);
  });
});
