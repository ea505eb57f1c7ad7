/** The five operations of the service. */
import {
  batchExecuteStatement,
  type ExecuteContext,
  executeStatement,
} from './execute-statement.ts';
import { type RequestBody, readRequiredText } from './request-fields.ts';

/** An operation of the service; IAM's actions have the same names. */
export type DataApiOperation = keyof typeof operations;

type Run = (context: ExecuteContext, body: RequestBody) => Promise<string>;

const operations = {
  BatchExecuteStatement: batchExecuteStatement,
  BeginTransaction: beginTransaction,
  CommitTransaction: commitTransaction,
  ExecuteStatement: executeStatement,
  RollbackTransaction: rollbackTransaction,
} satisfies Readonly<Record<string, Run>>;

const paths: ReadonlyMap<string, DataApiOperation> = new Map([
  ['/BatchExecute', 'BatchExecuteStatement'],
  ['/BeginTransaction', 'BeginTransaction'],
  ['/CommitTransaction', 'CommitTransaction'],
  ['/Execute', 'ExecuteStatement'],
  ['/RollbackTransaction', 'RollbackTransaction'],
]);

const transactionIdBounds = { max: 192 };

/** Returns the operation of `POST path`; undefined when there is none. */
export function operationAt(path: string): DataApiOperation | undefined {
  return paths.get(path);
}

/** Creates a record with a value for each operation. */
export function perOperation<Value>(value: Value): Record<DataApiOperation, Value> {
  return {
    BatchExecuteStatement: value,
    BeginTransaction: value,
    CommitTransaction: value,
    ExecuteStatement: value,
    RollbackTransaction: value,
  };
}

/** Runs an operation. @returns the response's JSON @throws DataApiError */
export async function runOperation(
  operation: DataApiOperation,
  context: ExecuteContext,
  body: RequestBody,
): Promise<string> {
  return await operations[operation](context, body);
}

async function beginTransaction({ database, transactions }: ExecuteContext): Promise<string> {
  const session = await database.open();
  return JSON.stringify({ transactionId: await transactions.begin(session) });
}

async function commitTransaction(context: ExecuteContext, body: RequestBody): Promise<string> {
  await finishTransaction(context, body, 'COMMIT');
  return JSON.stringify({ transactionStatus: 'Transaction Committed' });
}

async function rollbackTransaction(context: ExecuteContext, body: RequestBody): Promise<string> {
  await finishTransaction(context, body, 'ROLLBACK');
  return JSON.stringify({ transactionStatus: 'Rollback Complete' });
}

async function finishTransaction(
  { transactions }: ExecuteContext,
  body: RequestBody,
  command: 'COMMIT' | 'ROLLBACK',
): Promise<void> {
  await transactions.finish(readRequiredText(body, 'transactionId', transactionIdBounds), command);
}
