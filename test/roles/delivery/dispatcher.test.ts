/** The dispatcher: which messages go to which queue, and what happens when they cannot be sent. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../lib/errors.ts';
import { RoleHarness, withSend } from '../../support/role-harness.ts';

const wakeup = (executionId: string, queue = 'default', batchId: string | null = null) => ({
  executionId,
  queue,
  batchId,
});

describe('a dispatcher', () => {
  it('a task is sent to its queue, in the group of its batch, with ids and no state', async () => {
    const harness = new RoleHarness();

    const sent = await harness.dispatcher.dispatch([
      wakeup('a', 'critical', 'batch-1'),
      wakeup('b', 'low'),
      wakeup('c', 'critical', 'batch-1'),
    ]);

    expect(sent).toBe(3);
    const critical = await harness.broker.peek('critical', 10);
    expect(critical.map(({ id, groupId }) => [id, groupId])).toEqual([
      ['a', 'batch-1'],
      ['c', 'batch-1'],
    ]);
    const [low] = await harness.broker.peek('low', 10);
    expect(low?.groupId).toBeNull();
    expect(low?.body).toBe('{"type":"execution","executionId":"b"}');
  });

  it('a task with a delay is delivered later', async () => {
    const harness = new RoleHarness();

    await harness.dispatcher.dispatch([wakeup('a')], 5_000);

    expect(await harness.broker.stats(['default'])).toMatchObject([{ ready: 0, delayed: 1 }]);
    await harness.clock.advance(5_000);
    expect(await harness.broker.peek('default', 10)).toHaveLength(1);
  });

  it('an unreachable queue does not affect the tasks of other queues', async () => {
    const harness = new RoleHarness({
      broker: (real) =>
        withSend(real, async (send, queue, messages) => {
          if (queue === 'low') throw new MillraceError('BROKER_UNAVAILABLE', 'gone');
          return send(queue, messages);
        }),
    });

    expect(await harness.dispatcher.dispatch([wakeup('a', 'low'), wakeup('b')])).toBe(1);

    expect(harness.logger.entries).toMatchObject([
      { level: 'warn', fields: { queue: 'low', tasks: 1, error: 'gone' } },
    ]);
  });

  it('a task that the broker refuses is not counted as sent, and is logged', async () => {
    const harness = new RoleHarness();

    const sent = await harness.dispatcher.dispatch([wakeup('a b'), wakeup('c')]);

    expect(sent).toBe(1);
    expect(harness.logger.entries).toMatchObject([{ level: 'warn', fields: { tasks: 1 } }]);
    expect(harness.metrics.counts.get('tasksSent')).toBe(1);
  });
});
