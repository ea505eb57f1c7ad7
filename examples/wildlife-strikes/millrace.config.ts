/** The example app: 10,000 wildlife-strike reports of the FAA, processed as one batch. */
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
        path: join(import.meta.dirname, 'birdstrikes.csv'),
      },
      item: { input: 'toReport', priority: 'toPriority' },
      // As many reports have damage codes of an older form; with one more the batch is FAILED.
      options: { toleratedFailureCount: 15 },
      summarize,
      // On AWS: every morning, and for each new file of reports in the bucket.
      schedule: 'cron(0 6 * * ? *)',
      onObject: { prefix: 'reports/', suffix: '.csv' },
    },
  },
  concurrency: 400,
});
