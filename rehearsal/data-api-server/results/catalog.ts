/** Reads types and columns from the database's catalog. */

import type { Session } from '../session.ts';
import type { CatalogType } from './column-types.ts';

/** A column of a table, as far as `columnMetadata` needs it. */
export interface CatalogColumn {
  readonly tableId: number;
  readonly columnId: number;
  readonly tableName: string;
  readonly isRequired: boolean;
  /** Whether its default is the next value of a sequence. */
  readonly isSerial: boolean;
}

/** Reads types by their ids. */
export async function lookUpTypes(
  session: Session,
  ids: readonly number[],
): Promise<readonly CatalogType[]> {
  const text = `
    SELECT oid AS id, typname AS name, typtype = 'e' AS "isEnum",
           CASE WHEN typcategory = 'A' THEN typelem ELSE 0 END AS element
    FROM pg_catalog.pg_type
    WHERE oid = ANY ($1::oid[])`;
  return await session.query<CatalogType>(text, [ids]);
}

/** Reads the columns of tables. */
export async function lookUpColumns(
  session: Session,
  tableIds: readonly number[],
): Promise<readonly CatalogColumn[]> {
  const text = `
    SELECT a.attrelid AS "tableId", a.attnum AS "columnId", c.relname AS "tableName",
           a.attnotnull AS "isRequired",
           COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false) AS "isSerial"
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0`;
  return tableIds.length === 0 ? [] : await session.query<CatalogColumn>(text, [tableIds]);
}
