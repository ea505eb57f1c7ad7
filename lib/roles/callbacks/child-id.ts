import { createHash } from 'node:crypto';

/**
 * Returns the id of the nested execution that a command starts and waits for. It depends only on
 * the command, so that a parent that stops waiting finds the child even after a crash, whatever the
 * child's name. Pure.
 *
 * It is a UUID of version 8 (RFC 9562): the time of the parent's id, so that ids created together
 * stay together in an index, then 72 bits of a hash.
 */
export function toChildId(parentId: string, command: string): string {
  const hash = createHash('sha256').update(`${parentId}:${command}`).digest('hex');
  const [first, second, third] = [hash.slice(0, 3), hash.slice(3, 6), hash.slice(6, 18)];
  return `${parentId.slice(0, 13)}-8${first}-8${second}-${third}`;
}
