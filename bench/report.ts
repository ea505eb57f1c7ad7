/** How figures are shown to people, and kept for the docs to quote. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textTable } from '../lib/cli/text-table.ts';
import type { MachineFacts } from './machine-facts.ts';
import { type Figure, type Measurement, reaches, type Target } from './measurement.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));

/** What is kept of a measurement. */
export interface Result {
  readonly measurement: Measurement;
  readonly figures: readonly Figure[];
  readonly machine: MachineFacts;
}

/** The figures beside their targets, as lines. */
export function figureTable(figures: readonly Figure[]): string[] {
  return textTable(
    ['figure', 'value', 'unit', 'target', 'reached', 'rounds'],
    figures.map((figure) => [
      figure.label,
      figure.value.toLocaleString('en', { maximumSignificantDigits: 4 }),
      figure.unit,
      targetText(figure.target),
      reachedText(reaches(figure)),
      figure.rounds.map(String).join(' '),
    ]),
  );
}

/** Writes `results/<name>.json`; answers where, from the current folder. */
export function writeResult({ measurement, figures, machine }: Result): string {
  const { name, about } = measurement;
  const result = {
    name,
    about,
    command: `npm run bench -- ${name}`,
    date: new Date().toISOString(),
    machine,
    figures: figures.map((figure) => ({ ...figure, reached: reaches(figure) })),
  };
  mkdirSync(results, { recursive: true });
  const file = `${results}${name}.json`;
  writeFileSync(file, `${printed(result)}\n`);
  return relative(process.cwd(), file);
}

/** Indented, but with a list of numbers on one line, as the formatter has it. */
function printed(result: object): string {
  return JSON.stringify(result, null, 2).replace(/\[[-\d.,e\s]+\]/g, (list) => {
    const line = list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']');
    return line.length < 80 ? line : list;
  });
}

function targetText(target: Target | undefined): string | null {
  if (target === undefined) return null;
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

function reachedText(reached: boolean | null): string | null {
  if (reached === null) return null;
  return reached ? 'yes' : 'no';
}
