/**
 * The example app: 10,000 wildlife-strike reports of the FAA, each a claim, an inspection, or a
 * place in the files.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'millrace';
import { handlers, nonRetryableErrors } from './handlers.ts';
import { transformers } from './report.ts';
import { summarize } from './summary.ts';

export default defineConfig({
  machines: {
    'wildlife-strike': {
      definition: join(import.meta.dirname, 'wildlife-strikes.asl.json'),
      nonRetryableErrors,
    },
  },
  handlers,
  transformers,
  batches: {
    'wildlife-strikes': {
      machine: 'wildlife-strike',
      source: {
        kind: 'csv',
        path: fileURLToPath(
          new URL('../data/birdstrikes.csv', import.meta.resolve('vega-datasets')),
        ),
      },
      item: { input: 'toReport', priority: 'toPriority' },
      summarize,
    },
  },
  concurrency: 400,
});
