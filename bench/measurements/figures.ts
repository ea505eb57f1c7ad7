import { compareInParts } from '../alternated-batches.ts';
import type { Figure, Measurement } from '../measurement.ts';

/** Measures what figures cost: durable batches with them and without, in alternating parts. */
export const figures: Measurement = {
  name: 'figures',
  about: 'executions of a 3-task machine with counts by state and series, against none of them',

  async measure(bench) {
    const { pglite, postgres } = bench.databases;
    const measured: Figure[] = [];
    for (const database of [pglite, postgres]) {
      measured.push(
        ...(await compareInParts(bench, database, {
          settings: { measured: { measure: 'on' }, base: { measure: 'off' } },
          what: 'figures',
          executions: bench.quick ? 1_000 : 60_000,
          part: bench.quick ? 500 : 2_000,
          target: targets[database.name],
        })),
      );
    }
    return measured;
  },
};

const targets = { PGlite: { atLeast: 0.95 }, PostgreSQL: { atLeast: 0.97 } } as const;
