/** Prints figures as a table, and writes them to files that the docs quote. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textTable } from '../lib/cli/text-table.ts';
import type { MachineFacts } from './machine-facts.ts';
import { type Figure, type Measurement, reachesTarget, type Target } from './measurement.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));

/** The result of a measurement. */
export interface Result {
  readonly measurement: Measurement;
  /** How many rows it was asked to make; null for its default. */
  readonly rows: number | null;
  readonly figures: readonly Figure[];
  readonly machine: MachineFacts;
}

/** Formats the figures and their targets as the lines of a table. */
export function formatFigures(figures: readonly Figure[]): string[] {
  return textTable(
    ['figure', 'value', 'unit', 'target', 'reached', 'rounds'],
    figures.map((figure) => [
      figure.label,
      figure.value.toLocaleString('en', { maximumSignificantDigits: 4 }),
      figure.unit,
      formatTarget(figure.target),
      formatReached(reachesTarget(figure)),
      figure.rounds.map(String).join(' '),
    ]),
  );
}

/** Writes `results/<name>.json`. Returns the path, relative to the current folder. */
export function writeResult({ measurement, rows, figures, machine }: Result): string {
  const { name, about } = measurement;
  const result = {
    name,
    about,
    command: `npm run bench -- ${name}${rows === null ? '' : ` --rows ${rows}`}`,
    date: new Date().toISOString(),
    machine,
    figures: figures.map((figure) => ({ ...figure, reached: reachesTarget(figure) })),
  };
  mkdirSync(results, { recursive: true });
  const file = `${results}${name}.json`;
  writeFileSync(file, `${formatResult(result)}\n`);
  return relative(process.cwd(), file);
}

/** Formats JSON with short lists of numbers on one line, as Biome does. */
function formatResult(result: object): string {
  return JSON.stringify(result, null, 2).replace(/\[[-\d.,e\s]+\]/g, (list) => {
    const line = list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']');
    return line.length < 80 ? line : list;
  });
}

function formatTarget(target: Target | undefined): string | null {
  if (target === undefined) return null;
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

function formatReached(reached: boolean | null): string | null {
  if (reached === null) return null;
  return reached ? 'yes' : 'no';
}
