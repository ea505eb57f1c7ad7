import { readFileSync } from 'node:fs';
import type { Clock } from '../../ports/clock.ts';

/** Time between two looks at the parent, in milliseconds. */
const lookMs = 500;

/**
 * Calls `onGone` when the process that has started this one ends: a system then gives it another
 * parent. Returns a function that ends the watch.
 * @param readParents returns a text that changes with the parents
 */
export function watchParent(
  clock: Clock,
  onGone: () => void,
  readParents: () => string = describeParents,
): () => void {
  const parents = readParents();
  let cancel: () => void = () => {};
  const look = () => {
    if (readParents() === parents) cancel = clock.after(lookMs, look);
    else onGone();
  };
  look();
  return () => cancel();
}

/**
 * Names the parent; and its own parent if it is a shell that runs nothing but this command, as npm
 * starts it: such a shell stays when npm is killed.
 */
function describeParents(): string {
  const parent = process.ppid;
  const [, option] = readProc(parent, 'cmdline').split('\0');
  if (option !== '-c') return String(parent);
  // The name of the program is in brackets, and may contain spaces.
  const [, grandparent] = readProc(parent, 'stat')
    .replace(/^.*\) /, '')
    .split(' ');
  return `${parent} of ${grandparent}`;
}

/** Returns what Linux says about a process; '' elsewhere, and when it has ended. */
function readProc(pid: number, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
