/**
 * The id of a nested execution that its parent waits for, made of the command that starts it: who
 * stops waiting finds the child by it, whatever its name, and after any crash. Pure.
 */
import { createHash } from 'node:crypto';

/**
 * A UUID of version 8 (RFC 9562): the time of the parent's own id, so that ids made together stay
 * together in an index, then 72 bits of a hash.
 */
export function childId(parentId: string, command: string): string {
  const hash = createHash('sha256').update(`${parentId}:${command}`).digest('hex');
  const [first, second, third] = [hash.slice(0, 3), hash.slice(3, 6), hash.slice(6, 18)];
  return `${parentId.slice(0, 13)}-8${first}-8${second}-${third}`;
}
