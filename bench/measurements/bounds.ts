import type { BoundsReport } from '../bounds-program.ts';
import type { HostileCase } from '../hostile/hostile-case.ts';
import { hostileCases } from '../hostile/hostile-cases.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';
import { runProgram } from '../run-program.ts';

/**
 * Measures how long hostile definitions block the event loop, and how much memory they take, each
 * in a fresh process: validation, every transition with the encoding of what it writes.
 */
export const bounds: Measurement = {
  name: 'bounds',
  about: 'the longest block of the event loop and the peak memory of hostile definitions',

  async measure(bench) {
    const reports: [HostileCase, BoundsReport][] = [];
    for (const [index, hostile] of hostileCases.entries()) {
      if (bench.quick && index % 10 !== 0) continue;
      reports.push([hostile, await runCase(bench, index, hostile)]);
    }
    return [
      ...reports.map(([hostile, report]) => caseFigure(hostile, report)),
      worstFigure('the worst block', 'ms', 250, reports, ({ blockMs }) => blockMs),
      worstFigure('the worst peak', 'MiB', 200, reports, ({ peakMiB }) => peakMiB),
    ];
  },
};

const program = new URL('../bounds-program.ts', import.meta.url);

async function runCase(bench: Bench, index: number, { name }: HostileCase): Promise<BoundsReport> {
  const report = (await runProgram(program, [String(index)])) as BoundsReport;
  const { blockMs, cpuMs, blockedBy, peakMiB, transitions, end } = report;
  const block = `${Math.round(blockMs)} ms (${Math.round(cpuMs)} of CPU) in ${blockedBy}`;
  bench.log(`${name}: ${block}, ${Math.round(peakMiB)} MiB, ${transitions} transitions, ${end}`);
  return report;
}

function caseFigure({ name }: HostileCase, report: BoundsReport): Figure {
  const { blockMs, cpuMs, peakMiB, transitions } = report;
  return toFigure([blockMs], {
    label: name,
    unit: 'ms',
    target: { atMost: 250 },
    knobs: {},
    beside: { cpuMs: Math.round(cpuMs), peakMiB: Math.round(peakMiB), transitions },
  });
}

function worstFigure(
  label: string,
  unit: string,
  atMost: number,
  reports: readonly [HostileCase, BoundsReport][],
  measured: (report: BoundsReport) => number,
): Figure {
  const worst = Math.max(...reports.map(([, report]) => measured(report)));
  return toFigure([worst], { label, unit, target: { atMost }, knobs: { cases: reports.length } });
}
