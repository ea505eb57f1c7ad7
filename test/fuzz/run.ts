/**
 * A long fuzz run: `npm run fuzz -- --runs 50000`. `PROPERTY_SEED` sets the seed; a failure prints
 * the smallest failing case and the seed.
 */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000' } } });
console.log(fuzz(Number(values.runs)));
