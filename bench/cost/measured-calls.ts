/** How many calls of the Data API an execution takes, as `npm run bench -- data-api` found. */
import { readFileSync } from 'node:fs';

/** The command that measures. */
export const measuringCommand = 'npm run bench -- data-api';

const unit = 'calls/1,000 executions';

interface Results {
  readonly figures: readonly { readonly unit: string; readonly value: number }[];
}

/**
 * Calls for 1,000 executions of the machine with three tasks, of the measured cases the dearest:
 * there the handlers of a batch do not end together. Null when nothing was measured yet.
 */
export function measuredCallsPer1000(
  file: URL = new URL('../results/data-api.json', import.meta.url),
): number | null {
  const text = readIfThere(file);
  if (text === null) return null;
  const { figures }: Results = JSON.parse(text);
  const calls = figures.filter((each) => each.unit === unit).map(({ value }) => value);
  if (calls.length > 0) return Math.max(...calls);
  throw new Error(`${file.pathname} has no figure in ${unit}: run ${measuringCommand}`);
}

function readIfThere(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
