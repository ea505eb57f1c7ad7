/** Reads the URL of a PostgreSQL: `pg` parses it, this adds what `sslmode` means. */
import pg from 'pg';
import type { PostgresTarget } from './postgres-errors.ts';

/**
 * Returns the URL to give to `pg`. `prefer` and `require` check the certificate like `verify-full`,
 * which is stricter than libpq and is what `pg` does, but with a page of warnings; `verify-ca`
 * means what it means to libpq: any host name, signed by `sslrootcert`.
 */
export function toDriverUrl(url: string): string {
  if (/[?&]uselibpqcompat=/.test(url)) return url;
  const mode = /[?&]sslmode=([a-z-]+)/.exec(url)?.[1];
  if (mode === 'prefer' || mode === 'require') {
    return url.replace(/([?&]sslmode=)[a-z]+/, '$1verify-full');
  }
  return mode === 'verify-ca' ? `${url}&uselibpqcompat=true` : url;
}

/**
 * Lets `pg` parse the URL, so that messages show the real target, with environment and defaults.
 */
export function parseTarget(url: string): PostgresTarget {
  const { host, port, database, user } = new pg.Client({ connectionString: url });
  return { host, port, database: database ?? '', user: user ?? '' };
}
