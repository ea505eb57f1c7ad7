import { MillraceError } from '../../../errors.ts';
import type {
  LeasedOrder,
  MadeChange,
  NewOrder,
  OrderFilter,
  OrderProgress,
  OrderRecord,
  OrderStore,
} from '../../../ports/store/order-store.ts';
import type { Page, PageRequest } from '../../../ports/store/page.ts';
import { parsePageStart, toPage } from '../../shared/keyset-pages.ts';
import {
  isUuid,
  toStorableDocument,
  toStorableOrder,
  toStorableText,
} from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { insertChanges } from '../statements/orders/insert-changes.ts';
import { insertOrder } from '../statements/orders/insert-order.ts';
import { leaseOrders } from '../statements/orders/lease-orders.ts';
import { pruneOrders } from '../statements/orders/prune-orders.ts';
import { releaseOrder } from '../statements/orders/release-order.ts';
import { selectOrderById } from '../statements/orders/select-order-by-id.ts';
import { selectOrders } from '../statements/orders/select-orders.ts';
import { transitionOrder } from '../statements/orders/transition-order.ts';
import { updateOrderProgress } from '../statements/orders/update-order-progress.ts';

/** Orders and the log of changes in SQL. */
export function createSqlOrderStore(session: SqlSession): OrderStore {
  return {
    createOrder: (order) => create(session, order),
    recordChanges: (changes) => record(session, changes),
    getOrder: async (id) =>
      isUuid(id) ? await session.one<OrderRecord>(selectOrderById, { id }) : null,
    listOrders: (filter, page) => list(session, filter, page),
    leaseOrders: (leaderId, leaseMs, limit, predecessor) =>
      session.call<LeasedOrder>(leaseOrders, { leaderId, leaseMs, limit, predecessor }),
    releaseOrder: async (orderId, fence) =>
      void (await session.call(releaseOrder, { orderId, fence })),
    saveOrder: (progress) => save(session, progress, false),
    saveRunningOrder: (progress) => save(session, progress, true),
    transitionOrder: async ({ outcome, ...change }) => {
      if (!isUuid(change.orderId)) return null;
      const text = outcome === undefined ? null : toStorableText(outcome);
      return session.one<OrderRecord>(transitionOrder, { ...change, outcome: text });
    },
    pruneOrders: async (retentionMs, limit) =>
      (await session.call(pruneOrders, { retentionMs, limit })).length,
  };
}

async function create(session: SqlSession, order: NewOrder): Promise<OrderRecord> {
  const fields = toStorableOrder(order);
  const { id } = order;
  const record =
    (await session.one<OrderRecord>(insertOrder, fields)) ??
    (await session.one<OrderRecord>(selectOrderById, { id }));
  if (record !== null) return record;
  throw new MillraceError('STORE_FAILED', `The order '${id}' was deleted while it was recorded.`, {
    fields: { orderId: id },
  });
}

async function record(session: SqlSession, changes: readonly MadeChange[]): Promise<void> {
  if (changes.length === 0) return;
  await session.call(insertChanges, {
    changes: changes.map(toStorableOrder),
  });
}

async function list(
  session: SqlSession,
  filter: OrderFilter,
  page: PageRequest,
): Promise<Page<OrderRecord>> {
  const start = parsePageStart(page);
  const text = (found: string | undefined) => (found === undefined ? null : toStorableText(found));
  const fields = {
    status: filter.status ?? null,
    by: text(filter.by),
    action: text(filter.action),
    object: text(filter.object),
    from: filter.from ?? null,
    before: filter.before ?? null,
    afterId: start?.id ?? null,
    afterAt: start?.at ?? null,
    limit: page.limit + 1,
  };
  const rows = await session.call<OrderRecord>(selectOrders(fields), fields);
  return toPage(rows, page.limit, ({ at, id }) => ({ at, id }));
}

async function save(
  session: SqlSession,
  { progress, ...fields }: OrderProgress,
  onlyRunning: boolean,
): Promise<boolean> {
  const document = { ...fields, progress: toStorableDocument(progress), onlyRunning };
  return (await session.one(updateOrderProgress, document)) !== null;
}
