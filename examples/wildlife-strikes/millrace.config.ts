/**
 * The example app: 10,000 wildlife-strike reports of the FAA, each a claim, an inspection, or a
 * place in the files.
 */
import { join } from 'node:path';
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
        // By its place: this file is also loaded where the package is not, in a function on AWS.
        path: join(import.meta.dirname, '../../node_modules/vega-datasets/data/birdstrikes.csv'),
      },
      item: { input: 'toReport', priority: 'toPriority' },
      summarize,
      // On AWS: every morning, and whenever somebody puts a file of reports into the bucket.
      schedule: 'cron(0 6 * * ? *)',
      onObject: { prefix: 'reports/', suffix: '.csv' },
    },
  },
  concurrency: 400,
});
