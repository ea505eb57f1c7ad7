/** How people call an execution, and how its fields are printed. */
import { momentText } from './text-table.ts';

/** What people call an execution: its id, or its machine and its name. */
export const executionArgument = "the execution's id, or <machine>:<name>";

/** A line for each field, moments as people read them. */
export function fieldLines(fields: Readonly<Record<string, unknown>>): string[] {
  const width = Math.max(...Object.keys(fields).map((key) => key.length));
  return Object.entries(fields).map(
    ([key, value]) => `${key.padEnd(width)}  ${valueText(key, value)}`,
  );
}

function valueText(key: string, value: unknown): string {
  if (value === null) return '–';
  if (key.endsWith('At') && typeof value === 'number') return momentText(value) ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
