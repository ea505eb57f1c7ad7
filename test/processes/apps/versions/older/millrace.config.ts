/** Version N of a program that version N+1 replaces: it checks and prices orders. */
import { defineConfig } from 'millrace';

const { ITEMS: items = '10' } = process.env;
const numbers = Array.from({ length: Number(items) }, (_, number) => number);

export default defineConfig({
  machines: {
    orders: {
      definition: {
        StartAt: 'Check',
        States: {
          Check: { Type: 'Task', Resource: 'check', Next: 'Price' },
          Price: { Type: 'Task', Resource: 'price', TimeoutSeconds: 3_600, End: true },
        },
      },
    },
  },
  handlers: {
    check: (order: object) => ({ ...order, checkedBy: 'older' }),
    price: (order: object) => ({ ...order, pricedBy: 'older' }),
  },
  transformers: { olderOrder: (number: unknown) => ({ order: Number(number) }) },
  batches: {
    older: {
      machine: 'orders',
      source: { kind: 'items', items: numbers },
      item: { name: "States.Format('older-{}', $)", input: 'olderOrder' },
      options: { maxInFlight: 20 },
    },
  },
  concurrency: 10,
  leaseSeconds: 5,
});
