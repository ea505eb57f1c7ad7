/** The dispatcher: which messages go where, and that what cannot be sent is no failure. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../lib/errors.ts';
import { RoleHarness, withSend } from '../../support/role-harness.ts';

const wakeup = (executionId: string, queue = 'default', batchId: string | null = null) => ({
  executionId,
  queue,
  batchId,
});

describe('a dispatcher', () => {
  it('sends each task to its queue, in its batch’s group, with ids and no state', async () => {
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

  it('delays what is to come later', async () => {
    const harness = new RoleHarness();

    await harness.dispatcher.dispatch([wakeup('a')], 5_000);

    expect(await harness.broker.stats(['default'])).toMatchObject([{ ready: 0, delayed: 1 }]);
    await harness.clock.advance(5_000);
    expect(await harness.broker.peek('default', 10)).toHaveLength(1);
  });

  it('never throws: a queue that cannot be reached loses nothing for the others', async () => {
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

  it('counts what the broker refused as not sent and says why', async () => {
    const harness = new RoleHarness();

    const sent = await harness.dispatcher.dispatch([wakeup('a b'), wakeup('c')]);

    expect(sent).toBe(1);
    expect(harness.logger.entries).toMatchObject([{ level: 'warn', fields: { tasks: 1 } }]);
    expect(harness.metrics.counts.get('tasksSent')).toBe(1);
  });
});
