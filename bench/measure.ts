/**
 * `node bench/measure.ts [name…] [--quick] [--rows N]`: runs the named measurements, or all but the
 * long ones, prints their figures and targets, and writes each to `bench/results/<name>.json`. Only
 * a wrong result fails it, never a figure. `--quick` checks that everything works and writes
 * nothing. `--rows` is the number of executions that `dashboard` makes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Databases } from './databases.ts';
import { readMachineFacts } from './machine-facts.ts';
import type { Bench, Measurement } from './measurement.ts';
import { measurements } from './measurements.ts';
import { formatFigures, writeResult } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rows: { type: 'string' } },
});
const rows = values.rows === undefined ? null : Number(values.rows);
if (rows !== null && !(Number.isSafeInteger(rows) && rows > 0)) {
  console.error(`--rows must be a whole number of at least 1; found ${values.rows}`);
  process.exit(2);
}
await measureAll(selectMeasurements(positionals), { quick: values.quick, rows });

/** Returns the named measurements, or all but the long ones; exits when a name is unknown. */
function selectMeasurements(names: readonly string[]): readonly Measurement[] {
  const known = new Map(measurements.map((each) => [each.name, each]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const list = measurements.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`);
    console.error(
      `unknown measurement ${unknown.join(', ')}; the measurements are:\n${list.join('\n')}`,
    );
    process.exit(2);
  }
  return names.length === 0
    ? measurements.filter(({ isLong = false }) => !isLong)
    : measurements.filter(({ name }) => names.includes(name));
}

async function measureAll(
  selected: readonly Measurement[],
  options: Pick<Bench, 'quick' | 'rows'>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const databases = new Databases(folder);
  process.once('SIGTERM', async () => {
    await databases.stop();
    process.exit(128 + constants.signals.SIGTERM);
  });
  try {
    for (const measurement of selected) {
      await measureOne(measurement, { ...options, databases, folder });
    }
  } finally {
    await databases.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureOne(measurement: Measurement, context: Omit<Bench, 'log'>): Promise<void> {
  const { name, about } = measurement;
  console.log(`\n${name}: ${about}`);
  const figures = await measurement.measure({
    ...context,
    log: (line) => console.log(`  ${line}`),
  });
  const machine = readMachineFacts(await context.databases.serverFacts());
  console.log(['', ...formatFigures(figures)].join('\n'));
  if (context.quick) return;
  console.log(`\nwritten to ${writeResult({ measurement, figures, machine, rows: context.rows })}`);
}
