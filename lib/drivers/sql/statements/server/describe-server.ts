import { clock } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads the server's version, clock and durability settings. Needs no schema. */
export const describeServer: Statement = {
  name: 'describe_server',
  text: `WITH ${clock} SELECT current_setting('server_version') AS "version",
  CAST(now AS float8) AS "now", current_setting('fsync') AS "fsync",
  current_setting('full_page_writes') AS "fullPageWrites",
  current_setting('synchronous_commit') AS "synchronousCommit"
FROM clock`,
};
