import type { ChangeOrigin } from '../../ports/store/order-store.ts';
import { mayCall } from '../caller-role.ts';
import type { ApiCall } from '../contract/contract.ts';
import type { orderOperations } from '../contract/orders.ts';
import { Refusal } from '../problem.ts';
import { type AppOpener, type OperationHandlers, splitQuery } from './app-opener.ts';

/**
 * Handles the operations on orders.
 * @param onOrder called, and awaited, when an order needs a leader; it must not throw
 */
export function orderHandlers(
  open: AppOpener,
  onOrder: () => Promise<void>,
): OperationHandlers<keyof typeof orderOperations> {
  return {
    startOrder: async ({ body }, call) => {
      if (body.action === 'delete' && !body.dryRun) requireOwner(call);
      const started = await (await open()).orders.start(body, originOf(call));
      if (started.orderId !== null) await onOrder();
      return started;
    },
    listOrders: async ({ query }) => {
      const { page, filter } = splitQuery(query);
      const { entries, next } = await (await open()).orders.list(filter, page);
      return { orders: entries, next };
    },
    getOrder: async ({ params }) => (await open()).orders.get(params.orderId),
    pauseOrder: async ({ params, body }) => {
      const { id, status } = await (await open()).orders.pause(params.orderId, body.reason);
      return { orderId: id, status };
    },
    resumeOrder: async ({ params, body }) => {
      const { id, status } = await (await open()).orders.resume(params.orderId, body);
      await onOrder();
      return { orderId: id, status };
    },
    cancelOrder: async ({ params, body }) => {
      const { id, status } = await (await open()).orders.cancel(params.orderId, body.reason);
      return { orderId: id, status };
    },
  };
}

/** Returns who makes the change of a call. */
export function originOf({ caller, via, requestId }: ApiCall): ChangeOrigin {
  return { by: caller, via, requestId };
}

/** What is deleted is gone, so an order must not do what a single command may not. */
function requireOwner({ role }: ApiCall): void {
  if (mayCall(role, 'own')) return;
  const message = `an order that deletes needs the role owner; the caller is ${role}`;
  throw new Refusal('FORBIDDEN', message);
}
