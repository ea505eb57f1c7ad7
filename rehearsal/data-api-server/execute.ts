/** ExecuteStatement and BatchExecuteStatement: from a request's members to the answer's JSON. */
import { isSelect } from './formatted-records.ts';
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
import { type AnswerContext, type AnswerOptions, answerWith } from './result-answer.ts';
import { ServiceError } from './service-error.ts';
import type { Session } from './session.ts';
import { callStatements, type Surroundings } from './statement-call.ts';
import type { Transactions } from './transactions.ts';

/** What both operations need of the server. */
export interface ExecuteContext extends Surroundings, AnswerContext {
  readonly transactions: Transactions;
}

const transactionIdBounds = { max: 192 };

/** Runs one statement, in a transaction or committed by itself. */
export async function executeStatement(
  context: ExecuteContext,
  body: RequestBody,
): Promise<string> {
  const { sql, names } = numberParameters(readSql(context, body));
  const options = readOptions(body, sql);
  const continueAfterTimeout = flag(body, 'continueAfterTimeout');
  const parameters = readParameters(list(body, 'parameters') ?? []);
  const statement = { sql, values: bind(names, parameters) };
  return await inSession(context, body, async (session) => {
    const result = await callStatements(context, session, [statement], continueAfterTimeout);
    return await answerWith(context, session, result, options);
  });
}

/** Runs one statement once for each set of parameters. */
export async function batchExecuteStatement(
  context: ExecuteContext,
  body: RequestBody,
): Promise<string> {
  const { sql, names } = numberParameters(readSql(context, body));
  const [first, ...more] = list(body, 'parameterSets') ?? [];
  if (first === undefined) {
    const message = 'parameterSets must have at least one set, which may be empty';
    throw new ServiceError('ValidationException', message);
  }
  const bound = (set: unknown) => ({ sql, values: bind(names, readParameters(set)) });
  const statements = [bound(first), ...more.map(bound)] as const;
  return await inSession(context, body, async (session) => {
    await callStatements(context, session, statements);
    return JSON.stringify({ updateResults: statements.map(() => ({ generatedFields: [] })) });
  });
}

function readSql({ limits }: ExecuteContext, body: RequestBody): string {
  return requiredText(body, 'sql', { max: limits.sqlCharacters });
}

function readOptions(body: RequestBody, sql: string): AnswerOptions {
  const set = structure(body, 'resultSetOptions');
  return {
    asJson: choice(body, 'formatRecordsAs', ['NONE', 'JSON']) === 'JSON' && isSelect(sql),
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
  const session = await database.open();
  try {
    return await call(session);
  } finally {
    void session.close();
  }
}
