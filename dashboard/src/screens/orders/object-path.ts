/** The screens of the objects of orders. Pure. */
import { pathTo } from '../../router/routes.ts';

/** Returns the address of an object such as `batch:ID`; null when it has no screen. */
export function objectPath(object: string): string | null {
  const colon = object.indexOf(':');
  const kind = object.slice(0, colon);
  const id = object.slice(colon + 1);
  if (colon === -1 || id === '') return null;
  switch (kind) {
    case 'batch':
      return pathTo('batch', { batchId: id });
    case 'queue':
      return pathTo('queue', { queue: id });
    case 'execution':
      return pathTo('execution', { executionId: id });
    case 'machine':
      return pathTo('machine', { machineId: id });
    case 'order':
      return pathTo('order', { orderId: id });
    case 'task':
      return pathTo('execution', { executionId: id });
    default:
      return null;
  }
}
