/** Where a process runs, as far as process ids mean the same. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names the place in which this process's id is unique: the machine, the start of its system and,
 * where there are such, the namespace of process ids, which each container has for itself. A text
 * without blanks.
 */
export function processPlace(): string {
  const boot = readText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = readText(() => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), boot, namespace].join('/').replaceAll(/\s+/g, '');
}

/** Other systems than Linux have neither. */
function readText(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '-';
  }
}
