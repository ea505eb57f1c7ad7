/** The five operations: which path is which, and what each does once a request is let in. */
import { batchExecuteStatement, type ExecuteContext, executeStatement } from './execute.ts';
import { type RequestBody, requiredText } from './request-fields.ts';

/** An operation of the service, named as IAM's action is. */
export type Operation = keyof typeof operations;

type Run = (context: ExecuteContext, body: RequestBody) => Promise<string>;

const operations = {
  BatchExecuteStatement: batchExecuteStatement,
  BeginTransaction: beginTransaction,
  CommitTransaction: commitTransaction,
  ExecuteStatement: executeStatement,
  RollbackTransaction: rollbackTransaction,
} satisfies Readonly<Record<string, Run>>;

const paths: ReadonlyMap<string, Operation> = new Map([
  ['/BatchExecute', 'BatchExecuteStatement'],
  ['/BeginTransaction', 'BeginTransaction'],
  ['/CommitTransaction', 'CommitTransaction'],
  ['/Execute', 'ExecuteStatement'],
  ['/RollbackTransaction', 'RollbackTransaction'],
]);

const transactionIdBounds = { max: 192 };

/** The operation behind `POST path`; undefined when there is none. */
export function operationAt(path: string): Operation | undefined {
  return paths.get(path);
}

/** One entry for each operation. */
export function perOperation<Value>(value: Value): Record<Operation, Value> {
  return {
    BatchExecuteStatement: value,
    BeginTransaction: value,
    CommitTransaction: value,
    ExecuteStatement: value,
    RollbackTransaction: value,
  };
}

/** Carries a request out. @returns the answer's JSON @throws ServiceError */
export async function carryOut(
  operation: Operation,
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
  await finish(context, body, 'COMMIT');
  return JSON.stringify({ transactionStatus: 'Transaction Committed' });
}

async function rollbackTransaction(context: ExecuteContext, body: RequestBody): Promise<string> {
  await finish(context, body, 'ROLLBACK');
  return JSON.stringify({ transactionStatus: 'Rollback Complete' });
}

async function finish(
  { transactions }: ExecuteContext,
  body: RequestBody,
  command: 'COMMIT' | 'ROLLBACK',
): Promise<void> {
  await transactions.finish(requiredText(body, 'transactionId', transactionIdBounds), command);
}
