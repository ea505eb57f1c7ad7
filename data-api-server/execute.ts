/** ExecuteStatement and BatchExecuteStatement: from a request's members to the answer's JSON. */
import type { ColumnTypes } from './column-types.ts';
import { toServiceError } from './database-error.ts';
import { fieldText, type ResultSetOptions } from './field-text.ts';
import { formatRecords, isSelect } from './formatted-records.ts';
import { numberParameters } from './named-parameters.ts';
import { bind, readParameters } from './parameter-values.ts';
import {
  choice,
  flag,
  list,
  optionalText,
  type RequestBody,
  requiredText,
  structure,
} from './request-fields.ts';
import { ServiceError } from './service-error.ts';
import type { BoundStatement, Session, StatementResult } from './session.ts';
import { callStatement, type Surroundings } from './statement-call.ts';
import type { Transactions } from './transactions.ts';

/** What both operations need of the server. */
export interface ExecuteContext extends Surroundings {
  readonly transactions: Transactions;
  readonly types: ColumnTypes;
}

interface ExecuteOptions extends ResultSetOptions {
  readonly asJson: boolean;
  readonly includeMetadata: boolean;
}

const transactionIdBounds = { max: 192 };

/** Runs one statement, in a transaction or committed by itself. */
export async function executeStatement(
  context: ExecuteContext,
  body: RequestBody,
): Promise<string> {
  const options = readOptions(body);
  const continueAfterTimeout = flag(body, 'continueAfterTimeout');
  const { sql, names } = numberParameters(readSql(context, body));
  const parameters = readParameters(list(body, 'parameters') ?? []);
  const statement = { sql, values: bind(names, parameters) };
  return await inSession(context, body, async (session) => {
    const result = await callStatement(context, session, statement, continueAfterTimeout);
    return await answerOf(context, session, result, options, sql);
  });
}

/** Runs one statement once for each set of parameters. */
export async function batchExecuteStatement(
  context: ExecuteContext,
  body: RequestBody,
): Promise<string> {
  const { sql, names } = numberParameters(readSql(context, body));
  const sets = list(body, 'parameterSets');
  if (sets === undefined || sets.length === 0) {
    const message = 'parameterSets must have at least one set, which may be empty';
    throw new ServiceError('ValidationException', message);
  }
  const statements: BoundStatement[] = sets.map((set) => ({
    sql,
    values: bind(names, readParameters(set)),
  }));
  return await inSession(context, body, async (session) => {
    for (const statement of statements) await callStatement(context, session, statement);
    return JSON.stringify({ updateResults: statements.map(() => ({ generatedFields: [] })) });
  });
}

function readSql({ limits }: ExecuteContext, body: RequestBody): string {
  return requiredText(body, 'sql', { max: limits.sqlCharacters });
}

function readOptions(body: RequestBody): ExecuteOptions {
  const set = structure(body, 'resultSetOptions');
  return {
    asJson: choice(body, 'formatRecordsAs', ['NONE', 'JSON']) === 'JSON',
    includeMetadata: flag(body, 'includeResultMetadata'),
    longReturnType: choice(set, 'longReturnType', ['LONG', 'STRING']),
    decimalReturnType: choice(set, 'decimalReturnType', ['STRING', 'DOUBLE_OR_LONG']),
  };
}

/** In the transaction that the request names, else on a connection of its own. */
async function inSession<Result>(
  { database, transactions }: ExecuteContext,
  body: RequestBody,
  call: (session: Session) => Promise<Result>,
): Promise<Result> {
  const transactionId = optionalText(body, 'transactionId', transactionIdBounds);
  if (transactionId !== undefined) return await transactions.use(transactionId, call);
  const session = await database.open().catch((error: unknown) => {
    throw toServiceError(error);
  });
  try {
    return await call(session);
  } finally {
    void session.close();
  }
}

async function answerOf(
  { types, limits }: ExecuteContext,
  session: Session,
  result: StatementResult,
  options: ExecuteOptions,
  sql: string,
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
    (ids) => session.lookUpTypes(ids),
  );
  if (options.asJson && isSelect(sql)) {
    const formattedRecords = formatRecords(columns, result, options, limits.formattedBytes);
    return JSON.stringify({ formattedRecords, numberOfRecordsUpdated: 0 });
  }
  const records = rows.map((row) =>
    columns.map((column, index) => fieldText(column, row[index] ?? null, options)),
  );
  const list = `[${records.map((record) => `[${record.join(',')}]`).join(',')}]`;
  return `{"numberOfRecordsUpdated":0,"records":${list}}`;
}

/** SELECT says how many it found, and DDL nothing; neither has changed a record. */
function changed({ command, rowCount }: StatementResult): number {
  return ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command ?? '') ? rowCount : 0;
}
