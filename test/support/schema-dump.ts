/**
 * Dumps the schema `millrace` as text from the system catalog: the same text from PostgreSQL and
 * PGlite, whatever their versions. There is no `pg_dump` for PGlite.
 */
import type { SqlClient, Statement } from '../../lib/drivers/sql/sql-client.ts';

interface Table {
  readonly name: string;
  readonly columns: string;
  readonly constraints: string | null;
  readonly options: string | null;
  readonly indexes: string | null;
  readonly unlogged: boolean;
}

/** Skips constraints of kind `n` (NOT NULL), which the columns show: older versions lack them. */
const readTables: Statement = {
  name: 'read_tables',
  text: `SELECT c.relname::text AS "name",
  (SELECT string_agg(format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
      || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE "' || l.collname || '"' ELSE '' END
      || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
      || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), ''), E',\n' ORDER BY a.attnum)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_collation l ON l.oid = a.attcollation
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS "columns",
  (SELECT string_agg(format('  CONSTRAINT %I %s', n.conname, pg_get_constraintdef(n.oid)),
      E',\n' ORDER BY n.conname)
    FROM pg_constraint n WHERE n.conrelid = c.oid AND n.contype <> 'n') AS "constraints",
  array_to_string(c.reloptions, ', ') AS "options", c.relpersistence = 'u' AS "unlogged",
  (SELECT string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\n' ORDER BY x.relname)
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE i.indrelid = c.oid AND NOT EXISTS
      (SELECT 1 FROM pg_constraint n WHERE n.conindid = i.indexrelid)) AS "indexes"
FROM pg_class c
WHERE c.relnamespace = 'millrace'::regnamespace AND c.relkind = 'r' AND CAST($1 AS json) IS NOT NULL
ORDER BY c.relname`,
};

const readFunctions: Statement = {
  name: 'read_functions',
  text: `SELECT pg_get_functiondef(p.oid) AS "text" FROM pg_proc p
WHERE p.pronamespace = 'millrace'::regnamespace AND CAST($1 AS json) IS NOT NULL
ORDER BY p.proname`,
};

/** Returns all tables by name, with constraints and indexes by name, and all functions. */
export async function dumpSchema(client: SqlClient): Promise<string> {
  const tables = await client.call<Table>(readTables, {});
  const head =
    '-- The schema that the migrations create. Written by the test of the migrations (vitest -u).\n';
  const functions = await client.call<{ readonly text: string }>(readFunctions, {});
  const texts = functions.map(({ text }) => `${text.trimEnd()};\n`);
  return [head, ...tables.map(formatTable), ...texts].join('\n');
}

function formatTable({ name, columns, constraints, options, indexes, unlogged }: Table): string {
  const body = [columns, constraints].filter((part) => part !== null).join(',\n');
  const storage = options === null || options === '' ? '' : ` WITH (${options})`;
  const kind = unlogged ? 'UNLOGGED TABLE' : 'TABLE';
  const table = `CREATE ${kind} millrace.${name} (\n${body}\n)${storage};\n`;
  return indexes === null ? table : `${table}${indexes}\n`;
}
