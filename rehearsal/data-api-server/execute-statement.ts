/** The operations ExecuteStatement and BatchExecuteStatement. */

import { DataApiError } from './data-api-error.ts';
import { numberParameters } from './named-parameters.ts';
import { bindParameters, readParameters } from './parameter-values.ts';
import {
  type RequestBody,
  readChoice,
  readFlag,
  readList,
  readOptionalText,
  readRequiredText,
  readStructure,
} from './request-fields.ts';
import { isSelect } from './results/formatted-records.ts';
import {
  createResponse,
  type ResponseContext,
  type ResponseOptions,
} from './results/result-response.ts';
import { runStatements, type StatementContext } from './run-statements.ts';
import type { Session } from './session.ts';
import type { Transactions } from './transactions.ts';

/** What the operations work with. */
export interface ExecuteContext extends StatementContext, ResponseContext {
  readonly transactions: Transactions;
}

const transactionIdBounds = { max: 192 };

/** Runs one statement, in a transaction or with its own commit. @returns the response's JSON */
export async function executeStatement(
  context: ExecuteContext,
  body: RequestBody,
): Promise<string> {
  const { sql, names } = numberParameters(readSql(context, body));
  const options = readOptions(body, sql);
  const continueAfterTimeout = readFlag(body, 'continueAfterTimeout');
  const parameters = readParameters(readList(body, 'parameters') ?? []);
  const statement = { sql, values: bindParameters(names, parameters) };
  return await inSession(context, body, async (session) => {
    const result = await runStatements(context, session, [statement], continueAfterTimeout);
    return await createResponse(context, session, result, options);
  });
}

/** Runs one statement for each set of parameters. @returns the response's JSON */
export async function batchExecuteStatement(
  context: ExecuteContext,
  body: RequestBody,
): Promise<string> {
  const { sql, names } = numberParameters(readSql(context, body));
  const [first, ...more] = readList(body, 'parameterSets') ?? [];
  if (first === undefined) {
    const message = 'parameterSets must have at least one set, which may be empty';
    throw new DataApiError('ValidationException', message);
  }
  const bound = (set: unknown) => ({ sql, values: bindParameters(names, readParameters(set)) });
  const statements = [bound(first), ...more.map(bound)] as const;
  return await inSession(context, body, async (session) => {
    await runStatements(context, session, statements);
    return JSON.stringify({ updateResults: statements.map(() => ({ generatedFields: [] })) });
  });
}

function readSql({ limits }: ExecuteContext, body: RequestBody): string {
  return readRequiredText(body, 'sql', { max: limits.sqlCharacters });
}

function readOptions(body: RequestBody, sql: string): ResponseOptions {
  const set = readStructure(body, 'resultSetOptions');
  return {
    asJson: readChoice(body, 'formatRecordsAs', ['NONE', 'JSON']) === 'JSON' && isSelect(sql),
    includeMetadata: readFlag(body, 'includeResultMetadata'),
    longReturnType: readChoice(set, 'longReturnType', ['LONG', 'STRING']),
    decimalReturnType: readChoice(set, 'decimalReturnType', ['STRING', 'DOUBLE_OR_LONG']),
  };
}

/** Runs a call in the transaction that the request names, or else on a connection of its own. */
async function inSession<Result>(
  { database, transactions }: ExecuteContext,
  body: RequestBody,
  call: (session: Session) => Promise<Result>,
): Promise<Result> {
  const transactionId = readOptionalText(body, 'transactionId', transactionIdBounds);
  if (transactionId !== undefined) return await transactions.use(transactionId, call);
  const session = await database.open();
  try {
    return await call(session);
  } finally {
    void session.close();
  }
}
