/**
 * fast-check for the tests: its seed is `PROPERTY_SEED`, otherwise that of the commit, so that a
 * commit that was green stays green. A failing property prints its seed.
 */
import fc from 'fast-check';
import { commitSeed } from './commit-seed.ts';

const seed = Number(process.env.PROPERTY_SEED ?? commitSeed() ?? 1);
// fast-check takes 32-bit seeds.
fc.configureGlobal({ seed: seed | 0 });

export default fc;
