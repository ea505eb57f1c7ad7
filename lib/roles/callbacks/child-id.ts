import { createHash } from 'node:crypto';

/**
 * Returns the id of the nested execution that a command starts and waits for. As it depends only on
 * the command, a parent that stops waiting finds the child by it, whatever its name, and after any
 * crash. Pure.
 *
 * It is a UUID of version 8 (RFC 9562): the time of the parent's id, so that ids created together
 * stay together in an index, then 72 bits of a hash.
 */
export function childId(parentId: string, command: string): string {
  const hash = createHash('sha256').update(`${parentId}:${command}`).digest('hex');
  const [first, second, third] = [hash.slice(0, 3), hash.slice(3, 6), hash.slice(6, 18)];
  return `${parentId.slice(0, 13)}-8${first}-8${second}-${third}`;
}
