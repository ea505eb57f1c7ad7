/**
 * A long fuzz run: `npm run fuzz -- --runs 50000`. `PROPERTY_SEED` sets the seed; a failure prints
 * the smallest failing case and the seed. Prints the outcomes, and the definitions that blocked the
 * event loop longest and took most memory. `npm run fuzz -- --api --runs 20000` sends random
 * requests to Step Functions' API instead.
 */
import { parseArgs } from 'node:util';
import { serviceOperations } from '../../lib/step-functions/operations/service-operations.ts';
import { fuzz, type Worst } from './fuzz.ts';
import { fuzzApi } from './fuzz-api.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, api: { type: 'boolean', default: false } },
});
if (values.api) {
  const { heapUsed } = process.memoryUsage();
  const { statuses, succeeded } = await fuzzApi(Number(values.runs));
  const unreached = [...serviceOperations.keys()].filter((name) => !succeeded.has(name));
  console.log(statuses, `${succeeded.size} operations succeeded; not ${unreached.join(', ')}`);
  const grown = (process.memoryUsage().heapUsed - heapUsed) / 2 ** 20;
  console.log(`memory grown by ${grown.toFixed(1)} MiB`);
  process.exit();
}
const { tally, blockMs, grownMiB } = fuzz(Number(values.runs), { takesLarge: true });
console.log(tally);
print('longest block', 'ms', blockMs);
print('most memory', 'MiB', grownMiB);

function print(what: string, unit: string, { amount, definition, input }: Worst): void {
  console.log(`${what}: ${amount.toFixed(1)} ${unit}\n  ${definition}\n  input ${input}`);
}
