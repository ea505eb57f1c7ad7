/**
 * The contract of the HTTP API: every operation there is. Callers take their types from here, the
 * server its checks, and the OpenAPI document and the documentation are made of it.
 */
import * as z from 'zod';
import { archiveOperations } from './archive.ts';
import { batchOperations } from './batches.ts';
import { answerOperations } from './callbacks.ts';
import { executionOperations } from './executions.ts';
import { machineOperations } from './machines.ts';
import type { Operation, ReplyOf, RequestOf } from './operation.ts';
import { queueOperations } from './queues.ts';
import { exactly, text } from './shapes.ts';
import { taskOperations } from './tasks.ts';

/** All operations by name, in the order in which they are shown. */
export const contract = Object.freeze({
  ...batchOperations,
  ...executionOperations,
  ...machineOperations,
  ...queueOperations,
  ...taskOperations,
  ...archiveOperations,
  ...answerOperations,
  getHealth: {
    method: 'GET',
    path: '/health',
    summary: 'Tells whether the API answers; with deep=1, whether its database does',
    query: exactly({ deep: z.enum(['0', '1']).default('0') }),
    reply: exactly({
      status: z.literal('ok'),
      version: text,
      store: text.nullable().meta({ description: 'Null unless it was asked.' }),
    }),
  },
} as const satisfies Record<string, Operation>);

type Contract = typeof contract;

/** The name of an operation. */
export type OperationName = keyof Contract;

/** What an operation is given. */
export type ApiRequest<Name extends OperationName> = RequestOf<Contract[Name]>;

/** What an operation answers. */
export type ApiReply<Name extends OperationName> = ReplyOf<Contract[Name]>;

/** Who calls, and what holds for the call. */
export interface ApiCall {
  /** Ends the work: the caller has gone, or there is no more time. */
  readonly signal: AbortSignal;
}

/** What the API needs of an app: each operation, carried out. Errors are Millrace's own. */
export type Operations = {
  readonly [Name in OperationName]: (
    request: ApiRequest<Name>,
    call: ApiCall,
  ) => Promise<ApiReply<Name>>;
};
