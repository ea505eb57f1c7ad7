import * as z from 'zod';
import type { CallerRole } from '../caller-role.ts';
import { appOperations } from './app.ts';
import { archiveOperations } from './archive.ts';
import { batchOperations } from './batches.ts';
import { callbackOperations } from './callbacks.ts';
import { executionOperations } from './executions.ts';
import { limitOperations } from './limits.ts';
import { machineVersionOperations } from './machine-versions.ts';
import { machineOperations } from './machines.ts';
import type { Operation, ReplyOf, RequestOf } from './operation.ts';
import { orderOperations } from './orders.ts';
import { queueOperations } from './queues.ts';
import { scheduleOperations } from './schedules.ts';
import { exactly, nonEmptyText } from './shapes.ts';
import { taskOperations } from './tasks.ts';

/**
 * The contract of the HTTP API: all operations by name, in the order in which they are shown. The
 * types of callers, the server's checks, the OpenAPI document and the documentation derive from it.
 */
export const contract = Object.freeze({
  ...batchOperations,
  ...executionOperations,
  ...machineOperations,
  ...machineVersionOperations,
  ...queueOperations,
  ...limitOperations,
  ...taskOperations,
  ...archiveOperations,
  ...callbackOperations,
  ...orderOperations,
  ...appOperations,
  ...scheduleOperations,
  getHealth: {
    needs: 'read',
    method: 'GET',
    path: '/health',
    summary: 'Checks that the API answers; with deep=1, also its database',
    query: exactly({ deep: z.enum(['0', '1']).default('0') }),
    reply: exactly({
      status: z.literal('ok'),
      version: nonEmptyText,
      store: nonEmptyText.nullable().meta({ description: 'Null without deep=1.' }),
    }),
  },
} as const satisfies Record<string, Operation>);

type Contract = typeof contract;

/** The name of an operation. */
export type OperationName = keyof Contract;

/** The request of an operation. */
export type ApiRequest<Name extends OperationName> = RequestOf<Contract[Name]>;

/** The reply of an operation. */
export type ApiReply<Name extends OperationName> = ReplyOf<Contract[Name]>;

/** The circumstances of a call. */
export interface ApiCall {
  /** Aborts when the caller has gone, or time runs out. */
  readonly signal: AbortSignal;
  /** The caller; null when the transport does not know it. */
  readonly caller: string | null;
  readonly role: CallerRole;
  /** Operations that the caller is limited to. @default all that its role allows */
  readonly only?: ReadonlySet<OperationName>;
  /** Whether a browser called, which is the dashboard's page, or a program. */
  readonly via: 'api' | 'page';
  readonly requestId: string;
  /** The caller's place in a trace, from the header `traceparent`; null without a valid one. */
  readonly traceparent: string | null;
}

/** The implementation of every operation. They throw Millrace's own errors. */
export type Operations = {
  readonly [Name in OperationName]: (
    request: ApiRequest<Name>,
    call: ApiCall,
  ) => Promise<ApiReply<Name>>;
};
