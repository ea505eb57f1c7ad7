import type { LimitsConfig } from '../../lib/roles/limits/limit-rules.ts';
import { compareInParts } from '../alternated-batches.ts';
import type { Figure, Measurement } from '../measurement.ts';

/**
 * Measures what limits cost: durable batches of a machine with a limit for each key and without, in
 * alternating parts. Every execution has a key of its own, so that nothing waits and the ratio is
 * the price of asking.
 */
export const limits: Measurement = {
  name: 'limits',
  about: 'executions of a 3-task machine with a limit for each of as many keys, against no limits',

  async measure(bench) {
    const { pglite, postgres } = bench.databases;
    const measured: Figure[] = [];
    for (const database of [pglite, postgres]) {
      measured.push(
        ...(await compareInParts(bench, database, {
          settings: { measured: { limits: perKey }, base: {} },
          what: 'a limit per key',
          executions: bench.rows ?? (bench.quick ? 1_000 : 100_000),
          part: bench.quick ? 500 : 2_000,
          target: { atLeast: 0.9 },
        })),
      );
    }
    return measured;
  },
};

/** The limit of each key. */
const perKey: LimitsConfig = { concurrency: 2, per: '$.order' };
