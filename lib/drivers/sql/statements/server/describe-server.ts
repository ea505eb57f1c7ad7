import { clock } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Reads the server's version, clock, durability settings, connections, and whether it takes writes.
 * Needs no schema.
 */
export const describeServer: Statement = {
  name: 'describe_server',
  text: `WITH ${clock} SELECT current_setting('server_version') AS "version",
  CAST(now AS float8) AS "now", current_setting('fsync') AS "fsync",
  current_setting('full_page_writes') AS "fullPageWrites",
  current_setting('synchronous_commit') AS "synchronousCommit",
  pg_is_in_recovery() AS "isReplica",
  current_setting('transaction_read_only') AS "readOnly",
  (SELECT CAST(coalesce(sum(numbackends), 0) AS int4) FROM pg_stat_database) AS "connections",
  CAST(current_setting('max_connections') AS int4)
    - CAST(current_setting('superuser_reserved_connections') AS int4) AS "connectionsMax"
FROM clock`,
};
