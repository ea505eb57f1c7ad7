/** The Node that runs functions: the major version that their Runtime names, or a clear refusal. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MillraceError } from '../../lib/errors.ts';

/** The Node pinned among the dependencies. */
const pinned = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));

/**
 * The path of a Node for `runtime` (`nodejs24.x`): the one that runs this, else the pinned one;
 * throws INVALID_CONFIGURATION when neither has the version.
 */
export function nodeFor(runtime: string): string {
  const [, major] = /^nodejs(\d+)\.x$/.exec(runtime) ?? [];
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  if (existsSync(pinned)) {
    const version = execFileSync(pinned, ['--version'], { encoding: 'utf8' });
    if (version.startsWith(`v${major}.`)) return pinned;
  }
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `functions with the Runtime ${runtime} need that Node here, and this is ` +
      `${process.versions.node}: run the rehearsal with it, or install the package node@${major}`,
  );
}
