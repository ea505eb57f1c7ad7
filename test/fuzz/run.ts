/**
 * A long fuzz run: `npm run fuzz -- --runs 50000`. `PROPERTY_SEED` sets the seed; a failure prints
 * the smallest failing case and the seed. Prints the outcomes, and the definitions that blocked the
 * event loop longest and took most memory.
 */
import { parseArgs } from 'node:util';
import { fuzz, type Worst } from './fuzz.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000' } } });
const { tally, blockMs, grownMiB } = fuzz(Number(values.runs), { takesLarge: true });
console.log(tally);
print('longest block', 'ms', blockMs);
print('most memory', 'MiB', grownMiB);

function print(what: string, unit: string, { amount, definition, input }: Worst): void {
  console.log(`${what}: ${amount.toFixed(1)} ${unit}\n  ${definition}\n  input ${input}`);
}
