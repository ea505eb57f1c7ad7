import type {
  LeasedOrder,
  MadeChange,
  NewOrder,
  OrderFilter,
  OrderProgress,
  OrderRecord,
  OrderStore,
  OrderTransition,
} from '../../../ports/store/order-store.ts';
import type { Page, PageRequest } from '../../../ports/store/page.ts';
import { parsePageStart, toPage } from '../../shared/keyset-pages.ts';
import { toStorableDocument, toStorableOrder, toStorableText } from '../../shared/storable.ts';
import { type MemoryTables, type OrderRow, sortedBy } from '../memory-tables.ts';

/** Orders and the log of changes in memory. */
export function createMemoryOrderStore(tables: MemoryTables): OrderStore {
  return {
    createOrder: async (order) => create(tables, order),
    recordChanges: async (changes) => {
      for (const change of changes) record(tables, change);
    },
    getOrder: async (id) => {
      const row = tables.orders.get(id);
      return row === undefined ? null : toRecord(row);
    },
    listOrders: async (filter, page) => list(tables, filter, page),
    leaseOrders: async (leaderId, leaseMs, limit, predecessor) =>
      lease(tables, { leaderId, leaseMs, limit, predecessor }),
    releaseOrder: async (orderId, fence) => {
      const row = tables.orders.get(orderId);
      if (row?.fence === fence) row.leaderId = null;
    },
    saveOrder: async (progress) => save(tables, progress),
    saveRunningOrder: async (progress) =>
      tables.orders.get(progress.orderId)?.status === 'RUNNING' && save(tables, progress),
    transitionOrder: async (change) => transition(tables, change),
    pruneOrders: async (retentionMs, limit) => prune(tables, retentionMs, limit),
  };
}

const unled = Object.freeze({
  progress: null,
  leaderId: null,
  fence: 0,
  leasedAt: 0,
  leaseEndsAt: 0,
});

function create(tables: MemoryTables, order: NewOrder): OrderRecord {
  const known = tables.orders.get(order.id);
  if (known !== undefined) return toRecord(known);
  const at = tables.now();
  const row: OrderRow = {
    ...toStorableOrder(order),
    ...unled,
    at,
    upTo: order.upTo ?? at + 1,
    status: 'RUNNING',
    done: 0,
    refused: 0,
    endedAt: null,
    outcome: null,
  };
  tables.orders.set(row.id, row);
  return toRecord(row);
}

function record(tables: MemoryTables, change: MadeChange): void {
  if (tables.orders.has(change.id)) return;
  const at = tables.now();
  tables.orders.set(change.id, {
    ...toStorableOrder(change),
    ...unled,
    at,
    perSecond: null,
    itemsMax: null,
    total: null,
    upTo: at,
    status: 'DONE',
    endedAt: at,
  });
}

function toRecord({
  progress: _p,
  leaderId: _l,
  fence: _f,
  leasedAt: _a,
  leaseEndsAt: _e,
  ...order
}: OrderRow): OrderRecord {
  return { ...order };
}

function list(tables: MemoryTables, filter: OrderFilter, page: PageRequest): Page<OrderRecord> {
  const start = parsePageStart(page);
  const { status, by, action, object, from = -Infinity, before = Infinity } = filter;
  const same = (wanted: string | undefined, found: string | null) =>
    wanted === undefined || toStorableText(wanted) === found;
  const rows = [...tables.orders.values()].filter(
    (row) =>
      same(status, row.status) &&
      same(by, row.by) &&
      same(action, row.action) &&
      same(object, row.object) &&
      row.at >= from &&
      row.at < before &&
      (start === null || row.at < start.at || (row.at === start.at && row.id < start.id)),
  );
  const newest = oldestFirst(rows, ({ at }) => at).reverse();
  return toPage(newest.slice(0, page.limit + 1).map(toRecord), page.limit, ({ at, id }) => ({
    at,
    id,
  }));
}

function oldestFirst(rows: Iterable<OrderRow>, time: (row: OrderRow) => number): OrderRow[] {
  return sortedBy(
    sortedBy(rows, ({ id }) => id),
    time,
  );
}

interface LeaseRequest {
  readonly leaderId: string;
  readonly leaseMs: number;
  readonly limit: number;
  readonly predecessor: string | undefined;
}

function lease(
  tables: MemoryTables,
  { leaderId, leaseMs, limit, predecessor }: LeaseRequest,
): LeasedOrder[] {
  const now = tables.now();
  const free = [...tables.orders.values()].filter(
    (row) =>
      row.status === 'RUNNING' &&
      (predecessor === undefined
        ? row.leaderId === null || row.leaderId === leaderId || row.leaseEndsAt <= now
        : row.leaderId === leaderId || row.leaderId === predecessor),
  );
  const leased = oldestFirst(free, ({ leasedAt }) => leasedAt).slice(0, limit);
  for (const row of leased) {
    if (row.leaderId !== leaderId) row.fence += 1;
    row.leaderId = leaderId;
    row.leasedAt = now;
    row.leaseEndsAt = now + leaseMs;
  }
  return oldestFirst(leased, ({ at }) => at).map((row) => ({
    ...toRecord(row),
    fence: row.fence,
    progress: row.progress,
  }));
}

function save(tables: MemoryTables, { orderId, fence, progress, done, refused }: OrderProgress) {
  const row = tables.orders.get(orderId);
  if (row?.fence !== fence) return false;
  row.progress = toStorableDocument(progress);
  row.done += done;
  row.refused += refused;
  return true;
}

function transition(tables: MemoryTables, change: OrderTransition): OrderRecord | null {
  const { orderId, from, to, fence, perSecond, outcome } = change;
  const row = tables.orders.get(orderId);
  if (row === undefined || !from.includes(row.status)) return null;
  if (fence !== undefined && row.fence !== fence) return null;
  row.status = to;
  row.perSecond = perSecond ?? row.perSecond;
  row.outcome = outcome === undefined ? null : toStorableText(outcome);
  row.endedAt = to === 'RUNNING' || to === 'PAUSED' ? null : tables.now();
  return toRecord(row);
}

function prune(tables: MemoryTables, retentionMs: number, limit: number): number {
  const old = [...tables.orders.values()].filter(
    ({ endedAt }) => endedAt !== null && endedAt < tables.now() - retentionMs,
  );
  const gone = oldestFirst(old, ({ at }) => at).slice(0, limit);
  for (const { id } of gone) tables.orders.delete(id);
  return gone.length;
}
