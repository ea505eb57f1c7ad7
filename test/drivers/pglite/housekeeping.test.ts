/** Housekeeping of the embedded database: due by what was written, and really carried out. */
import { describe, expect, it } from 'vitest';
import { Housekeeping } from '../../../lib/drivers/pglite/housekeeping.ts';
import { PgliteClient } from '../../../lib/drivers/pglite/pglite-client.ts';
import type { Statement } from '../../../lib/drivers/sql/sql-client.ts';

describe('wrote', () => {
  it('a checkpoint is due when enough was written', () => {
    const housekeeping = new Housekeeping({ checkpointBytes: 100, vacuumBytes: 1_000 });

    expect(housekeeping.wrote(99)).toBeNull();
    expect(housekeeping.wrote(1)).toBe('CHECKPOINT');
    expect(housekeeping.wrote(99)).toBeNull();
  });

  it('the distance between vacuums doubles up to its maximum', () => {
    const bounds = { checkpointBytes: 1e9, vacuumBytes: 10, vacuumBytesMax: 40 };
    const housekeeping = new Housekeeping(bounds);

    const due = Array.from({ length: 150 }, (_, index) => [index + 1, housekeeping.wrote(1)]);

    const vacuums = due
      .filter(([, maintenance]) => maintenance === 'VACUUM (ANALYZE)')
      .map(([at]) => at);
    expect(vacuums).toEqual([10, 30, 70, 110, 150]);
  });

  it('a vacuum and a checkpoint that are due together run one after the other', () => {
    const housekeeping = new Housekeeping({ checkpointBytes: 10, vacuumBytes: 10 });

    expect(housekeeping.wrote(10)).toBe('VACUUM (ANALYZE)');
    expect(housekeeping.wrote(0)).toBe('CHECKPOINT');
    expect(housekeeping.wrote(0)).toBeNull();
  });
});

describe('the write-ahead log of an embedded store', () => {
  const redoFrom: Statement = {
    name: 'redo_from',
    text: `SELECT redo_lsn::text AS "lsn" FROM pg_control_checkpoint()
      WHERE CAST($1 AS json) IS NOT NULL`,
  };

  it('the write-ahead log is replayed from a later point after every 32 MiB', async () => {
    const client = await PgliteClient.open(undefined, 'PGlite in memory');
    try {
      const before = await client.call(redoFrom, {});
      await client.transaction(['CREATE TABLE t (id int)', 'INSERT INTO t VALUES (1)']);
      expect(await client.call(redoFrom, {})).toEqual(before);

      await client.call(redoFrom, 'x'.repeat(32 * 1_048_576));
      await client.call(redoFrom, {});

      expect(await client.call(redoFrom, {})).not.toEqual(before);
    } finally {
      await client.close();
    }
  }, 60_000);
});
