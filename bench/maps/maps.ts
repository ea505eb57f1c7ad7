import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type Figure, type Measurement, median, toFigure } from '../measurement.ts';
import { runProgram } from '../run-program.ts';
import type { MapResult, MapRun } from './maps-program.ts';

/** Twice the items may take so many times as long. */
const doublingMax = 2.2;

/** Measures executions with one large Map on PGlite, each in a fresh process. */
export const maps: Measurement = {
  name: 'maps',
  about: 'one execution with a large Map, inline and distributed, on PGlite',

  async measure(bench) {
    const [small, large, children] = bench.quick ? [50, 100, 30] : [5_000, 10_000, 3_000];
    const rounds = bench.quick ? 1 : 3;
    const inline: { small: MapResult; large: MapResult }[] = [];
    const distributed: MapResult[] = [];
    for (let round = 0; round < rounds; round += 1) {
      inline.push({
        small: await runMap(bench, 'INLINE', small),
        large: await runMap(bench, 'INLINE', large),
      });
      distributed.push(await runMap(bench, 'DISTRIBUTED', children));
    }
    return [
      secondsFigure(
        'an inline Map',
        small,
        inline.map((each) => each.small),
      ),
      secondsFigure(
        'an inline Map of twice the items',
        large,
        inline.map((each) => each.large),
      ),
      toFigure(
        inline.map((each) => each.large.seconds / each.small.seconds),
        {
          label: 'twice the items, in time',
          unit: 'ratio',
          target: { atMost: doublingMax },
          knobs: { small, large },
        },
      ),
      { ...secondsFigure('a distributed Map', children, distributed), target: { atMost: 3 } },
    ];
  },
};

const program = new URL('maps-program.ts', import.meta.url);

async function runMap(bench: Bench, mode: MapRun['mode'], items: number): Promise<MapResult> {
  const folder = mkdtempSync(join(bench.folder, 'maps-'));
  try {
    const run: MapRun = { folder, mode, items };
    const result = (await runProgram(program, [JSON.stringify(run)])) as MapResult;
    const peak = `${Math.round(result.peakMiB)} MiB`;
    bench.log(`${mode}, ${items} items: ${result.seconds.toFixed(2)} s, peak ${peak}`);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function secondsFigure(label: string, items: number, results: readonly MapResult[]): Figure {
  return toFigure(
    results.map(({ seconds }) => seconds),
    {
      label,
      unit: 's',
      knobs: { items, store: 'pglite' },
      beside: { peakMiB: Math.round(median(results.map(({ peakMiB }) => peakMiB))) },
    },
  );
}
