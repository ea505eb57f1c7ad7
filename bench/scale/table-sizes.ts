/** Sizes of the tables that grow with executions. */
import type pg from 'pg';

/** Bytes of a table and of its indexes, by `<table>` and `<table>_indexes`. */
export type TableSizes = Readonly<Record<string, number>>;

/** Reads the sizes of the tables that grow with executions, in MiB. */
export async function readTableSizes(client: pg.Client): Promise<TableSizes> {
  const { rows } = await client.query<{ name: string; heap: string; indexes: string }>(
    `SELECT relname AS name, pg_table_size(oid) AS heap, pg_indexes_size(oid) AS indexes
     FROM pg_class WHERE relnamespace = 'millrace'::regnamespace
       AND relname IN ('executions', 'history', 'archive')
     ORDER BY relname`,
  );
  const sizes: Record<string, number> = {};
  for (const { name, heap, indexes } of rows) {
    sizes[`${name}MiB`] = toMib(heap);
    sizes[`${name}IndexesMiB`] = toMib(indexes);
  }
  return sizes;
}

function toMib(bytes: string): number {
  return Math.round(Number(bytes) / 2 ** 20);
}
