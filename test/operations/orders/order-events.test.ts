/** Orders and changes as events of the bus. */
import { expect, it } from 'vitest';
import { cancelOrder, recordChanges } from '../../../lib/operations/orders/orders.ts';
import { startOrder } from '../../../lib/operations/orders/start-order.ts';
import { RoleHarness } from '../../support/role-harness.ts';

const origin = { by: 'sam', via: 'cli', requestId: null } as const;

it('the beginning and the end of an order are events', async () => {
  const context = new RoleHarness();

  const { orderId } = await startOrder(
    context,
    { action: 'redrive', over: { archive: { machineId: 'm' } }, reason: 'repaired' },
    origin,
  );
  await cancelOrder(context, orderId ?? '', 'wrong machine');
  await cancelOrder(context, orderId ?? '');

  const order = { orderId, action: 'redrive', object: 'machine:m', by: 'sam', via: 'cli' };
  const figures = { reason: 'repaired', total: 0, done: 0, refused: 0 };
  expect(context.events.published).toEqual([
    {
      type: 'millrace.order.started',
      at: context.clock.now(),
      detail: { ...order, ...figures, status: 'RUNNING', outcome: null },
    },
    {
      type: 'millrace.order.ended',
      at: context.clock.now(),
      detail: { ...order, ...figures, status: 'CANCELLED', outcome: 'wrong machine' },
    },
  ]);
});

it('a dry run is no event', async () => {
  const context = new RoleHarness();
  const request = { action: 'redrive', over: { archive: {} }, dryRun: true } as const;

  await startOrder(context, request, origin);

  expect(context.events.published).toEqual([]);
});

it('a change is one event', async () => {
  const context = new RoleHarness();
  const note = { action: 'pauseQueue', object: 'queue:low', reason: 'lunch', outcome: null };

  await recordChanges(context, [{ ...note, over: {} }], origin);
  await recordChanges(context, [], origin);

  expect(context.events.published).toEqual([
    {
      type: 'millrace.change.made',
      at: context.clock.now(),
      detail: { ...note, by: 'sam', via: 'cli', requestId: null },
    },
  ]);
});
