/** `millrace queue`: what is told of the queues, and orders that reach the broker. */
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

  /** Queues `count` orders. */
  async function enqueue(count: number, ...words: string[]): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const input = JSON.stringify({ id: index, to: 'Ada' });
      const result = await millrace(['task', 'enqueue', 'order', '--input', input, ...words]);
      expect(result).toMatchObject({ status: 0, stderr: '' });
    }
  }

  it('list tells what waits in the broker, and what the store has for it', async () => {
    await enqueue(2);
    await enqueue(1, '--priority', 'critical');
    await enqueue(1, '--delay', '1h');

    const [critical, middle, low] = await overview();
    const text = await millrace(['queue', 'list']);

    expect(critical).toMatchObject({
      ...{ queue: 'critical', weight: 6, messages: { ready: 1, paused: false } },
      tasks: { pending: 1 },
    });
    expect(middle).toMatchObject({
      ...{ queue: 'default', messages: { ready: 2, inFlight: 0, dead: 0 } },
      tasks: { pending: 2, scheduled: 1 },
    });
    expect(low).toMatchObject({ queue: 'low', weight: 1, messages: { ready: 0 }, tasks: {} });
    expect(text.stdout).toMatch(/^queue +weight +is +ready/);
    expect(text.stdout).toMatch(/^default +3 +open +2 /m);
  });

  it('stats tells everything of one queue', async () => {
    await enqueue(1, '--priority', 'low');

    const { stdout, status } = await millrace(['queue', 'stats', 'low']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^broker {2}Redis at 127.0.0.1:\d+\n\nlow\n/);
    expect(stdout).toMatch(/ready +1\n/);
    expect(stdout).toMatch(/tasks pending +1\n/);
    expect(stdout).not.toContain('critical');
  });

  it('pause and resume reach the broker, for several queues at once', async () => {
    const paused = await millrace(['queue', 'pause', 'low', 'default', '--json']);
    const whilePaused = await overview();
    const resumed = await millrace(['queue', 'resume', 'low', 'default']);
    const after = await overview();

    expect(jsonOf(paused)).toEqual({ paused: ['low', 'default'] });
    expect(whilePaused.map(({ messages }) => messages?.paused)).toEqual([false, true, true]);
    expect(resumed.stdout).toBe('open again: low, default\n');
    expect(after.map(({ messages }) => messages?.paused)).toEqual([false, false, false]);
  });

  it('purge asks to be meant, and then deletes messages and keeps their tasks', async () => {
    await enqueue(3);

    const asked = await millrace(['queue', 'purge', 'default']);
    const kept = await overview();
    const purged = await millrace(['queue', 'purge', 'default', '--yes', '--json']);
    const [, middle] = await overview();

    expect(asked).toMatchObject({ status: 2, stdout: '' });
    expect(asked.stderr).toMatch(/every message of 'default' \(now 3 ready\): say --yes/);
    expect(kept[1]?.messages?.ready).toBe(3);
    expect(jsonOf(purged)).toEqual({ queue: 'default', messages: 3, aborted: 0 });
    expect(middle).toMatchObject({ messages: { ready: 0 }, tasks: { pending: 3 } });
  });

  it('purge with --tasks aborts what waits in the queue, and nothing of another', async () => {
    await enqueue(2);
    await enqueue(1, '--delay', '1h');
    await enqueue(1, '--priority', 'low');

    const purged = await millrace(['queue', 'purge', 'default', '--yes', '--tasks', '--json']);
    const asked = await app.database.query<{ queue: string }>(
      'SELECT queue FROM millrace.executions WHERE abort_requested',
    );

    expect(jsonOf(purged)).toEqual({ queue: 'default', messages: 2, aborted: 3 });
    expect(asked.map(({ queue }) => queue)).toEqual(['default', 'default', 'default']);
    expect((await overview())[1]?.messages).toMatchObject({ ready: 3 });
  });

  it('create has nothing to do where queues come into being by themselves', async () => {
    const { status, stdout } = await millrace(['queue', 'create']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^nothing is to be created: Redis at/);
  });

  it.each([['stats'], ['pause'], ['resume'], ['purge'], ['create']])(
    '%s refuses a queue that is not of the configuration, and names those that are',
    async (verb) => {
      const result = await millrace(['queue', verb, 'urgent']);

      expect(result).toMatchObject({ status: 2, stdout: '' });
      expect(result.stderr).toMatch(/no queue is named 'urgent'; known: critical, default, low/);
    },
  );
});

describe('queues in memory', () => {
  it.each([['pause'], ['resume']])('are of another process: %s says so', async (verb) => {
    const result = await call(['queue', verb, 'low', '--store', 'memory']);

    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toMatch(/memory of the process that runs them.*--redis/);
  });

  it('are listed by what the store has for them', async () => {
    const { status, stdout } = await call(['queue', 'list', '--store', 'memory']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^critical +6 +– /m);
  });
});
