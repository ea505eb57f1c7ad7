/** Operations on orders: changes of many things at a rate, which a leader carries out. */
import * as z from 'zod';
import { orderActions } from '../../operations/orders/order-selection.ts';
import { changeChannels, orderStatuses } from '../../ports/store/order-store.ts';
import { queueTaskStates } from '../../ports/store/task-store.ts';
import type { Operation } from './operation.ts';
import {
  count,
  exactly,
  executionStatus,
  labelFilter,
  moment,
  nonEmptyText,
  pageQuery,
  pageReply,
  queryMoment,
  timestamp,
} from './shapes.ts';

const ids = z.array(nonEmptyText).min(1).max(1_000).exactOptional();

const archiveSelection = exactly({
  ids,
  batchId: nonEmptyText.exactOptional(),
  machineId: nonEmptyText.exactOptional(),
  queue: nonEmptyText.exactOptional(),
  error: nonEmptyText.exactOptional(),
  archivedFrom: moment.exactOptional(),
  archivedBefore: moment.exactOptional(),
  labels: labelFilter.exactOptional(),
});

const executionSelection = exactly({
  ids,
  batchId: nonEmptyText.exactOptional(),
  machineId: nonEmptyText.exactOptional(),
  queue: nonEmptyText.exactOptional(),
  statuses: z.array(executionStatus).min(1).exactOptional(),
  namePrefix: nonEmptyText.exactOptional(),
  error: nonEmptyText.exactOptional(),
  failedState: nonEmptyText.exactOptional(),
  createdFrom: moment.exactOptional(),
  createdBefore: moment.exactOptional(),
  labels: labelFilter.exactOptional(),
});

const taskSelection = exactly({
  ids,
  state: z.enum(queueTaskStates).exactOptional(),
  queue: nonEmptyText.exactOptional(),
  machineId: nonEmptyText.exactOptional(),
});

/** The things that an order selects; an empty selection takes all of them. */
const over = z.union([
  exactly({ archive: archiveSelection }),
  exactly({ executions: executionSelection }),
  exactly({ tasks: taskSelection }),
]);

const ratePerSecond = z.int().min(1).max(10_000);

const order = {
  id: nonEmptyText,
  at: timestamp,
  by: z.string().nullable().meta({ description: 'The caller; null when it is not known.' }),
  via: z.enum(changeChannels),
  action: nonEmptyText.meta({
    description: 'redrive, cancel …, or an operation such as pauseQueue.',
  }),
  object: z.string().nullable().meta({ description: 'Such as batch:ID, queue:NAME.' }),
  over: z.unknown().meta({ type: 'object', description: 'The selection, or the request.' }),
  reason: z.string().nullable(),
  status: z.enum(orderStatuses),
  perSecond: count.nullable(),
  total: count.nullable().meta({ description: 'What matched when it began; null when unknown.' }),
  done: count,
  refused: count.meta({ description: 'What had changed meanwhile, and was left alone.' }),
  endedAt: timestamp.nullable(),
  outcome: z.string().nullable(),
  requestId: z.string().nullable(),
};

const changed = exactly({ orderId: nonEmptyText, status: z.enum(orderStatuses) });
const why = exactly({ reason: nonEmptyText.max(1_000).exactOptional() }).default({});

/** Starts, lists, shows, pauses, resumes and cancels orders. The list is the audit log. */
export const orderOperations = {
  startOrder: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/orders',
    summary: 'Redrives, cancels, archives or deletes everything that a selection matches',
    body: exactly({
      action: z.enum(orderActions),
      over,
      dryRun: z.boolean().default(false),
      expect: count.exactOptional().meta({
        description: 'What the dry run counted: more than 10 % off is refused with CONFLICT.',
      }),
      perSecond: ratePerSecond.exactOptional(),
      limit: z.int().min(1).exactOptional(),
      reason: nonEmptyText.max(1_000).exactOptional(),
      latest: z.boolean().exactOptional().meta({
        description:
          'For redrive: continue under the newest definitions of the machines. What cannot is refused.',
      }),
    }),
    reply: exactly({
      orderId: z.string().nullable().meta({ description: 'Null for a dry run.' }),
      matching: count,
      isMinimum: z.boolean().meta({ description: 'Whether there may be more than `matching`.' }),
      some: z
        .array(exactly({ id: nonEmptyText, label: nonEmptyText, error: z.string().nullable() }))
        .readonly()
        .meta({ description: 'Up to ten of them.' }),
    }),
  },
  listOrders: {
    needs: 'read',
    method: 'GET',
    path: '/v1/orders',
    summary: 'Lists orders and every other change, newest first',
    query: exactly({
      ...pageQuery,
      status: z.enum(orderStatuses).exactOptional(),
      by: nonEmptyText.exactOptional(),
      action: nonEmptyText.exactOptional(),
      object: nonEmptyText.exactOptional(),
      from: queryMoment.exactOptional(),
      before: queryMoment.exactOptional(),
    }),
    reply: pageReply('orders', exactly(order)),
  },
  getOrder: {
    needs: 'read',
    method: 'GET',
    path: '/v1/orders/{orderId}',
    summary: 'Returns one order with its progress',
    reply: exactly(order),
  },
  pauseOrder: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/orders/{orderId}/pause',
    summary: 'Pauses an order',
    body: why,
    reply: changed,
  },
  resumeOrder: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/orders/{orderId}/resume',
    summary: 'Continues a paused order, at another rate if one is given',
    body: exactly({ perSecond: ratePerSecond.exactOptional() }).default({}),
    reply: changed,
  },
  cancelOrder: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/orders/{orderId}/cancel',
    summary: 'Ends an order; what it has done stays done',
    body: why,
    reply: changed,
  },
} as const satisfies Record<string, Operation>;
