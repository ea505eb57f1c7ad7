/**
 * `npm run bench -- [name…] [--quick]`: runs the measurements named, or all, prints their figures
 * beside their targets, and writes each to `bench/results/<name>.json`. Fails on wrong results
 * only, never on a number. `--quick` tries that everything works and writes nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Databases } from './databases.ts';
import { machineFacts } from './machine-facts.ts';
import type { Bench, Measurement } from './measurement.ts';
import { coldStart } from './measurements/cold-start.ts';
import { dataApi } from './measurements/data-api.ts';
import { durable } from './measurements/durable.ts';
import { example } from './measurements/example.ts';
import { express } from './measurements/express.ts';
import { fanOut } from './measurements/fan-out.ts';
import { interpreter } from './measurements/interpreter.ts';
import { memory } from './measurements/memory.ts';
import { queue } from './measurements/queue.ts';
import { figureTable, writeResult } from './report.ts';

const measurements: readonly Measurement[] = [
  interpreter,
  durable,
  express,
  fanOut,
  queue,
  dataApi,
  coldStart,
  memory,
  example,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
await measureAll(chosen(positionals), values.quick);

/** The measurements named; exits with status 2 when one is unknown. */
function chosen(names: readonly string[]): readonly Measurement[] {
  const known = new Map(measurements.map((each) => [each.name, each]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const list = measurements.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`);
    console.error(`no measurement is named ${unknown.join(', ')}; there are:\n${list.join('\n')}`);
    process.exit(2);
  }
  return names.length === 0
    ? measurements
    : measurements.filter(({ name }) => names.includes(name));
}

async function measureAll(wanted: readonly Measurement[], quick: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const databases = new Databases(folder);
  try {
    for (const measurement of wanted) await measureOne(measurement, { quick, databases, folder });
  } finally {
    await databases.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureOne(measurement: Measurement, context: Omit<Bench, 'say'>): Promise<void> {
  const { name, about } = measurement;
  console.log(`\n${name}: ${about}`);
  const figures = await measurement.measure({
    ...context,
    say: (line) => console.log(`  ${line}`),
  });
  const machine = machineFacts(await context.databases.serverFacts());
  console.log(['', ...figureTable(figures)].join('\n'));
  if (context.quick) return;
  console.log(`\nwritten to ${writeResult({ measurement, figures, machine })}`);
}
