/** The seed of property tests: it differs between commits, and is the same for one commit. */
import { execFileSync } from 'node:child_process';

/** Returns the seed of the current commit; undefined without a repository. */
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
