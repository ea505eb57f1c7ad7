import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MillraceError } from '../../lib/errors.ts';

/**
 * Returns the path of a Node with the major version of a Runtime (`nodejs24.x`): the one that runs
 * this, or else one of an npm package. Throws INVALID_CONFIGURATION when neither has that version.
 */
export function findRuntimeNode(runtime: string): string {
  const [, major] = /^nodejs(\d+)\.x$/.exec(runtime) ?? [];
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  for (const name of nodePackages) {
    const installed = findInstalledNode(name);
    if (installed === null) continue;
    const version = execFileSync(installed, ['--version'], { encoding: 'utf8' });
    if (version.startsWith(`v${major}.`)) return installed;
  }
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `functions with the Runtime ${runtime} need that version of Node, and this is ` +
      `${process.versions.node}: run the rehearsal with it, or install the package node@${major}`,
  );
}

/** Packages that contain Node: that of this platform, which a clone pins, and the one for all. */
const nodePackages: readonly string[] = [`node-${process.platform}-${process.arch}`, 'node'];

/** Returns the program in a package; null when it is not installed. */
function findInstalledNode(name: string): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const program = join(dirname(manifest), 'bin', 'node');
    return existsSync(program) ? program : null;
  } catch {
    // The packages are optional.
    return null;
  }
}
