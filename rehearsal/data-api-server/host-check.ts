/** The hosts by which the server may be called. */
import { DataApiError } from './data-api-error.ts';

/** The names of this machine to itself. */
const ownNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Throws AccessDeniedException for a `host` header with another name: a page of a foreign site
 * could reach a server on this machine under a name of its own, and run SQL as its user.
 */
export function checkHost(host: string, allowed: readonly string[]): void {
  const name = host.toLowerCase().replace(/:\d*$/, '');
  if (ownNames.includes(name) || allowed.includes(name)) return;
  throw new DataApiError(
    'AccessDeniedException',
    `This server is not called '${host.slice(0, 100)}'`,
  );
}
