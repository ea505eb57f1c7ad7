/** Reads the number of Data API calls that `npm run bench -- data-api` measured. */
import { readFileSync } from 'node:fs';

/** The command that measures the calls. */
export const measuringCommand = 'npm run bench -- data-api';

const unit = 'calls/1,000 executions';

interface Results {
  readonly figures: readonly { readonly unit: string; readonly value: number }[];
}

/**
 * Returns the calls per 1,000 executions of the 3-task machine, in the most expensive measured
 * case: the one in which the handlers of a batch do not end together. Null when nothing has been
 * measured.
 */
export function measuredCallsPer1000(
  file: URL = new URL('../results/data-api.json', import.meta.url),
): number | null {
  const text = readIfExists(file);
  if (text === null) return null;
  const { figures }: Results = JSON.parse(text);
  const calls = figures.filter((each) => each.unit === unit).map(({ value }) => value);
  if (calls.length > 0) return Math.max(...calls);
  throw new Error(`${file.pathname} has no figure in ${unit}: run ${measuringCommand}`);
}

function readIfExists(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
