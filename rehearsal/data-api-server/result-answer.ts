/** From what a statement gave to the JSON of ExecuteStatement's answer. */
import { lookUpColumns, lookUpTypes } from './catalog.ts';
import { type ColumnMetadata, describeColumn } from './column-metadata.ts';
import type { ColumnType, ColumnTypes } from './column-types.ts';
import { fieldText, type ResultSetOptions } from './field-text.ts';
import { formatRecords } from './formatted-records.ts';
import type { Limits } from './limits.ts';
import { ServiceError } from './service-error.ts';
import type { Session, StatementResult } from './session.ts';

/** What answering needs of the server. */
export interface AnswerContext {
  readonly limits: Limits;
  readonly types: ColumnTypes;
}

/** How the caller wants its answer. */
export interface AnswerOptions extends ResultSetOptions {
  /** As `formattedRecords`. */
  readonly asJson: boolean;
  readonly includeMetadata: boolean;
}

/**
 * The answer to a statement that has run; `session` is asked for what the result does not say.
 * @throws ServiceError for a result that cannot be told: what was written stands
 */
export async function answerWith(
  { types, limits }: AnswerContext,
  session: Session,
  result: StatementResult,
  options: AnswerOptions,
): Promise<string> {
  const { command, fields, rows } = result;
  if (command === 'COPY') {
    const message = 'execute: unexpected message: CopyOutResponse';
    throw new ServiceError('DatabaseErrorException', message);
  }
  if (fields.length === 0) {
    return JSON.stringify({ generatedFields: [], numberOfRecordsUpdated: changed(result) });
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
    columns.map((column, index) => fieldText(column, row[index] ?? null, options)),
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

/** SELECT says how many it found, and DDL nothing; neither has changed a record. */
function changed({ command, rowCount }: StatementResult): number {
  return ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command ?? '') ? rowCount : 0;
}
