/** Classifies errors of PostgreSQL by their SQLSTATE, for every driver that talks to one. */

/**
 * What is at fault when a statement fails. Only `document` blames what the caller sent; everything
 * else is the server's fault, or an operator's, and passes.
 *
 * - `document`: the data itself (classes 22, 23, 54): the same call fails again for ever.
 * - `conflict`: the statement was rolled back in favour of another.
 * - `access`: a wrong password, a missing database or right: an operator must fix it.
 * - `wrongServer`: a replica, or a server that shuts down; a new connection reaches the right one.
 * - `starting`: the server recovers, and accepts no connections yet.
 * - `connections`: the server has no connection left.
 * - `statement`: the schema and this program do not fit together.
 * - `server`: everything else: time-outs, locks, disk, memory, internal errors.
 */
export type SqlFault =
  | 'document'
  | 'conflict'
  | 'access'
  | 'wrongServer'
  | 'starting'
  | 'connections'
  | 'statement'
  | 'server';

const faultsByState: readonly (readonly [RegExp, SqlFault])[] = [
  [/^(22|23|54)/, 'document'],
  [/^40(001|P01)$/, 'conflict'],
  [/^(28...|3D000|42501)$/, 'access'],
  [/^57P03$/, 'starting'],
  [/^53300$/, 'connections'],
  // Read-only, connection broken, and a server that ends its sessions.
  [/^(25006|08(?!P01)...|57P0[1245])$/, 'wrongServer'],
  [/^(42|3F|26|0A|21)/, 'statement'],
];

/** A value that PostgreSQL cannot hold: it reports that as an internal error. */
const tooLarge = /^invalid memory alloc request size/;

/** What PgBouncer answers at its own maximum; its SQLSTATE is that of a broken protocol. */
const noMoreConnections = /no more connections allowed/;

/** Returns what is at fault. @param state the SQLSTATE; null or '' when there is none */
export function classifySqlFault(state: string | null, message: string): SqlFault {
  if (tooLarge.test(message)) return 'document';
  if (noMoreConnections.test(message)) return 'connections';
  return faultsByState.find(([pattern]) => pattern.test(state ?? ''))?.[1] ?? 'server';
}
