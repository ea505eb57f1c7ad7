/** A small app in a folder, with a batch for each kind of problem. */
import { makeFolder } from './cli-call.ts';

const machine = JSON.stringify({
  StartAt: 'Ship',
  States: { Ship: { Type: 'Task', Resource: 'ship', End: true } },
});

const ghost = JSON.stringify({
  StartAt: 'A',
  States: { A: { Type: 'Task', Resource: 'unhandled', End: true } },
});

/** The third row lacks a column; the last order cannot be shipped. */
const orders = 'id,to\n1,Ada\n2,Bob\n3\n4,nowhere\n';

const config = `
function ship(order) {
  if (order.to === 'nowhere' && !globalThis.millraceTestRepaired) {
    throw Object.assign(new Error('no such place'), { name: 'BadAddress' });
  }
  return { shipped: order.id };
}
export default {
  machines: {
    order: { definition: './order.asl.json', nonRetryableErrors: ['BadAddress'] },
    ghost: { definition: './ghost.asl.json' },
  },
  handlers: { ship },
  batches: {
    orders: {
      machine: 'order',
      source: { kind: 'csv', path: './orders.csv' },
      options: { toleratedFailureCount: 2 },
    },
    odd: {
      machine: 'order',
      source: { kind: 'items', items: [JSON.parse('{"__proto__":1,"$":2,"x.$":"$"}')] },
    },
    large: {
      machine: 'order',
      source: { kind: 'items', items: [{ id: 'x'.repeat(2000) }, { id: 1 }] },
    },
    tolerant: {
      machine: 'order',
      source: { kind: 'csv', path: './orders.csv' },
      options: { toleratedFailureCount: 0 },
    },
    ghosts: { machine: 'ghost', source: { kind: 'items', items: [1] } },
    lost: { machine: 'order', source: { kind: 'csv', path: './none.csv' } },
    mapped: {
      machine: 'order',
      source: { kind: 'items', items: [1] },
      item: { input: 'noTransformer' },
    },
  },
  payloadBytesMax: 1000,
  leaseSeconds: 5,
};`;

/** Creates the folder of the app; the caller removes it. */
export function ordersApp(): string {
  return makeFolder({
    'millrace.config.mjs': config,
    'order.asl.json': machine,
    'ghost.asl.json': ghost,
    'orders.csv': orders,
  });
}
