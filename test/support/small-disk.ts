/** A file system of a few megabytes that a test fills; it needs the rights to mount one. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A mounted file system. */
export interface SmallDisk {
  readonly folder: string;
  /** Writes a file until there is no space left. */
  fill(): void;
  /** Deletes that file. */
  free(): void;
  unmount(): void;
}

const chunk = Buffer.alloc(65_536, 1);

/** Mounts a file system in memory; null when this process may not. */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  if (process.getuid?.() !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-disk-'));
  const size = `size=${megabytes}m,mode=0755`;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    // A container without the capability: the suites are skipped.
    rmdirSync(folder);
    return null;
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => {
      const file = openSync(ballast, 'w');
      try {
        for (;;) writeSync(file, chunk);
      } catch {
        // There is no space left, which was the purpose.
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast),
    unmount: () => {
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}
