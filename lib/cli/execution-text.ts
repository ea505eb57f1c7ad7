/** The texts by which commands name executions and print their fields. */
import { plainText } from '../asl/plain-text.ts';
import { momentText } from './text-table.ts';

/** Describes an argument that names an execution. */
export const executionArgument = "the execution's id, or <machine>:<name>";

/** Formats an object as one line per field, with times in UTC. */
export function fieldLines(fields: Readonly<Record<string, unknown>>): string[] {
  const width = Math.max(...Object.keys(fields).map((key) => key.length));
  return Object.entries(fields).map(
    ([key, value]) => `${key.padEnd(width)}  ${valueText(key, value)}`,
  );
}

function valueText(key: string, value: unknown): string {
  if (value === null) return '–';
  if (key.endsWith('At') && typeof value === 'number') return momentText(value) ?? '';
  return plainText(typeof value === 'string' ? value : JSON.stringify(value));
}
