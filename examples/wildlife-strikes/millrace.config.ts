/**
 * The example app: 10,000 wildlife-strike reports of the FAA, each a claim, an inspection, or a
 * place in the files.
 */
import { join } from 'node:path';
import { defineConfig } from '../../lib/index.ts';
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
        path: join(import.meta.dirname, '../../node_modules/vega-datasets/data/birdstrikes.csv'),
      },
      item: { input: 'toReport', priority: 'toPriority' },
      summarize,
    },
  },
  concurrency: 400,
});
