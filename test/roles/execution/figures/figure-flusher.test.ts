/** The sums of a process that runs nothing any more. */
import { describe, expect, it } from 'vitest';
import type { ProcessSums } from '../../../../lib/ports/store/figures/step-figures.ts';
import { FigureCollector } from '../../../../lib/roles/execution/figures/figure-collector.ts';
import { FigureFlusher } from '../../../../lib/roles/execution/figures/figure-flusher.ts';
import { QuietLogger } from '../../../support/quiet-logger.ts';
import { unavailable } from '../../../support/role-harness.ts';
import { SimulatedClock } from '../../../support/simulated-clock.ts';

const lane = { queue: 'high', machineId: 'orders', batchId: 'b1' } as const;

function setUp({ fails = false } = {}) {
  const clock = new SimulatedClock(Date.UTC(2026, 0, 1));
  const logger = new QuietLogger();
  const written: ProcessSums[] = [];
  const figures = new FigureCollector({ clock });
  const store = {
    addSums: async (sums: ProcessSums) => {
      if (fails) throw unavailable();
      written.push(sums);
    },
  };
  const flusher = new FigureFlusher({ figures, store, clock, logger });
  const run = () => {
    figures.begin(lane);
    figures.finish();
  };
  const received = () =>
    written.map(({ series }) => series.find(({ kind }) => kind === 'total')?.received);
  return { clock, logger, figures, flusher, run, received };
}

describe('a figure flusher', () => {
  it('sums are written when the process has run nothing for a second', async () => {
    const { clock, run, received } = setUp();
    run();

    await clock.advance(999);
    const before = received();
    await clock.advance(1);

    expect(before).toEqual([]);
    expect(received()).toEqual([1]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('a process that is idle again and again writes once in a time slot', async () => {
    const { clock, run, received } = setUp();
    run();
    await clock.advance(1_000);

    for (let round = 0; round < 5; round += 1) {
      run();
      await clock.advance(1_000);
    }
    const within = received();
    await clock.advance(5_000);

    expect(within).toEqual([1]);
    expect(received()).toEqual([1, 5]);
  });

  it('a process that runs something again leaves its sums to the next commit', async () => {
    const { clock, figures, run, received } = setUp();
    run();
    figures.begin(lane);

    await clock.advance(60_000);

    expect(received()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('a flusher that is closed writes what is left', async () => {
    const { clock, flusher, run, received } = setUp();
    run();

    await flusher.close();

    expect(received()).toEqual([1]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('sums that cannot be written are logged, and not written twice', async () => {
    const { clock, flusher, logger, run } = setUp({ fails: true });
    run();

    await clock.advance(1_000);
    await flusher.close();

    expect(logger.entries.map(({ message }) => message)).toEqual([
      'figures not written: charts lack some seconds',
    ]);
  });
});
