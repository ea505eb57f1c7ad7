/** The app of the example: two machines, and a batch of the configuration for the first. */
import { defineConfig } from 'millrace';

export default defineConfig({
  machines: {
    order: {
      definition: {
        StartAt: 'Charge',
        States: {
          Charge: { Type: 'Task', Resource: 'charge', ResultPath: '$.charge', Next: 'Ship' },
          Ship: { Type: 'Pass', Parameters: { 'shipped.$': '$.id' }, End: true },
        },
      },
      nonRetryableErrors: ['CardRefused'],
    },
    letter: {
      definition: {
        StartAt: 'Write',
        States: { Write: { Type: 'Task', Resource: 'write', End: true } },
      },
    },
  },
  handlers: {
    charge: async ({ id, cents }: { id: string; cents: number }) => {
      if (cents > 100_000)
        throw Object.assign(new Error('over the limit'), { name: 'CardRefused' });
      return { receipt: `receipt of ${id}` };
    },
    write: async ({ about }: { about: string }) => `Thank you: ${about}`,
  },
  // Makes the input of a letter from the output of the state Charge.
  transformers: {
    toLetter: (order) => ({ about: (order as { charge: { receipt: string } }).charge.receipt }),
  },
  batches: {
    orders: {
      machine: 'order',
      source: {
        kind: 'items',
        items: [
          { id: 'A-1', cents: 1999 },
          { id: 'A-2', cents: 250_000 },
          { id: 'A-3', cents: 700 },
        ],
      },
      item: { name: '$.id' },
      options: { toleratedFailureCount: 1 },
    },
  },
});
