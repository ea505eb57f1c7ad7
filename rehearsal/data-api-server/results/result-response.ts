/** Creates the response of ExecuteStatement from the result of a statement. */

import { DataApiError } from '../data-api-error.ts';
import type { DataApiLimits } from '../limits.ts';
import type { Session, StatementResult } from '../session.ts';
import { lookUpColumns, lookUpTypes } from './catalog.ts';
import { type ColumnMetadata, describeColumn } from './column-metadata.ts';
import type { ColumnType, ColumnTypes } from './column-types.ts';
import { fieldJson, type ResultSetOptions } from './field-json.ts';
import { formatRecords } from './formatted-records.ts';

/** What responses are created with. */
export interface ResponseContext {
  readonly limits: DataApiLimits;
  readonly types: ColumnTypes;
}

/** How the caller requests its result. */
export interface ResponseOptions extends ResultSetOptions {
  /** Whether to return `formattedRecords`. */
  readonly asJson: boolean;
  readonly includeMetadata: boolean;
}

/**
 * Returns the JSON of the response to a statement that has run.
 * @param session reads types and columns from the catalog
 * @throws DataApiError for a result that cannot be returned; what the statement wrote is kept
 */
export async function createResponse(
  { types, limits }: ResponseContext,
  session: Session,
  result: StatementResult,
  options: ResponseOptions,
): Promise<string> {
  const { command, fields, rows } = result;
  if (command === 'COPY') {
    const message = 'execute: unexpected message: CopyOutResponse';
    throw new DataApiError('DatabaseErrorException', message);
  }
  if (fields.length === 0) {
    return JSON.stringify({ generatedFields: [], numberOfRecordsUpdated: countChanged(result) });
  }
  const columns = await types.resolve(
    fields.map(({ dataTypeID }) => dataTypeID),
    (ids) => lookUpTypes(session, ids),
  );
  if (options.asJson) {
    const formattedRecords = formatRecords(columns, result, options, limits.formattedBytes);
    return JSON.stringify({ formattedRecords, numberOfRecordsUpdated: 0 });
  }
  const records = rows.map((row) =>
    columns.map((column, index) => fieldJson(column, row[index] ?? null, options)),
  );
  const list = `[${records.map((record) => `[${record.join(',')}]`).join(',')}]`;
  const metadata = options.includeMetadata ? await describeColumns(session, result, columns) : [];
  const described = options.includeMetadata ? `"columnMetadata":${JSON.stringify(metadata)},` : '';
  return `{${described}"numberOfRecordsUpdated":0,"records":${list}}`;
}

async function describeColumns(
  session: Session,
  { fields }: StatementResult,
  types: readonly ColumnType[],
): Promise<ColumnMetadata[]> {
  const tableIds = new Set(fields.map(({ tableID }) => tableID).filter((id) => id !== 0));
  const origins = await lookUpColumns(session, [...tableIds]);
  return types.map((type, index) => {
    const field = fields[index];
    if (field === undefined) throw new Error('a type for each field');
    const origin = origins.find(
      ({ tableId, columnId }) => tableId === field.tableID && columnId === field.columnID,
    );
    return describeColumn(field, type, origin);
  });
}

/** The row count of a SELECT is the number of rows found: it has changed none. */
function countChanged({ command, rowCount }: StatementResult): number {
  return ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command ?? '') ? rowCount : 0;
}
