/**
 * Version N+1: prices became quotes and taxes, by other handlers, and the items of its batch are
 * made by another transformer.
 */
import { defineConfig } from 'millrace';

const { ITEMS: items = '10' } = process.env;
const numbers = Array.from({ length: Number(items) }, (_, number) => number);

export default defineConfig({
  machines: {
    orders: {
      definition: {
        StartAt: 'Check',
        States: {
          Check: { Type: 'Task', Resource: 'check', Next: 'Quote' },
          Quote: { Type: 'Task', Resource: 'quote', Next: 'Tax' },
          Tax: { Type: 'Task', Resource: 'tax', End: true },
        },
      },
    },
  },
  handlers: {
    check: (order: object) => ({ ...order, checkedBy: 'newer' }),
    quote: (order: object) => ({ ...order, pricedBy: 'newer' }),
    tax: (order: object) => ({ ...order, taxedBy: 'newer' }),
  },
  transformers: { newerOrder: (number: unknown) => ({ order: Number(number), currency: 'EUR' }) },
  batches: {
    newer: {
      machine: 'orders',
      source: { kind: 'items', items: numbers },
      item: { name: "States.Format('newer-{}', $)", input: 'newerOrder' },
      options: { maxInFlight: 20 },
    },
  },
  concurrency: 10,
  leaseSeconds: 5,
});
