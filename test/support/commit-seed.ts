/**
 * A seed that is another with each commit: tests explore as the project moves, and the same commit
 * always gives the same verdict.
 */
import { execFileSync } from 'node:child_process';

/** The commit's seed; undefined where there is no repository to ask. */
export function commitSeed(): number | undefined {
  try {
    const hash = execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const number = Number.parseInt(hash.slice(0, 8), 16);
    return Number.isSafeInteger(number) ? number : undefined;
  } catch {
    return undefined;
  }
}
