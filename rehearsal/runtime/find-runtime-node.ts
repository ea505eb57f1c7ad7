import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MillraceError } from '../../lib/errors.ts';

/** The Node that is pinned as a dependency. */
const pinned = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

/**
 * Returns the path of a Node with the major version of a Runtime (`nodejs24.x`): the one that runs
 * this, or else the pinned one. Throws INVALID_CONFIGURATION when neither has that version.
 */
export function findRuntimeNode(runtime: string): string {
  const [, major] = /^nodejs(\d+)\.x$/.exec(runtime) ?? [];
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  if (existsSync(pinned)) {
    const version = execFileSync(pinned, ['--version'], { encoding: 'utf8' });
    if (version.startsWith(`v${major}.`)) return pinned;
  }
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `functions with the Runtime ${runtime} need that version of Node, and this is ` +
      `${process.versions.node}: run the rehearsal with it, or install the package node@${major}`,
  );
}
