/** Programs that tests need on the machine. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Returns why a suite that needs a program is skipped; null if the program is on the PATH. With
 * CI=true a missing program throws.
 */
export function reasonWithout(program: string, remedy: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, program)))) return null;
  if (process.env.CI === 'true') throw new Error(`the tests need ${program}: ${remedy}`);
  return `there is no ${program} (${remedy})`;
}
