/**
 * `npm run cost -- [--executions 1e6] [--states 5] … [--json]`: estimates the cost of a workload on
 * Millrace, Step Functions and durable functions. It makes no network calls: prices.ts has the
 * prices.
 */
import { compare } from './comparison.ts';
import { FlagError, readFlags } from './flags.ts';
import { measuredCallsPer1000 } from './measured-calls.ts';
import { prices } from './prices.ts';
import { helpText, reportText } from './report-text.ts';
import { workloadDefaults } from './workload.ts';

try {
  const measured = measuredCallsPer1000();
  // The benchmark's batches have the default size, and a group is a batch.
  const statements = measured === null ? null : (measured / 1000) * workloadDefaults.batch;
  const { workload, json, help } = readFlags(process.argv.slice(2), statements);
  const comparison = compare(workload);
  if (help) console.log(helpText());
  else if (json) console.log(JSON.stringify({ ...comparison, prices }, null, 2));
  else console.log(reportText(comparison, workload.statements === statements));
} catch (error) {
  if (!(error instanceof FlagError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
